"""How verdicts look, and how the figures of the scoreboard are written: the same on page and terminal.

Verdicts are told by a sign first and by a colour second; colours are those of Okabe and Ito (2008).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
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


def finite(value: Any) -> TypeGuard[float]:
    """Tell whether there is a number."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def decimals_for(size: float) -> int:
    """Give the decimals that show two digits of a size; none for a large one, four at most."""
    return min(max(1 - math.floor(math.log10(size)), 0), 4) if size > 0 else 1


def figure_words(value: float, decimals: int, say: Wording, *, signed: bool = False) -> str:
    """Write one number without its unit; what rounds to zero bears no sign."""
    text = f"{abs(value):,.{decimals}f}"
    if float(text.replace(",", "")) == 0:
        return text
    return (say.minus if value < 0 else "+" if signed else "") + text


def quantity(value: Any, unit: str, say: Wording) -> str:
    """Write one number with its unit; ``none`` where there is no number."""
    if not finite(value):
        return "none"
    return f"{figure_words(value, decimals_for(abs(value)), say)} {say.unit(unit)}".rstrip()


def interval_words(entry: Mapping[str, Any], unit: str, decimals: int, say: Wording, *, signed: bool = False) -> str:
    """Write a prediction: middle, unit and 90 % interval; empty if there is none."""
    middle, low, high = (entry.get(key) for key in ("predicted", "predicted_low", "predicted_high"))
    if not finite(middle):
        return ""
    text = f"{figure_words(middle, decimals, say, signed=signed)} {say.unit(unit)}".rstrip()
    if not (finite(low) and finite(high)):
        return text
    ends = (figure_words(each, decimals, say, signed=signed) for each in (low, high))
    return f"{text} ({' to '.join(ends)})"


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
