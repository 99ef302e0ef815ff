"""From the scoreboard to one self-contained HTML file: no network, no script, the same bytes for the same data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cramplab.report.document import style_sheet, template
from cramplab.report.evidence_figures import Interval, IntervalPlot, draw, finding_plot
from cramplab.report.prose import Wording
from cramplab.report.scoreboard import KINDS, Board, Finding
from cramplab.report.verdicts import NINETY_PERCENT, VERDICTS, Mark, finite, quantity, score_words, weight_words

_MOST_MARKS = 6  # of a cell of the matrix; more are counted


@dataclass(frozen=True)
class MarkShown:
    """A sign in a cell of the matrix: how often, whether the finding set the theory's strength, whether it counts."""

    mark: Mark
    times: int = 1
    sets_strength: bool = False
    counted: bool = True


@dataclass(frozen=True)
class Cell:
    """What one theory says to one study: signs to look at, and the same in words."""

    words: str
    marks: Sequence[MarkShown]


@dataclass(frozen=True)
class FindingShown:
    """One finding inside an opened study."""

    finding: Finding
    published: str
    about: str
    plot: str
    rows: Sequence[Mapping[str, Any]]
    reasons: Sequence[str]


@dataclass(frozen=True)
class StudyShown:
    """One study: its row of the matrix, and what opens below it."""

    study: Mapping[str, Any]
    meta: str
    cells: Sequence[Cell]
    findings: Sequence[FindingShown]


def render_evidence(data: Mapping[str, Any]) -> str:
    """Give the page of a scoreboard.

    Parameters
    ----------
    data
        The content of ``evidence.json``; every number on the page is read from it.
    """
    return template("evidence.html.j2").render(evidence_context(data) | {"css": style_sheet()})


def evidence_context(data: Mapping[str, Any], *, study_pages: str = "") -> dict[str, Any]:
    """Give what ``evidence_body.html.j2`` prints, for a page with another frame.

    Parameters
    ----------
    study_pages
        Address before a study's key, such as ``/evidence/``, where each has a page of its own (`study_context`).
        Without it all findings stand on the one page, which is then large.
    """
    board, say, whole = Board(data), Wording(), not study_pages
    return {
        "data": data, "board": board, "say": say, "verdicts": VERDICTS,
        "study_pages": study_pages, "study_link": study_pages or "#s-",
        "groups": [(words, [(name, [_study(board, study, name, whole) for study in members])
                            for name, members in inside])
                   for words, inside in board.groups()],
        "findings": sum(map(len, board.findings.values())),
        "answered": sum(each.simulated for found in board.findings.values() for each in found),
        "counts": _counts(board), "kinds": KINDS, "withouts": [_totals(board, each) for each in board.withouts()],
        "totals_plot": _totals_plot(board), "weights_plot": _weights_plot(board),
        "strength": strength_words, "score": score_words, "weight": weight_words, "quantity": quantity,
    }  # fmt: skip


def study_context(data: Mapping[str, Any], key: str, *, totals_link: str) -> dict[str, Any]:
    """Give what ``study_body.html.j2`` prints: one study with all of its findings.

    Parameters
    ----------
    key
        Of the study.
    totals_link
        Where scores are explained.

    Raises
    ------
    KeyError
        If there is no such study.
    """
    board = Board(data)
    study = {each["key"]: each for each in board.studies}[key]
    return {"each": _study(board, study, "", True), "verdicts": VERDICTS, "totals_link": totals_link}


def _study(board: Board, study: Mapping[str, Any], heading: str, whole: bool) -> StudyShown:
    findings = board.findings[study["key"]]
    unanswered = sum(not each.simulated for each in findings)
    number = f"{len(findings)} finding{'s' if len(findings) != 1 else ''}"
    laboratory = study.get("laboratory") or ""
    parts = ["" if laboratory == heading else laboratory, number, f"{unanswered} not simulated" if unanswered else ""]
    return StudyShown(
        study=study,
        meta=", ".join(part for part in parts if part),
        cells=[_cell(theory, findings) for theory in board.theories],
        findings=[_finding(each, f"f-{study['key']}-{each.found['id']}") for each in findings] if whole else [],
    )


def _cell(theory: str, findings: Sequence[Finding]) -> Cell:
    """Give the signs of one theory; a finding to which no theory answers is left out, so that places compare."""
    told = [each for each in findings if each.simulated]
    counted = Counter(each.rows[theory]["verdict"] for each in findings)
    words = ", ".join(f"{word} {counted[word]}" for word in VERDICTS if counted[word])
    if not told:
        return Cell(f"{theory}: {words}", [MarkShown(VERDICTS["not simulated"])])
    if len(told) > _MOST_MARKS:
        seen = Counter(each.rows[theory]["verdict"] for each in told)
        return Cell(f"{theory}: {words}", [MarkShown(VERDICTS[word], seen[word]) for word in VERDICTS if seen[word]])
    marks = [
        MarkShown(
            VERDICTS[each.rows[theory]["verdict"]],
            sets_strength=bool(each.rows[theory].get("used_to_calibrate")),
            counted=bool(each.found.get("scored", True)),
        )
        for each in told
    ]
    return Cell(f"{theory}: {words}", marks)


