"""The scoreboard's data, found by study and finding, grouped and put in words for page and terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median
from typing import Any

from cramplab.report.prose import Wording
from cramplab.report.verdicts import (
    NINETY_PERCENT,
    VERDICTS,
    check_schema,
    decimals_for,
    figure_words,
    finite,
    interval_words,
    mark_of,
    weight_words,
)  # fmt: skip

KINDS = {
    "lab": "In the laboratory: cramps provoked, or what goes with them",
    "pool": "Nerve and muscle by themselves",
    "field": "Races, clinics and counts of people",
}


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

    @cached_property
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

    @cached_property
    def decimals(self) -> int:
        """Decimals of all its figures: two digits of the published error, or of what stands for it."""
        widths = [
            row["predicted_high"] - row["predicted_low"]
            for row in self.rows.values()
            if finite(row.get("predicted_high")) and finite(row.get("predicted_low"))
        ]
        sizes = (self.found.get("published_se"), median(widths) / 4 if widths else None, self.found.get("published"))
        return next((decimals_for(abs(size)) for size in sizes if finite(size) and size != 0), 1)

    def published_words(self, say: Wording) -> str:
        """Say what was published, with its error, or the sign alone."""
        found, band = self.found, self.found.get("band")
        if finite(found.get("published")):
            text = self.number(found["published"], say)
            if finite(found.get("published_se")):
                error = figure_words(found["published_se"], self.decimals, say)
                return f"{text} ± {error} {say.unit(self.unit)}".rstrip() + " (standard error)"
            limits = f" ({self.number(band[0], say)} to {self.number(band[1], say)})" if band else ""
            return f"{text} {say.unit(self.unit)}".rstrip() + limits
        if band:
            return f"between {self.number(band[0], say)} and {self.number(band[1], say)} {say.unit(self.unit)}".rstrip()
        words = {"increase": "an increase, no figure", "decrease": "a decrease, no figure", "none": "no difference"}
        return words.get(str(found.get("direction") or ""), "no figure")

    def predicted_words(self, row: Mapping[str, Any], say: Wording) -> str:
        """Say what a theory predicts: middle, unit and 90 % interval; empty if nothing."""
        return interval_words(row, self.unit, self.decimals, say, signed=self.signed)

    def number(self, value: float, say: Wording) -> str:
        """Write one figure of this finding without its unit."""
        return figure_words(value, self.decimals, say, signed=self.signed)

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
        heaviest = f"Most weight goes to {first['theory']}, {weight_words(first)}"
        rivals = [each["theory"] for each in others if finite(each.get("high")) and each["high"] >= first["low"]]
        if not rivals:
            return f"{heaviest}, and no other theory's range reaches it."
        if len(rivals) == len(others):
            return f"{heaviest}, but the range of every other theory reaches it."
        return f"{heaviest}, but not clearly: the range of {', of '.join(rivals)} reaches it."

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
