"""The scoreboard's data, ordered and put in words: what page and terminal have in common.

Verdicts are told by a sign first and by a colour second; colours are those of Okabe and Ito (2008).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeGuard

from cramplab.core.errors import UserError, did_you_mean
from cramplab.report.prose import Wording

SCHEMA = 1
NINETY_PERCENT = 1.645
"""Standard errors on either side that hold 90 % of a normal distribution."""


@dataclass(frozen=True)
class Mark:
    """How a verdict looks.

    Parameters
    ----------
    word
        As it stands in the data.
    sign, plain
        On the page, and on a terminal that knows ASCII alone.
    code
        Name of its style on the page.
    colour
        Of its line and its field.
    """

    word: str
    sign: str
    plain: str
    code: str
    colour: str


_GREEN, _VERMILLION, _ORANGE, _BLUE, _GREY = "#009E73", "#D55E00", "#E69F00", "#0072B2", "#767676"


def _marks(*rows: tuple[str, str, str, str, str]) -> dict[str, Mark]:
    return {row[0]: Mark(*row) for row in rows}


VERDICTS = _marks(
    ("agrees", "+", "+", "yes", _GREEN),
    ("contradicts", "×", "x", "no", _VERMILLION),
    ("cannot tell", "?", "?", "open", _BLUE),
    ("not simulated", "·", ".", "none", _GREY),
)
"""What a theory's prediction says beside a published finding."""
SAYS = _marks(
    ("supports", "+", "+", "yes", _GREEN),
    ("contradicts", "×", "x", "no", _VERMILLION),
    ("cannot tell", "?", "?", "open", _BLUE),
    ("nothing", "·", ".", "none", _GREY),
)
"""What a theory says to a claim."""
CLAIM_VERDICTS = _marks(
    ("supported", "+", "+", "yes", _GREEN),
    ("contradicted", "×", "x", "no", _VERMILLION),
    ("mixed", "±", "+x", "mixed", _ORANGE),
    ("untested", "?", "?", "open", _BLUE),
    ("outside this system", "·", ".", "none", _GREY),
)
"""What becomes of a claim."""
KINDS = {
    "lab": "In the laboratory: cramps provoked, or what goes with them",
    "pool": "Nerve and muscle by themselves",
    "field": "Races, clinics and counts of people",
}


def mark_of(word: str, marks: Mapping[str, Mark]) -> Mark:
    """Give the mark of a verdict; an unknown one is an error, because it would be shown as something it is not."""
    if word not in marks:
        expected = ", ".join(marks)
        raise UserError(f"Unknown verdict '{word}'. Expected one of: {expected}. {did_you_mean(word, marks)}".rstrip())
    return marks[word]


def check_schema(data: Mapping[str, Any], what: str) -> None:
    """Refuse a file of another version, rather than read it wrongly."""
    if data.get("schema") != SCHEMA:
        raise UserError(
            f"This {what} has schema {data.get('schema')!r}. Expected {SCHEMA}. "
            "Make it anew with this version of cramplab."
        )


