"""From the claims and their verdicts to one self-contained HTML file: no network, no script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from cramplab.report.document import style_sheet, template
from cramplab.report.evidence_figures import Interval, IntervalPlot, axis_words, draw
from cramplab.report.prose import Wording
from cramplab.report.verdicts import (
    CLAIM_VERDICTS,
    SAYS,
    Mark,
    check_schema,
    decimals_for,
    finite,
    interval_words,
    mark_of,
)
from cramplab.safety.red_flags import load_red_flags

SPEAKS = {"for": "for it", "against": "against it", "neither": "neither way"}


@dataclass(frozen=True)
class AnswersShown:
    """What the theories say to a claim in one measure: a drawing and a table."""

    plot: str
    rows: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class ClaimShown:
    """One claim with all that is told of it."""

    claim: Mapping[str, Any]
    mark: Mark
    answers: Sequence[AnswersShown]
    studies: Sequence[tuple[str, Sequence[Mapping[str, Any]]]]


def render_claims(data: Mapping[str, Any]) -> str:
    """Give the page of the claims.

    Parameters
    ----------
    data
        The content of ``claims.json``; every number on the page is read from it.
    """
    return template("claims.html.j2").render(claims_context(data) | {"css": style_sheet()})


def claims_context(data: Mapping[str, Any]) -> dict[str, Any]:
    """Give what ``claims_body.html.j2`` prints, for a page with another frame."""
    check_schema(data, "list of claims")
    claims = [_claim(each) for each in data["claims"]]
    counted = [(mark, sum(each.mark is mark for each in claims)) for mark in CLAIM_VERDICTS.values()]
    return {
        "data": data, "claims": claims, "counted": [(mark, number) for mark, number in counted if number],
        "verdicts": CLAIM_VERDICTS, "says": SAYS, "red_flag_rows": load_red_flags(),
    }  # fmt: skip


def _claim(claim: Mapping[str, Any]) -> ClaimShown:
    by_measure: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for answer in claim["answers"]:
        by_measure.setdefault((answer["measure"], answer.get("unit") or ""), []).append(answer)
    answers = [
        _answers(claim, measure, unit, found, f"{claim['id']}-{number}")
        for number, ((measure, unit), found) in enumerate(by_measure.items())
    ]
    spoken = [
        (words, [each for each in claim["studies"] if each["speaks"] == which]) for which, words in SPEAKS.items()
    ]
    return ClaimShown(
        claim=claim,
        mark=mark_of(claim["verdict"], CLAIM_VERDICTS),
        answers=answers,
        studies=[(words, found) for words, found in spoken if found],
    )


def _answers(
    claim: Mapping[str, Any], measure: str, unit: str, found: Sequence[Mapping[str, Any]], name: str
) -> AnswersShown:
    say = Wording()
    numbers = [each[key] for each in found for key in ("predicted", "predicted_low", "predicted_high")]
    sizes = [abs(each) for each in numbers if finite(each)]
    decimals = decimals_for(median(sizes)) if sizes else 1
    signed = any(finite(each) and each < 0 for each in numbers)
    rows = [
        {
            "theory": each["theory"],
            "predicted": interval_words(each, unit, decimals, say, signed=signed),
            "mark": mark_of(each["says"], SAYS),
        }
        for each in found
    ]
    return AnswersShown(_plot(claim, measure, unit, found, name), rows)


def _plot(claim: Mapping[str, Any], measure: str, unit: str, found: Sequence[Mapping[str, Any]], name: str) -> str:
    """Draw the effect under every theory, in the colour of what it says; empty if there is no number."""
    rows = [
        Interval(
            each["theory"], each.get("predicted"), each.get("predicted_low"), each.get("predicted_high"),
            mark_of(each["says"], SAYS), without=each["says"],
        )
        for each in found
    ]  # fmt: skip
    if not any(finite(row.value) for row in rows):
        return ""
    said = [each["says"] for each in found]
    counted = ", ".join(f"{said.count(word)} {word}" for word in SAYS if word in said)
    described = f"Predicted effect with its 90 % range; of {len(found)} theories: {counted}."
    return draw(IntervalPlot(name, claim["claim"], described, axis_words(measure, Wording().unit(unit)), rows))
