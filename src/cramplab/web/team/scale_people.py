"""Who can stand on the scale, and how far each is in a session; a gain of weight comes first."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cramplab.core.team import CODE_PATTERN, Weighing
from cramplab.report.prose import Wording
from cramplab.web.storage.athletes import all_athletes, find_athlete
from cramplab.web.storage.database import Database
from cramplab.web.storage.weighings import all_weighings


@dataclass(frozen=True)
class ScalePerson:
    """One athlete in the list beside the scale.

    Parameters
    ----------
    sign, state
        Shape and words: not weighed, before, done, or heavier.
    gained
        True if heavier after than before in this session.
    """

    code: str
    position: str
    sign: str
    state: str
    gained: bool


def is_code(text: str) -> bool:
    """Tell whether a text can be an athlete's code."""
    return re.fullmatch(CODE_PATTERN, text) is not None


def code_as_known(database: Database, code: str) -> str:
    """Give a code as it is written where it is known: capitals make no second athlete."""
    known = find_athlete(database, code)
    if known is not None:
        return known.athlete.id
    weighed = all_weighings(database, code)
    return weighed[0].weighing.athlete if weighed else code


def people_at_the_scale(database: Database, day: str, session: str, say: Wording) -> tuple[ScalePerson, ...]:
    """Give everybody of the team, and everybody else who was weighed in this session."""
    here: dict[str, Weighing] = {}
    names: dict[str, tuple[str, str]] = {}
    for known in all_athletes(database):
        names[known.athlete.id.lower()] = known.athlete.id, known.athlete.position
    for each in all_weighings(database):
        weighing = each.weighing
        if (weighing.date, weighing.session) == (day, session):
            key = weighing.athlete.lower()
            names.setdefault(key, (weighing.athlete, "not on the roster"))
            # One that shows a gain is not hidden by a later row of the same session.
            if not (key in here and here[key].gained and not weighing.gained and weighing.change_kg is None):
                here[key] = weighing
    found = [_person(*names[key], here.get(key), say) for key in sorted(names)]
    return tuple(sorted(found, key=lambda each: not each.gained))


def last_mass(database: Database, code: str, but: int | None = None) -> float | None:
    """Give what an athlete weighed when last seen before a session, else what the roster tells (kg)."""
    masses = [
        each.weighing.mass_before_kg
        for each in all_weighings(database, code)
        if each.id != but and each.weighing.mass_before_kg is not None
    ]
    if masses:
        return masses[-1]
    known = find_athlete(database, code)
    return None if known is None else known.athlete.mass_kg


def _person(code: str, position: str, weighing: Weighing | None, say: Wording) -> ScalePerson:
    if weighing is None:
        return ScalePerson(code, position, "○", "not yet", False)
    change = weighing.change_pct
    if weighing.gained:
        return ScalePerson(code, position, "▲", f"HEAVIER {say.with_unit(change, '%', signed=True)}", True)
    if change is not None:
        return ScalePerson(code, position, "●", say.with_unit(change, "%", signed=True), False)
    if weighing.mass_before_kg is not None:
        return ScalePerson(code, position, "◐", f"before {say.with_unit(weighing.mass_before_kg, 'kg')}", False)
    return ScalePerson(code, position, "◐", f"after {say.with_unit(weighing.mass_after_kg, 'kg')}", False)