@dataclass(frozen=True)
class Finding:
    """One finding with what each theory says to it, theories in the order of the columns."""

    study: Mapping[str, Any]
    found: Mapping[str, Any]
    rows: Mapping[str, Mapping[str, Any]]

    @property
    def unit(self) -> str:
        """Unit of its figures; empty for a pure number."""
        return str(self.found.get("unit") or "")

    @property
    def signed(self) -> bool:
        """Whether pluses are printed: only where something is below zero, so that a level bears no sign."""
        return any(each < 0 for each in self._numbers())

    @property
    def simulated(self) -> bool:
        """Whether any theory was put to it."""
        return any(row["verdict"] != "not simulated" for row in self.rows.values())

    @property
    def neutral(self) -> float:
        """Where nothing would differ: 1 for a ratio of chances, 0 for all else."""
        measure = str(self.found["measure"])
        ratio = measure.endswith("odds_ratio") or (measure.startswith("cramp_") and measure.endswith("_relative"))
        return 1.0 if ratio and self.unit in ("", "1") else 0.0

    def observed(self) -> tuple[float, float] | None:
        """Give the interval to draw around the published figure: 90 % from its standard error, else its band."""
        middle, error, band = (self.found.get(key) for key in ("published", "published_se", "band"))
        if finite(middle) and finite(error):
            return middle - NINETY_PERCENT * error, middle + NINETY_PERCENT * error
        return (band[0], band[1]) if band else None

    def published_words(self, say: Wording) -> str:
        """Say what was published, with its error, or the sign alone."""
        found = self.found
        if finite(found.get("published")):
            text = self.number(found["published"], say)
            if finite(found.get("published_se")):
                return f"{text} ± {quantity(found['published_se'], self.unit, say)} (standard error)"
            return f"{text}{self._band_words(say)}"
        if found.get("band"):
            return f"between {self.number(found['band'][0], say)} and {self.number(found['band'][1], say)}"
        words = {"increase": "an increase, no figure", "decrease": "a decrease, no figure", "none": "no difference"}
        return words.get(str(found.get("direction") or ""), "no figure")

    def predicted_words(self, row: Mapping[str, Any], say: Wording) -> str:
        """Say what a theory predicts: median, unit and 90 % interval."""
        return interval_words(row, self.unit, say, signed=self.signed)

    def number(self, value: float, say: Wording) -> str:
        """Write one figure in the unit of this finding."""
        return quantity(value, self.unit, say, signed=self.signed)

    def _band_words(self, say: Wording) -> str:
        band = self.found.get("band")
        return f" ({self.number(band[0], say)} to {self.number(band[1], say)})" if band else ""

    def _numbers(self) -> Iterator[float]:
        of_rows = [row.get(key) for row in self.rows.values() for key in ("predicted", "predicted_low")]
        yield from (each for each in (self.found.get("published"), *of_rows) if finite(each))


class Board:
    """The scoreboard, with its rows found by study and finding.

    Parameters
    ----------
    data
        The content of ``evidence.json``.
    """

    def __init__(self, data: Mapping[str, Any]) -> None:
        check_schema(data, "scoreboard")
        self.data = data
        self.theories: list[str] = [each["name"] for each in data["theories"]]
        self._rows: dict[tuple[str, str], dict[str, Mapping[str, Any]]] = {}
        for row in data["rows"]:
            mark_of(row["verdict"], VERDICTS)
            self._rows.setdefault((row["study"], row["finding"]), {})[row["theory"]] = row

    @cached_property
    def findings(self) -> dict[str, list[Finding]]:
        """The findings of every study, by its key."""
        return {study["key"]: [self._finding(study, each) for each in study["findings"]] for study in self.studies}

    @property
    def studies(self) -> Sequence[Mapping[str, Any]]:
        """The studies, as they stand in the data."""
        return self.data["studies"]

    def _finding(self, study: Mapping[str, Any], found: Mapping[str, Any]) -> Finding:
        rows = self._rows.get((study["key"], found["id"]), {})
        missing = {"verdict": "not simulated", "reason": found.get("reason") or "left out of this score"}
        return Finding(study, found, {theory: rows.get(theory, missing) for theory in self.theories})

    def groups(self) -> Iterator[tuple[str, list[tuple[str, list[Mapping[str, Any]]]]]]:
        """Give kinds of study, and within each the laboratories with their studies, the most frequent one first."""
        kinds = [*KINDS, *sorted({study["judge"] for study in self.studies} - set(KINDS))]
        for kind in kinds:
            members = [study for study in self.studies if study["judge"] == kind]
            if members:
                yield KINDS.get(kind, kind), _by_laboratory(members)

    def pairs_that_cannot_be_told_apart(self) -> list[Mapping[str, Any]]:
        """Give the pairs of theories whose scores differ by no more than their errors."""
        return [pair for pair in self.data["pairs"] if "cannot tell" in pair["words"]]

    def pairs_told_apart(self) -> list[Mapping[str, Any]]:
        """Give the other pairs."""
        return [pair for pair in self.data["pairs"] if "cannot tell" not in pair["words"]]

    def verdict_on_theories(self) -> str:
        """Say in one sentence how far the studies tell the theories apart."""
        pairs, open_pairs = len(self.data["pairs"]), len(self.pairs_that_cannot_be_told_apart())
        if not pairs:
            return "There is nothing to compare: fewer than two theories were scored."
        if open_pairs == pairs:
            return f"These studies cannot tell the theories apart: none of the {pairs} pairs of them differ enough."
        if open_pairs == 0:
            return f"These studies tell all {pairs} pairs of theories apart."
        return f"These studies cannot tell apart {open_pairs} of the {pairs} pairs of theories."

    def told_from(self) -> list[tuple[str, list[str]]]:
        """Give each theory with those that it cannot be told from."""
        found: dict[str, list[str]] = {theory: [] for theory in self.theories}
        for pair in self.pairs_that_cannot_be_told_apart():
            found.setdefault(pair["a"], []).append(pair["b"])
            found.setdefault(pair["b"], []).append(pair["a"])
        return [(theory, others) for theory, others in found.items() if others]

    def weights_in_words(self) -> str:
        """Say which theory weighs most, and how sure that is."""
        weights = [each for each in self.data["weights"] if finite(each.get("weight"))]
        if not weights:
            return "No theory was weighed."
        first, *others = sorted(weights, key=lambda each: -each["weight"])
        heaviest = f"{first['theory']} weighs most, {weight_words(first)}"
        rivals = [each["theory"] for each in others if finite(each.get("high")) and each["high"] >= first["low"]]
        if not rivals:
            return f"{heaviest}, and no other theory's range reaches it."
        number = "the range of one other theory reaches" if len(rivals) == 1 else f"the ranges of {len(rivals)} reach"
        return f"{heaviest}, but {number} it: {', '.join(rivals)}."

    def withouts(self) -> list[str]:
        """Give the laboratories that were left out in turn; the empty name first, for none."""
        return list(dict.fromkeys(["", *(total["without"] for total in self.data["totals"])]))

    def total(self, theory: str, without: str) -> Mapping[str, Any] | None:
        """Give the total of a theory, all laboratories taken or one of them left out."""
        return next((t for t in self.data["totals"] if (t["theory"], t["without"]) == (theory, without)), None)

    def title_of(self, key: str) -> str:
        """Give the title of a study, or its key where it has none."""
        return next((study["title"] or key for study in self.studies if study["key"] == key), key)


