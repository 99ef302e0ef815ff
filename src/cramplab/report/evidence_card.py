"""The scoreboard and the claims as plain text for a terminal: signs, not colours."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from statistics import median
from typing import Any

from cramplab.report.prose import Wording
from cramplab.report.scoreboard import KINDS, Board, Finding
from cramplab.report.verdicts import (
    CLAIM_VERDICTS,
    SAYS,
    VERDICTS,
    Mark,
    check_schema,
    decimals_for,
    finite,
    interval_words,
    mark_of,
    score_words,
)

WIDTH = 110
NOT_ADVICE = "Research, not medical advice: a verdict speaks of a theory inside this model."
_LEAST_NAME, _MOST_CELL = 30, 9
_MOST_PAIRS = 6  # said one by one; more are shown by signs alone
_SAY = Wording(minus="-")


def evidence_text(data: Mapping[str, Any], width: int = WIDTH) -> str:
    """Give the scoreboard: a matrix of signs, totals, weights, and what cannot be told apart.

    Parameters
    ----------
    data
        The content of ``evidence.json``.
    width
        Columns of the terminal.
    """
    board = Board(data)
    grid = _Grid(board.theories, width)
    parts = [
        f"Theories on trial: {len(board.studies)} studies, {len(board.theories)} theories, seed {data['seed']}",
        NOT_ADVICE,
        f"{_legend(VERDICTS)}   (one sign for each finding simulated)",
        "",
        *grid.heads(),
        *_matrix(board, grid),
        *_numbers(board, grid),
        "",
        *_sentences(board, width),
    ]
    return "\n".join(line.rstrip() for line in parts)


def evidence_rows_text(data: Mapping[str, Any]) -> str:
    """Give a row for every theory and finding: published, predicted with its 90 % interval, verdict, score."""
    board, lines = Board(data), [NOT_ADVICE]
    longest = max(map(len, board.theories), default=0)
    for study in board.studies:
        lines += ["", f"{study['key']}  {study['title']} ({study.get('laboratory') or study['judge']})"]
        for finding in board.findings[study["key"]]:
            lines.append(f"  {finding.found['id']}: {finding.found['words']}")
            lines.append(f"    {'published':<{longest}}  {finding.published_words(_SAY)}")
            lines += [f"    {theory:<{longest}}  {_row(finding, theory)}" for theory in board.theories]
    return "\n".join(lines)


def claims_text(data: Mapping[str, Any], width: int = WIDTH) -> str:
    """Give every claim with its verdict, what each theory says, and which studies speak.

    Parameters
    ----------
    data
        The content of ``claims.json``.
    width
        Columns of the terminal.
    """
    check_schema(data, "list of claims")
    lines = [NOT_ADVICE, "Theories: " + _legend(SAYS)]
    for claim in data["claims"]:
        verdict = mark_of(claim["verdict"], CLAIM_VERDICTS).word
        lines += ["", *_wrapped(f"{claim['id']}  {verdict.upper()}: {claim['claim']}", width, 5)]
        for words in (claim["experiment"], claim["words"]):
            lines += _wrapped(f"     {words}", width, 5) if words else []
        lines += [f"     {line}" for line in _answers(claim["answers"])]
        for study in claim["studies"]:
            lines += _wrapped(f"     {study['speaks']:<8} {study['study']}: {study['words']}", width, 14)
        if claim["red_flags"]:
            lines.append("     Red flags, when to get help: on the page of the claims.")
    return "\n".join(lines)


class _Grid:
    """Columns that are the same from the matrix to the weights.

    Parameters
    ----------
    theories
        Their names, in order.
    width
        Columns of the terminal; the names of rows get what the theories leave.
    """

    def __init__(self, theories: Sequence[str], width: int) -> None:
        self.cell = max(min((width - _LEAST_NAME) // max(len(theories), 1), _MOST_CELL), 5)
        self.name = max(width - self.cell * len(theories), _LEAST_NAME)
        self.theories = theories

    @property
    def room(self) -> int:
        """Characters of a cell, its gap left out."""
        return self.cell - 1

    def heads(self) -> list[str]:
        """Give the names of the columns, a word below the other and cut to their width."""
        words = [theory.replace("-", "_").split("_") for theory in self.theories]
        height = max(map(len, words), default=1)
        words = [[""] * (height - len(each)) + each for each in words]
        names = [""] * (height - 1) + ["Study"]
        return [self.row(names[line], [each[line][: self.room] for each in words]) for line in range(height)]

    def row(self, name: str, cells: Sequence[str]) -> str:
        """Give a line: its name, cut if need be, and a cell for each theory."""
        most = self.name - 1
        shown = name if len(name) <= most else name[: most - 3] + "..."
        return f"{shown:<{self.name}}" + "".join(f"{each:<{self.cell}}" for each in cells)

    def number(self, entry: Mapping[str, Any] | None, key: str, decimals: int) -> str:
        """Write a number with the decimals that a cell has room for; a hyphen for none."""
        if not entry or not finite(entry.get(key)):
            return "-"
        texts = (f"{entry[key]:.{each}f}" for each in (decimals, 0))
        return next((text for text in texts if len(text) <= self.room), f"{entry[key]:.0e}")


def _matrix(board: Board, grid: _Grid) -> Iterator[str]:
    for words, laboratories in board.groups():
        yield ""
        yield words.upper()
        for name, studies in laboratories:
            if name:
                yield f"{name}:"
            for study in studies:
                found = board.findings[study["key"]]
                signs = [_signs(theory, found, grid.room) for theory in board.theories]
                yield grid.row(f"  {study['title'] or study['key']}", signs)


def _signs(theory: str, findings: Sequence[Finding], room: int) -> str:
    """Give the signs of one theory in one study, in the order of its findings; counted where they are too many."""
    told = [each for each in findings if each.simulated]
    if not told:
        return VERDICTS["not simulated"].plain
    words = [each.rows[theory]["verdict"] for each in told]
    if len(words) <= room:
        return "".join(VERDICTS[word].plain for word in words)
    counted = [f"{number}{VERDICTS[word].plain}" for word, number in Counter(words).most_common()]
    shown = "".join(counted)
    while len(shown) > room:
        counted = counted[:-1]
        shown = "".join(counted) + "~"
    return shown


def _numbers(board: Board, grid: _Grid) -> Iterator[str]:
    counts = {(each["theory"], each["kind"]): each for each in board.data["counts"]}
    for kind in (kind for kind in KINDS if any(kind == each for _, each in counts)):
        yield ""
        for word in VERDICTS:
            found = [counts.get((theory, kind)) for theory in board.theories]
            yield grid.row(f"{kind}, {word}", [str(each[word]) if each else "-" for each in found])
    yield ""
    yield "LOG PREDICTIVE DENSITY (more is better; a difference counts if it is larger than its error)"
    for without in board.withouts():
        totals = [board.total(theory, without) for theory in board.theories]
        words = f"without {without}" if without else "all studies"
        yield grid.row(words, [grid.number(each, "log_density", 1) for each in totals])
        if not without:
            yield grid.row("  standard error", [grid.number(each, "standard_error", 1) for each in totals])
            yield grid.row("  findings", [grid.number(each, "findings", 0) for each in totals])
    yield ""
    yield "WEIGHT, leaving one study out"
    weights = {each["theory"]: each for each in board.data["weights"]}
    for key, words in (("weight", "weight"), ("low", "  90 %, from"), ("high", "  to")):
        yield grid.row(words, [grid.number(weights.get(theory), key, 2) for theory in board.theories])
    yield ""
    yield "PAIRS (? these studies cannot tell the row from the column;  > the row scores higher;  < lower)"
    signs = _pairs(board)
    for theory in board.theories:
        yield grid.row(theory, [signs.get((theory, other), "") for other in board.theories])


def _pairs(board: Board) -> dict[tuple[str, str], str]:
    """Give a sign for two theories, in either order."""
    found = {}
    for pair in board.pairs_that_cannot_be_told_apart():
        found[pair["a"], pair["b"]] = found[pair["b"], pair["a"]] = "?"
    for pair in board.pairs_told_apart():
        higher = pair["difference"] > 0
        found[pair["a"], pair["b"]] = ">" if higher else "<"
        found[pair["b"], pair["a"]] = "<" if higher else ">"
    return found


def _sentences(board: Board, width: int) -> Iterator[str]:
    yield from _wrapped(board.verdict_on_theories(), width)
    weighed = board.weights_in_words().replace("\u2212", "-")
    yield from _wrapped(weighed, width)
    for pair in board.pairs_told_apart():
        yield from _wrapped(pair["words"], width)
    open_pairs = board.pairs_that_cannot_be_told_apart()
    for pair in open_pairs if len(open_pairs) <= _MOST_PAIRS else ():
        yield from _wrapped(pair["words"], width)
    if board.data["unreproduced"]:
        yield "No theory reproduces:"
        for each in board.data["unreproduced"]:
            yield from _wrapped(f"  {board.title_of(each['study'])}: {each['words']}", width, 4)
    for notice in board.data["notices"]:
        yield from _wrapped(notice, width)


def _row(finding: Finding, theory: str) -> str:
    row = finding.rows[theory]
    mark = mark_of(row["verdict"], VERDICTS)
    predicted = finding.predicted_words(row, _SAY)
    parts = [f"{mark.plain} {mark.word:<13}", f"{predicted:<34}" if predicted else ""]
    if finite(row.get("log_density")):
        parts.append(f"score {score_words(row['log_density'], minus='-')}")
    if row.get("used_to_calibrate"):
        parts.append("(set its strength)")
    if row.get("reason"):
        parts.append(row["reason"])
    return "  ".join(part for part in parts if part).rstrip()


def _answers(answers: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Give a line for each theory, below the name of what was measured."""
    longest = max((len(each["theory"]) for each in answers), default=0)
    measures = list(dict.fromkeys(each["measure"] for each in answers))
    for measure in measures:
        found = [each for each in answers if each["measure"] == measure]
        numbers = [each[key] for each in found for key in ("predicted", "predicted_low", "predicted_high")]
        sizes = [abs(each) for each in numbers if finite(each)]
        decimals = decimals_for(median(sizes)) if sizes else 1
        signed = any(finite(each) and each < 0 for each in numbers)
        yield f"{measure.replace('_', ' ')}:"
        for each in found:
            mark = mark_of(each["says"], SAYS)
            told = interval_words(each, each.get("unit") or "", decimals, _SAY, signed=signed)
            yield f"  {mark.plain} {each['theory']:<{longest}}  {told or 'no number'}"


def _legend(marks: Mapping[str, Mark]) -> str:
    return "   ".join(f"{mark.plain} {mark.word}" for mark in marks.values())


def _wrapped(text: str, width: int, indent: int = 0) -> list[str]:
    return textwrap.wrap(text, width, subsequent_indent=" " * indent, break_on_hyphens=False)
