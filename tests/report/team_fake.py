"""An invented team, without the engine: one who gained weight, losses of every size, a bad row, answers for some.

Every number in it is made up; nothing here is a model of anything.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cramplab.core.plan_result import Chance, Range
from cramplab.core.results import Assumption
from cramplab.core.team import Athlete, Weighing
from cramplab.core.team_result import (
    Outlook,
    Replace,
    SessionAhead,
    SessionOutlook,
    SweatRate,
    TeamFlag,
    TeamResult,
    TeamRow,
    team_tree,
)
from cramplab.safety.red_flags import load_red_flags

CLAIMS = {
    "null": "Nothing that water, salt or fatigue do makes nerves more excitable.",
    "neuromuscular_control": "A tired muscle excites and inhibits its own nerve cells out of balance.",
    "electrolyte": "Salts around the nerve are off their usual values.",
    "dehydration": "Less fluid around the muscle squeezes nerve endings.",
    "vascular": "Too little blood reaches the working muscle.",
    "medication": "A medicine moves an ion, a volume or a gain.",
    "motor_neuron_plateau": "Motor neurons hold on to their firing by themselves.",
    "oropharyngeal_reflex": "A strong taste calms the motor neurons.",
    "multifactorial": "Several of these at once.",
}
UNREAD = (
    "weighins.csv, row 7, column 'after': 'n/a' is no mass. Expected kilograms, such as 81.4.",
    "roster.csv, row 12, column 'code': 'John Smith' looks like a name. Expected a code of one word.",
)  # fmt: skip
HEAVIER = next(each for each in load_red_flags() if each.id == "headache_or_heavier")
GAINED, SEVERE, ABOVE_3, ABOVE_2 = "LB54", "OL07", "DT90", "WR22"
TRAIT, YOUNG, FINE, UNWEIGHED = "RB31", "K01", "QB08", "TE_85"


def _flag(name: str, rank: int, urgency: Any, short: str, words: str, do: str = "") -> TeamFlag:
    return TeamFlag(name, rank, urgency, short, words, do, "an invented source", "from memory, to be checked")


def gain_flag(change: str = "+0.8 kg (+0.8 %)") -> TeamFlag:
    """Give the flag of somebody who gained weight."""
    return _flag("gain", 1, "now", "weight gain", f"Heavier after than before: {change}, with 3.9 L taken in.",
                 HEAVIER.say)  # fmt: skip


def row(code: str, position: str, before: float | None, after: float | None, drank: float | None = 1.5,
        flags: tuple[TeamFlag, ...] = (), rate: float = 1.5, **person: Any) -> TeamRow:  # fmt: skip
    """Give one row; a change needs both masses."""
    weighing = Weighing(code, "2026-08-04", "AM", before, after, drank, 0.0, 135.0)
    earlier = Weighing(code, "2026-08-03", "PM", before, before - 1.1 if before else None, 1.0, 0.0, 90.0)
    change, share = weighing.change_kg, weighing.change_pct
    if change is None:
        last, told = None, Replace(None, None, "Not weighed yet.")
    elif change > 0.0:
        last, told = weighing, Replace(None, None, "None: weight went up.")
    else:
        last = weighing
        told = Replace(
            -1.25 * change,
            -1.5 * change,
            f"{-1.25 * change:.1f} to {-1.5 * change:.1f} L in all, over several hours, with meals",
        )
    sweat = SweatRate(
        Range(rate, 0.75 * rate, 1.3 * rate, "L/h"), Range(rate, 0.6 * rate, 1.5 * rate, "L/h"), 2 if last else 0,
        bool(last), "athletes of 61 kg", Range(42.0, 21.0, 66.0, "mmol/L"),
    )  # fmt: skip
    return TeamRow(Athlete(code, position, mass_kg=before or 90.0, **person), last, change, share, told, sweat, flags,
                   (earlier, weighing) if last else ())  # fmt: skip


def _rows() -> tuple[TeamRow, ...]:
    above = "lost more than {} %"
    return (
        row(GAINED, "LB", 104.1, 104.9, 3.9,
            (gain_flag(), _flag("drank_too_fast", 2, "now", "1.73 L/h", "Took in 1.73 L/h, faster than 1.42 L/h."))),
        row(SEVERE, "OL", 136.4, 128.9, 1.8, (_flag("loss_severe", 4, "today", above.format(5), "Lost 5.5 %."),), 2.4),
        row(ABOVE_3, "DT", 121.0, 117.1, 1.2,
            (_flag("loss_above_3", 5, "today", above.format(3), "Lost 3.2 %."),), 2.0),
        row(ABOVE_2, "WR", 84.9, 83.1, 1.1, (_flag("loss_above_2", 6, "mind", above.format(2), "Lost 2.1 %."),), 1.6),
        row(TRAIT, "RB", 92.0, 91.0, 1.0, (_flag("sickle_cell_trait", 9, "mind", "sickle cell trait",
            "Told to have sickle cell trait.", "Build up slowly and rest often."),), sickle_cell_trait=True),
        row(YOUNG, "K", 74.0, 73.2, 0.8,
            (_flag("under_18", 11, "mind", "under 18", "Aged 16: an adult in charge decides."),), age_y=16.0),
        row(FINE, "QB", 97.0, 96.1, 1.4),
        row(UNWEIGHED, "TE", None, None, None),
    )  # fmt: skip


def outlook(rows: tuple[TeamRow, ...]) -> Outlook:
    """Give an outlook: numbers for all but the young one and the one not weighed."""
    athletes: dict[str, SessionOutlook] = {}
    for number, each in enumerate(rows):
        code = each.athlete.id
        if code == YOUNG:
            athletes[code] = SessionOutlook(unknown="Nobody under 18 was in the studies behind these counts.")
        elif code != UNWEIGHED:
            shift = float(number % 5)
            athletes[code] = SessionOutlook(
                chances={
                    "mass_gain": Chance(6, 200, 0.058), "loss_above_2": Chance(80, 200, 0.46),
                    "loss_above_3": Chance(14, 200, 0.11),
                    "sodium_below_135": Chance(2, 200, 0.031),
                },
                figures={
                    "body_mass_change": Range(-1.9, -3.1, 0.2, "%"), "sweat_rate": Range(1.5, 1.1, 2.0, "L/h"),
                    "drank": Range(2.2, 2.2, 2.2, "L"),
                },
                theories={name: Range(10.0 + shift + at, 4.0 + at, 27.0 + shift, "1")
                          for at, name in enumerate(CLAIMS)},
                runs=84.0, notices=("Age is not known; an adult age was assumed. 4.2 L/h is beyond belief.",),
            )  # fmt: skip
    told = "The session ahead: 135 min as at the last weighing, air of 31 °C. Humidity and effort are not told."
    session = SessionAhead(135.0, None, None, None, "as last time", told)
    assumptions = (
        Assumption("usual_session", "Length of a session that nobody told", 120.0, "min", origin="chosen"),
        Assumption("assumed_age", "Age where none is told", 24.0, "y", origin="remembered"),
    )
    return Outlook(session, athletes, CLAIMS, "The counts rest on an invented base rate.", 200, 1, assumptions,
                   {"made_up_2020": "Nobody 2020"})  # fmt: skip


def team(units: Any = "metric", *, with_outlook: bool = True, **changes: Any) -> TeamResult:
    """Give the team as it is after a morning."""
    rows = _rows()
    result = TeamResult("Invented team", rows, "0.0.1", units, outlook(rows) if with_outlook else None, UNREAD,
                        {"roster.csv": "ab" * 32, "weighins.csv": "cd" * 32})  # fmt: skip
    return replace(result, **changes)


def tree(units: Any = "metric", **changes: Any) -> dict[str, Any]:
    """Give the same as plain values."""
    return team_tree(team(units, **changes))


def large(count: int = 60) -> dict[str, Any]:
    """Give a team of many, one in twenty of whom gained weight."""
    rows = []
    for number in range(count):
        code, before = f"FB{number:02d}", 70.0 + number
        change = 0.4 if number % 20 == 7 else -0.3 - 0.06 * number
        flags = (gain_flag("+0.4 kg"),) if change > 0.0 else ()
        flags += (
            (_flag("loss_above_2", 6, "mind", "lost more than 2 %", "Lost much."),) if change < -0.02 * before else ()
        )
        rows.append(row(code, "WR", before, before + change, 1.5, flags, 1.0 + 0.02 * number))
    ordered = tuple(sorted(rows, key=lambda each: each.flags[0].rank if each.flags else 99))
    return team_tree(team(rows=ordered, outlook=outlook(ordered), unread=()))
