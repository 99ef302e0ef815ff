"""What each theory makes of one event: the chance of a cramp, theory by theory, for report and card of a run."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from cramplab.report.evidence_figures import Interval, IntervalPlot, draw
from cramplab.report.prose import WIDTH
from cramplab.report.verdicts import finite

NOT_BLENDED = (
    "Each line is what would follow if that theory were right. They are not blended into one number, because nobody "
    "knows which of them is right."
)
_NAME = 14  # columns of a name on the card
_UNKNOWN = "we do not know"


def theory_section(tree: Mapping[str, Any]) -> str:
    """Give a section of the report; empty if the run holds no answer of a theory.

    Parameters
    ----------
    tree
        The content of ``result.json``, with ``cramp_by_theory`` (chances out of 100 people), ``differ``,
        ``measure_next`` and ``reference``.
    """
    answers: Sequence[Mapping[str, Any]] = tree.get("cramp_by_theory") or ()
    if not answers:
        return ""
    sentences = [str(tree.get(key) or "") for key in ("differ", "measure_next", "reference")]
    said = "".join(f"<p>{escape(words)}</p>\n" for words in sentences if words)
    return (
        '<section aria-labelledby="by-theory">\n'
        '<h2 id="by-theory">A cramp in this event, theory by theory</h2>\n'
        "<p>Out of 100 people like this one in an event like this one, so many would have a cramp. "
        f"<strong>{escape(NOT_BLENDED)}</strong></p>\n"
        f"{_figure(answers)}{_table(answers)}{said}"
        "<p>Research, not medical advice: no theory of cramp is settled, and these counts tell nobody what to do.</p>\n"
        "</section>\n"
    )


def theory_lines(tree: Mapping[str, Any]) -> list[str]:
    """Give the lines of the card, at most 110 characters wide; none if the run holds no answer of a theory."""
    answers: Sequence[Mapping[str, Any]] = tree.get("cramp_by_theory") or ()
    if not answers:
        return []
    told = "; ".join(f"{_name(each)} {_count(each, '-')}" for each in answers)
    lines = _lines("CRAMP", f"of 100 people like this one, by theory (not blended): {told}")
    for name, key in (("Difference", "differ"), ("Measure next", "measure_next")):
        lines += _lines(name, str(tree[key])) if tree.get(key) else []
    return lines


def _lines(name: str, text: str) -> list[str]:
    return textwrap.wrap(f"{name:<{_NAME}}{text}", WIDTH, subsequent_indent=" " * _NAME, break_on_hyphens=False)


def _name(answer: Mapping[str, Any]) -> str:
    return str(answer["theory"]).replace("_", " ")


def _count(answer: Mapping[str, Any], between: str = " to ") -> str:
    """Write the number of 100 people with its range."""
    if not finite(answer.get("chance")):
        return _UNKNOWN
    low, high = answer.get("low"), answer.get("high")
    spread = f" ({low:.0f}{between}{high:.0f})" if finite(low) and finite(high) else ""
    return f"{answer['chance']:.0f}{spread}"


def _figure(answers: Sequence[Mapping[str, Any]]) -> str:
    rows = [
        Interval(each["theory"], each.get("chance"), each.get("low"), each.get("high"), without=_UNKNOWN)
        for each in answers
    ]
    if not any(finite(row.value) for row in rows):
        return ""
    highest = max(each for row in rows for each in (row.value, row.high) if finite(each))
    # The axis begins at nobody and ends at a round number, so that small chances are not blown up.
    end = next((each for each in (10.0, 20.0, 50.0) if highest <= each), 100.0)
    plot = IntervalPlot(
        name="cramp-by-theory",
        title="Cramps of 100 people, theory by theory",
        described=" ".join(f"{_name(each)}: {_count(each)}." for each in answers),
        axis="people with a cramp, of 100",
        intervals=rows,
        neutral=None,
        limits=(-0.02 * end, end),
    )
    caption = "Dot: the count; bar: its range of 90 %."
    return f'<figure class="column">{draw(plot)}<figcaption>{caption}</figcaption></figure>\n'


def _table(answers: Sequence[Mapping[str, Any]]) -> str:
    rows = "".join(
        f'<tr><th scope="row">{escape(_name(each))}</th><td data-label="of 100">{_count(each)}</td>'
        f"<td>{escape(str(each.get('claim') or ''))}</td></tr>\n"
        for each in answers
    )
    heads = "".join(f'<th scope="col">{words}</th>' for words in ("Theory", "Of 100 people (90 %)", "What it blames"))
    return f'<table class="stack">\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}</tbody></table>\n'
