"""The card of a dozen lines that a planned event prints on the terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cramplab.report import plan_words as words
from cramplab.report.prose import Wording, clock
from cramplab.safety.red_flags import stop_line

WIDTH = 100
_NAME = 8
_MOST_LINES = 2


def plan_card(tree: Mapping[str, Any], folder: Path | None) -> str:
    """Give the card as plain text, at most 100 characters wide.

    Parameters
    ----------
    tree
        The content of ``plan.json``.
    folder
        Where the plan was written; the last line names page, pocket card and data. None if nothing was written.
    """
    say = words.wording(tree, minus="-")
    tree = words.for_reader(tree, say)
    rows = [_title(tree, say)]
    rows += _plan_rows(tree, say) if words.has_plan(tree) else _no_plan_rows(tree)
    rows += _put("WATCH", f"heat: {words.heat_words(tree, say)}")
    rows += _put("STOP", f"and get help: {stop_line()}", most=4)
    if tree["asked"] != "answered":
        rows += _put("ASKED", "nobody answered the red flags yet; read them first: cramplab redflags")
    if folder is not None:
        # Not wrapped: a reader copies the paths.
        names = (("card", words.CARD_FILE), ("data", words.DATA_FILE))
        others = "  ".join(f"{name} {folder / file}" for name, file in names)
        rows.append(f"{'PAGE':<{_NAME}}{folder / words.PAGE_FILE}  {others}")
    return "\n".join(rows)


def _title(tree: Mapping[str, Any], say: Wording) -> str:
    goal = f"goal {clock(tree['goal_s'])}" if tree["goal_s"] else f"{clock(tree['duration_s'])} h"
    who = f"{tree['person_id']}  {say.with_unit(tree['mass_kg'], 'kg')}  {goal}"
    made = f"cramplab {tree['version']}  seed {tree['seed']}"
    space = WIDTH - len(who) - len(made) - 6
    title = tree["title"] if len(tree["title"]) <= space else f"{tree['title'][: max(space - 3, 0)]}..."
    return f"{title}   {who}   {made}"


def _plan_rows(tree: Mapping[str, Any], say: Wording) -> list[str]:
    found, chances = tree["figures"], tree["chances"]
    rows = _put(
        "SWEAT", f"{say.estimate(found.get('sweat_rate'))}, in brackets 90 %. {words.sentence(tree['sweat_evidence'])}"
    )
    less = "less if full or not thirsty, never more" if words.drinks_something(tree) else ""
    less = less if tree["outcome"] == "numbers" else ""
    rows += _put("DRINK", "; ".join(part for part in (words.drink_line(tree, say), less) if part), most=4)
    if tree["outcome"] == "thirst" and tree["reasons"]:
        rows += _put("why", _first_sentence(" ".join(tree["reasons"])))
    salt = words.salt_words(tree, say)
    rows += _put("SODIUM", words.sodium_line(tree, say) + (f"; {salt}" if salt else ""))
    change = {**found["body_mass_change"], "signed": True}
    gain = f"chance of weight GAIN {words.of_100(chances['mass_gain'])}"
    rows += _put("END", f"body mass {say.estimate(change)}; {gain}")
    rows += _cramp_rows(tree, say)
    rows += _put("LIMIT", words.sentence(tree["bound_words"] or "no limit set the plan"))
    return rows + _put("PACE", words.pacing_words(tree))


def _no_plan_rows(tree: Mapping[str, Any]) -> list[str]:
    unknown = tree["outcome"] == "unknown"
    rows = _put("NO PLAN", "we do not know: this is outside what was ever tested" if unknown else "refused")
    for each in tree["refusals"]:
        rows += _put("why", f"{words.sentence(each['words'])} [{each['limit']}]", most=8)
        rows += _put("change", words.sentence(each["remedy"]), most=4) if each["remedy"] else []
    rows += _put("ANYWAY", "never drink so much that your weight goes up")
    if tree["theories_unknown"]:
        rows += _put("CRAMP", "we do not know, for the same reason")
    return rows


def _cramp_rows(tree: Mapping[str, Any], say: Wording) -> list[str]:
    if tree["theories_unknown"]:
        return _put("CRAMP", f"we do not know. {tree['theories_unknown']}")
    groups: dict[str, list[str]] = {}
    for each in tree["theories"]:
        if each["chance"] is not None:
            count = words.count_of_100(each["chance"], say).replace(" to ", "-")
            groups.setdefault(count, []).append(each["theory"].replace("_", " "))
    if not groups:
        return []
    told = " | ".join(f"{', '.join(names)} {count}" for count, names in groups.items())
    return _put("CRAMP", f"of 100, by theory: {told}", most=3) + _put("", _first_sentence(tree["theories_differ"]))


def _first_sentence(text: str) -> str:
    return f"{text.split('. ')[0].rstrip('.')}." if text else ""


def _put(name: str, text: str, most: int = _MOST_LINES) -> list[str]:
    """Give the lines of an entry; what would make the card a log is cut, and stands whole on the page."""
    if not text:
        return []
    return textwrap.wrap(
        f"{name:<{_NAME}}{text}", WIDTH, subsequent_indent=" " * _NAME, break_on_hyphens=False, max_lines=most,
        placeholder=" ...",
    )  # fmt: skip