def _by_laboratory(studies: Sequence[Mapping[str, Any]]) -> list[tuple[str, list[Mapping[str, Any]]]]:
    sizes = Counter(study.get("laboratory") or "" for study in studies)
    named = sorted((name for name in sizes if name and sizes[name] > 1), key=lambda name: (-sizes[name], name))
    groups = [(name, [study for study in studies if study.get("laboratory") == name]) for name in named]
    single = [study for study in studies if (study.get("laboratory") or "") not in named]
    return [*groups, ("Others" if groups else "", single)] if single else groups


def finite(value: Any) -> TypeGuard[float]:
    """Tell whether there is a number."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def quantity(value: float, unit: str, say: Wording, *, signed: bool = False) -> str:
    """Write one number with its unit, with decimals enough for its size."""
    text = say.trait({"median": value, "low": value, "high": value, "unit": unit or "1"})
    return f"+{text}" if signed and value > 0 else text


def interval_words(entry: Mapping[str, Any], unit: str, say: Wording, *, signed: bool = False) -> str:
    """Write a prediction: median, unit and 90 % interval; empty if there is none."""
    middle, low, high = (entry.get(key) for key in ("predicted", "predicted_low", "predicted_high"))
    if not finite(middle):
        return ""
    if not (finite(low) and finite(high)):
        return quantity(middle, unit, say, signed=signed)
    text = say.trait({"median": middle, "low": low, "high": high, "unit": unit or "1"})
    return f"+{text}" if signed and middle > 0 else text


def weight_words(entry: Mapping[str, Any], minus: str = "\u2212") -> str:
    """Write a weight with its range."""
    if not finite(entry.get("weight")):
        return "not weighed"
    text = f"{entry['weight']:.2f}"
    if finite(entry.get("low")) and finite(entry.get("high")):
        text += f" ({entry['low']:.2f} to {entry['high']:.2f})"
    return text.replace("-", minus)


def score_words(value: Any, error: Any = None, minus: str = "\u2212") -> str:
    """Write a log predictive density, with its standard error."""
    if not finite(value):
        return "none"
    text = f"{value:.1f}" + (f" ± {error:.1f}" if finite(error) else "")
    return text.replace("-", minus)
