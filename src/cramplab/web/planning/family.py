"""A plan beside its "what ifs": the same rows for each, read from what was foreseen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cramplab.report import plan_words as words
from cramplab.report.prose import Wording, clock
from cramplab.web.storage.plans import KeptPlan

_NONE = "–"


@dataclass(frozen=True)
class Column:
    """One plan, or one way to drink that somebody asked about, in the table.

    Parameters
    ----------
    link
        Where it is to be seen; empty for the page that shows the table.
    cells
        By row.
    """

    title: str
    link: str
    cells: Mapping[str, str]


def family_table(plans: Sequence[KeptPlan], shown: str) -> tuple[list[str], list[Column]]:
    """Lay plans beside each other.

    Parameters
    ----------
    plans
        The first one, then its "what ifs".
    shown
        Id of the one whose page this is.

    Returns
    -------
    rows, columns
        The words of each row, and the plans with a cell for each.
    """
    columns = [column for each in plans for column in _columns(each, shown)]
    rows = list(dict.fromkeys(row for column in columns for row in column.cells))
    return rows, columns


def _columns(kept: KeptPlan, shown: str) -> Iterator[Column]:
    tree = kept.tree
    say = words.wording(tree)
    title = f"What if: {kept.change}" if kept.parent else "The plan"
    link = "" if kept.id == shown else f"/plan/{kept.id}"
    event = {"Time": f"{clock(tree['duration_s'])} h", "Heat": words.heat_words(tree, say)}
    if not words.has_plan(tree):
        why = " ".join(words.sentence(each["words"]) for each in tree["refusals"])
        yield Column(title, link, event | {"Drink": f"✕ no plan. {why}"})
        return
    drink = words.sentence(words.drink_line(tree, say))
    yield Column(title, link, event | {"Drink": drink} | _foreseen(tree, say, _theories_of_plan(tree)))
    own = next((each for each in tree["comparisons"] if each["name"] == "own"), None)
    if own is not None:
        breaks = ", ".join(each.replace("_", " ") for each in own["broken"])
        told = f"▲ Shown, not advised: it breaks {breaks}." if breaks else "Shown, not advised; it breaks no limit."
        amount = say.median(own["figures"].get("intake_rate"))
        yield Column(f"{title} (the own amount)", link, event | {"Drink": f"{amount}. {told}"}
                     | _foreseen(own, say, own["theories"]))  # fmt: skip


def _theories_of_plan(tree: Mapping[str, Any]) -> dict[str, Any]:
    return {each["theory"]: each["chance"] for each in tree["theories"]}


def _foreseen(found: Mapping[str, Any], say: Wording, theories: Mapping[str, Any]) -> dict[str, str]:
    figures, chances = found["figures"], found["chances"]
    change = figures.get("body_mass_change")
    cells = {
        "Body mass at the end": say.estimate(change | {"signed": True}) if change else _NONE,
        "Heavier at the end": words.chance_words(chances.get("mass_gain")),
        "Core at its highest": say.estimate(figures.get("core_temperature_highest")),
    }
    for name, chance in theories.items():
        cells[f"Cramp, if {name.replace('_', ' ')} is right"] = (
            f"{words.count_of_100(chance, say)} of 100" if chance else words.count_of_100(None, say)
        )
    return cells