def _finding(finding: Finding, name: str) -> FindingShown:
    say = Wording()
    rows = [
        {
            "theory": theory, "predicted": _predicted(finding, row, say), "mark": VERDICTS[row["verdict"]],
            "score": score_words(row["log_density"]) if finite(row.get("log_density")) else "",
            "sets": bool(row.get("used_to_calibrate")),
        }
        for theory, row in finding.rows.items()
    ]  # fmt: skip
    return FindingShown(
        finding, finding.published_words(say), _about(finding), finding_plot(finding, name), rows, _reasons(finding)
    )


def _predicted(finding: Finding, row: Mapping[str, Any], say: Wording) -> str:
    """Say what a theory predicts; where only a sign was published, also how often the sign is the same."""
    words, share = finding.predicted_words(row, say), row.get("predicted_direction_share")
    if finite(finding.found.get("published")) or not finite(share):
        return words
    return f"{words}; " * bool(words) + f"as published in {100 * share:.0f} %"


def _reasons(finding: Finding) -> tuple[str, ...]:
    """Give why theories do not answer, each reason once."""
    found: dict[str, list[str]] = {}
    for theory, row in finding.rows.items():
        if row.get("reason"):
            found.setdefault(row["reason"], []).append(theory)
    return tuple(
        reason if len(who) == len(finding.rows) else f"{', '.join(who)}: {reason}" for reason, who in found.items()
    )


def _about(finding: Finding) -> str:
    """Give who and how sure: number of people, p, and whether it counts."""
    found = finding.found
    parts = []
    if found.get("n"):
        number = found["n"]
        parts.append(f"n = {' and '.join(map(str, number)) if isinstance(number, (list, tuple)) else number}")
    if found.get("p"):
        parts.append(f"p {found['p']}" if str(found["p"])[:1] in "<>=≤≥" else f"p = {found['p']}")
    if found.get("used_to_calibrate"):
        parts.append("it set a strength, and judges that theory no more")
    if not found.get("scored", True):
        parts.append(f"not counted: {found.get('why_not_scored') or 'shown alone'}")
    return "; ".join(parts)


def strength_words(theory: Mapping[str, Any]) -> str:
    """Say how strong a theory was found to be, and whether its observation tells that at all."""
    strength = theory.get("strength")
    if not strength:
        return "as its law is written"
    text = f"{strength['mode']:.2f} ({strength['low']:.2f} to {strength['high']:.2f})"
    return f"{text}; the observation does not pin it down" if theory.get("identifiable") is False else text


def _counts(board: Board) -> list[tuple[str, list[tuple[str, Mapping[str, Any] | None]]]]:
    """Give for every theory its verdicts in each kind of study."""
    found = {(each["theory"], each["kind"]): each for each in board.data["counts"]}
    kinds = [kind for kind in KINDS if any(kind == each for _, each in found)]
    return [(theory, [(kind, found.get((theory, kind))) for kind in kinds]) for theory in board.theories]


def _totals(board: Board, without: str) -> Mapping[str, Any]:
    """Give a row of the table of totals, the best one marked."""
    cells = [board.total(theory, without) for theory in board.theories]
    scores = [each["log_density"] for each in cells if each and finite(each["log_density"])]
    numbers = sorted({each["findings"] for each in cells if each})
    return {
        "words": f"without {without}" if without else "all studies",
        "findings": " to ".join(map(str, numbers[:1] + numbers[1:][-1:])),
        "cells": cells,
        "best": max(scores, default=None),
    }


def _totals_plot(board: Board) -> str:
    rows = list(_total_intervals(board))
    if not any(finite(row.value) for row in rows):
        return ""
    described = "Total of the log predictive density of every theory with its 90 % range; numbers in the table below."
    axis = "log predictive density, all studies (right is better)"
    return draw(IntervalPlot("totals", "Total of every theory", described, axis, rows, neutral=None))


def _total_intervals(board: Board) -> Iterator[Interval]:
    for theory in board.theories:
        total = board.total(theory, "")
        if not total or not finite(total["log_density"]):
            yield Interval(theory, None, without="not scored")
            continue
        reach = NINETY_PERCENT * (total["standard_error"] or 0.0)
        yield Interval(theory, total["log_density"], total["log_density"] - reach, total["log_density"] + reach)


def _weights_plot(board: Board) -> str:
    found = {each["theory"]: each for each in board.data["weights"]}
    if not found:
        return ""
    rows = [
        Interval(theory, each.get("weight"), each.get("low"), each.get("high"), without="not weighed")
        for theory, each in ((theory, found.get(theory, {})) for theory in board.theories)
    ]
    described = "Weight of every theory with its 90 % range; numbers in the table below."
    axis = "weight by leaving one study out"
    return draw(IntervalPlot("weights", "Weight of every theory", described, axis, rows, limits=(-0.02, 1.02)))
