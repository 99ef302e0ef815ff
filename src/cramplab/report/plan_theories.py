"""What each theory says of a plan: counts with intervals, a hundred people as signs, and where theories disagree.

It stands beside the plan and is no reason for it: nothing here tells anybody what to drink.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from cramplab.report import plan_words as words
from cramplab.report.evidence_figures import Interval, IntervalPlot, draw
from cramplab.report.prose import Wording

_ACROSS = 20
_STEP = 10.0
_ROUND_ENDS = (10.0, 20.0, 50.0)


@dataclass(frozen=True)
class TheoryRow:
    """One theory as it stands on the page: name, count in words, a hundred signs, and what it blames."""

    name: str
    blames: str
    count: str
    against_thirst: str
    people: str


def theory_rows(tree: Mapping[str, Any]) -> list[TheoryRow]:
    """Give a row for each theory."""
    say = words.wording(tree)
    return [
        TheoryRow(
            each["theory"].replace("_", " "), each["blames"],
            words.count_of_100(each["chance"], say) if each["chance"] else each["why_not"] or "no number",
            words.count_of_100(each["against_thirst"], say, signed=True) if each["against_thirst"] else "–",
            icon_array(each, say) if each["chance"] else "",
        )
        for each in tree["theories"]
    ]  # fmt: skip


def icon_array(view: Mapping[str, Any], say: Wording) -> str:
    """Draw a hundred people: filled up to the median, ringed with a dot up to the high end, small dots beyond."""
    chance = view["chance"]
    sure, perhaps = round(chance["median"]), round(chance["high"])
    filled, ringed, empty = [], [], []
    for place in range(100):
        x, y = _STEP * (place % _ACROSS) + 5.0, _STEP * (place // _ACROSS) + 5.0
        if place < sure:
            filled.append(f"M{x - 3.5:g} {y:g}a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0z")
        elif place < perhaps:
            ringed.append(f"M{x - 3:g} {y:g}a3 3 0 1 0 6 0a3 3 0 1 0 -6 0z")
        else:
            empty.append(f"M{x - 1:g} {y:g}h2")
    name = f"people-{view['theory'].replace('_', '-')}"
    title = f"{view['theory'].replace('_', ' ')}: {words.count_of_100(chance, say)} of 100"
    described = f"{sure} filled discs; rings up to {perhaps}, where the range of 90 % ends; dots for the others."
    return (
        f'<svg viewBox="0 0 {_STEP * _ACROSS:g} {_STEP * 100 / _ACROSS:g}" role="img" '
        f'aria-labelledby="{name}-title {name}-desc"><title id="{name}-title">{escape(title)}</title>'
        f'<desc id="{name}-desc">{escape(described)}</desc><path d="{"".join(filled)}" fill="#1a1a1a"/>'
        f'<path d="{"".join(ringed)}" fill="none" stroke="#4a4a4a" stroke-width="1.2"/>'
        f'<path d="{"".join(empty)}" stroke="#8a8a8a" stroke-width="2"/></svg>'
    )


def theory_figure(tree: Mapping[str, Any]) -> str:
    """Draw a dot with its interval for each theory; empty if none tells a number."""
    told = [each for each in tree["theories"] if each["chance"]]
    if not told:
        return ""
    return _dots("theories", "Of 100 people under this plan, theory by theory", told)


def _dots(name: str, title: str, told: Sequence[Mapping[str, Any]]) -> str:
    say = Wording()
    highest = max(each["chance"]["high"] for each in told)
    end = next((each for each in _ROUND_ENDS if highest <= each), 100.0)
    rows = [
        Interval(each["theory"], each["chance"]["median"], each["chance"]["low"], each["chance"]["high"])
        for each in told
    ]
    described = "; ".join(
        f"{each['theory'].replace('_', ' ')} {words.count_of_100(each['chance'], say)}" for each in told
    )
    return draw(IntervalPlot(name, title, f"{described}.", "people with a cramp, of 100", rows, neutral=None,
                             limits=(-0.02 * end, end)))  # fmt: skip


def by_way(tree: Mapping[str, Any]) -> tuple[list[str], list[tuple[str, list[str]]]]:
    """Give the theories' counts under each way to drink: the ways, and a row of counts for each theory."""
    say = words.wording(tree)
    ways = [way for way in tree["comparisons"] if way["theories"]]
    names = list(dict.fromkeys(name for way in ways for name in way["theories"]))
    rows = [
        (name.replace("_", " "), [words.count_of_100(way["theories"].get(name), say) for way in ways]) for name in names
    ]
    return [way["label"] for way in ways], rows


def all_alike(tree: Mapping[str, Any]) -> bool:
    """Tell whether no theory's count changes by one in a hundred between the ways to drink."""
    counts: dict[str, list[float]] = {}
    for way in tree["comparisons"]:
        for name, found in way["theories"].items():
            counts.setdefault(name, []).append(found["median"])
    return all(max(each) - min(each) < 1.0 for each in counts.values())
