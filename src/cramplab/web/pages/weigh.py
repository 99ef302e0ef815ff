"""At the scale: who is next, before and after, what was drunk; each save is on the disk before it is answered for."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cramplab.core.days import last_possible_day
from cramplab.core.errors import UserError
from cramplab.core.team import Weighing
from cramplab.report.prose import Wording
from cramplab.safety.red_flags import heavier
from cramplab.web.protection import checked_form
from cramplab.web.rendering import page
from cramplab.web.storage import weighings as kept
from cramplab.web.storage.database import Database, DiskFullError
from cramplab.web.storage.team_settings import team_settings
from cramplab.web.storage.weighings import KeptWeighing
from cramplab.web.team.scale_people import ScalePerson, code_as_known, is_code, last_mass, people_at_the_scale
from cramplab.web.team.weigh_form import MEASURES, doubts, doubts_of_weights, filled_up, read_weighing, written
from cramplab.web.typed_numbers import FieldFault, TypedUnits

router = APIRouter(include_in_schema=False)
_LONGEST = 60


@dataclass(frozen=True)
class _Place:
    """Which session, and who stands on the scale."""

    date: str
    session: str
    athlete: str = ""
    minutes: str = ""

    def link(self, **more: str | int) -> str:
        """Give the address of the page for this session, with or without an athlete."""
        told = {"date": self.date, "session": self.session, "minutes": self.minutes} | more
        return "/team/weigh?" + urlencode({name: value for name, value in told.items() if value != ""})


@router.get("/team/weigh")
def weigh(
    request: Request, date: str = "", session: str | None = None, athlete: str = "", minutes: str = "",
    entry: int = 0, saved: int = 0, undone: int = 0,
) -> Response:  # fmt: skip
    """Show the scale: a session, everybody in it, and the form of the athlete, or of the weighing, that was chosen."""
    database: Database = request.app.state.database
    if entry:
        return _correct(request, entry, minutes[:8])
    day = _day(date)
    faults = []
    if _is_to_come(day):
        faults = [FieldFault("date", f"{day} is still to come. The day below is today's.")]
        day = _day("")
    if session is None:
        today = [each.weighing.session for each in kept.all_weighings(database) if each.weighing.date == day]
        session = today[-1] if today else ""
    place = _Place(day, session[:_LONGEST].strip(), athlete.strip(), minutes[:8])
    if place.athlete and not is_code(place.athlete):
        words = f"“{place.athlete[:40]}” is no code: letters, digits, '-', '_' and '.', at most 32; never a name."
        return _scale(request, _Place(day, place.session), 422, faults=[FieldFault("athlete", words)])
    if place.athlete:
        place = replace(place, athlete=code_as_known(database, place.athlete))
    saved = saved if 0 < saved < 2**62 else 0
    return _scale(request, place, 422 if faults else 200, faults=faults, saved=saved, undone=bool(undone))


@router.post("/team/weigh")
def save(request: Request, form: Annotated[FormData, Depends(checked_form)]) -> Response:
    """Keep a weighing, once for each form however often it is sent; a gain of weight is kept in any case."""
    database: Database = request.app.state.database
    typed = {name: str(value) for name, value in form.items() if isinstance(value, str)}
    place = _Place(
        _day(typed.get("date", "")), typed.get("session", "")[:_LONGEST].strip(), typed.get("athlete", "").strip(),
        typed.get("minutes", "")[:8].strip(),
    )  # fmt: skip
    if not is_code(place.athlete):
        raise HTTPException(404, "There is no such athlete: a code has letters, digits, '-', '_' and '.'.")
    place = replace(place, athlete=code_as_known(database, place.athlete))
    token = typed.get("token", "")[:64] or secrets.token_urlsafe(16)
    again = kept.weighing_of_form(database, token)
    if again is not None:
        return RedirectResponse(place.link(saved=again.id), 303)
    units = TypedUnits(team_settings(database).us)
    seen = _seen(database, typed.get("replaces", ""), place)
    if seen is not None:
        # What is corrected keeps its day, also where it has none.
        place = replace(place, date=seen.weighing.date, session=seen.weighing.session)
    holds = seen is not None and _holds(database, seen)
    current = seen if holds else _standing(database, place)
    base = seen.weighing if seen is not None else Weighing(place.athlete, place.date, place.session)
    weighing, faults = read_weighing(typed, base, units, standing=seen is not None)
    replaces = None if seen is None else seen.id
    if current is not None and seen is None and _completes(weighing, current.weighing):
        weighing, replaces = filled_up(weighing, current.weighing), current.id
    answers = typed | {"token": token}
    if _is_to_come(weighing.date):
        faults.append(FieldFault("date", f"{weighing.date} is still to come: set the day above."))
        weighing = replace(weighing, date="")
    if faults and not weighing.gained:
        return _scale(request, place, 422, answers=answers, faults=faults)
    stale = replaces != (None if current is None else current.id)
    if stale and not weighing.gained:
        return _scale(request, place, 409, answers=_of_new_form(typed), told_meanwhile=True)
    asked = doubts(weighing, last_mass(database, place.athlete, but=replaces), units)
    if asked and typed.get("sure") != "yes":
        return _scale(request, place, 422, answers=answers, asked=asked)
    try:
        number = kept.add_weighing(database, weighing, token=token, replaces=None if stale else replaces)
    except DiskFullError:
        raise
    except UserError:
        if not weighing.gained:
            return _scale(request, place, 409, answers=_of_new_form(typed), told_meanwhile=True)
        # Two wrote at the same moment; both are kept, and the gain is the later one.
        number = kept.add_weighing(database, weighing, token=token)
    if faults:
        return _scale(request, place, 422, answers=_of_new_form(typed), faults=faults, saved=number)
    return RedirectResponse(place.link(saved=number), 303)


@router.post("/team/weigh/{number}/undo")
def undo(request: Request, number: int, form: Annotated[FormData, Depends(checked_form)]) -> Response:
    """Take back the last step: a completed weighing is open again, a new one is withdrawn; both stay in the history."""
    database: Database = request.app.state.database
    found = kept.find_weighing(database, number) if 0 < number < 2**62 else None
    if found is None:
        raise HTTPException(404)
    earlier = None if found.replaces is None else kept.find_weighing(database, found.replaces)
    if _is_taken_back(database, found, earlier):
        pass  # the second of two clicks
    elif earlier is None:
        kept.withdraw(database, number)
    else:
        kept.add_weighing(database, earlier.weighing, replaces=number)
    weighing = found.weighing
    minutes = str(form.get("minutes", ""))[:8]
    place = _Place(weighing.date, weighing.session, minutes=minutes)
    return RedirectResponse(place.link(athlete=weighing.athlete, undone=1), 303)


def _is_taken_back(database: Database, found: KeptWeighing, earlier: KeptWeighing | None) -> bool:
    if earlier is None:
        return found.withdrawn_at is not None
    later = (each for each in kept.history_of(database, found.weighing.athlete) if each.replaces == found.id)
    return any(each.weighing == earlier.weighing for each in later)


def _correct(request: Request, number: int, minutes: str) -> Response:
    """Show the form of one weighing that stands, whatever its day, and however many stand beside it."""
    database: Database = request.app.state.database
    found = kept.find_weighing(database, number) if 0 < number < 2**62 else None
    if found is None or not _holds(database, found):
        raise HTTPException(404, "This weighing was corrected or taken back already.")
    weighing = found.weighing
    return _scale(request, _Place(weighing.date, weighing.session, weighing.athlete, minutes), entry=found)


def _scale(
    request: Request, place: _Place, status: int = 200, *, entry: KeptWeighing | None = None,
    answers: dict[str, str] | None = None,
    faults: list[FieldFault] | None = None, asked: list[FieldFault] | None = None, saved: int = 0,
    undone: bool = False, told_meanwhile: bool = False,
) -> Response:  # fmt: skip
    database: Database = request.app.state.database
    settings = team_settings(database)
    units, say = TypedUnits(settings.us), Wording(settings.us)
    people = people_at_the_scale(database, place.date, place.session, say)
    here = _all_standing(database, place) if place.athlete else []
    standing = entry or (here[-1] if here else None)
    just = kept.find_weighing(database, saved) if saved else None
    if just is not None and just.withdrawn_at is not None:
        just = None
    if answers is None:
        answers = written(standing.weighing, units) if standing else {"minutes": place.minutes}
        if not answers["minutes"]:
            answers["minutes"] = place.minutes
    alarm = _alarm(database, just, units, say)
    gains = request.app.state.gains()
    return page(
        request, "weigh.html.j2", status, place=place, people=people, measures=MEASURES, units=units, say=say,
        answers=answers, standing=standing, faults=faults or [],
        wrong={each.field: each.words for each in faults or []},
        asked=asked or [], undone=undone, told_meanwhile=told_meanwhile, just=just, alarm=alarm,
        token=answers.get("token") or secrets.token_urlsafe(16), known=_known(people, place.athlete),
        just_words=_in_words(just.weighing, say) if just else "",
        standing_words=_in_words(standing.weighing, say) if standing else "",
        last=_last_words(database, place, standing, say),
        beside=[(each.id, _in_words(each.weighing, say)) for each in here if standing and each.id != standing.id],
        # The one that was just written down comes before all others, at full length.
        gains=() if alarm else gains,
        others=[each for each in gains if alarm and each.athlete.lower() != alarm["code"].lower()],
    )  # fmt: skip


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        return datetime.now().astimezone().date().isoformat()  # the day where the scale stands


def _seen(database: Database, number: str, place: _Place) -> KeptWeighing | None:
    """Give the weighing that stood when the form was made."""
    if not number.isdecimal() or len(number) > 18:
        return None
    found = kept.find_weighing(database, int(number))
    return found if found is not None and found.weighing.athlete.lower() == place.athlete.lower() else None


def _is_to_come(day: str) -> bool:
    return day > last_possible_day()


def _holds(database: Database, weighing: KeptWeighing) -> bool:
    return any(each.id == weighing.id for each in kept.all_weighings(database, weighing.weighing.athlete))


def _all_standing(database: Database, place: _Place) -> list[KeptWeighing]:
    """Give the weighings of this athlete in this session, in the order in which they were written down."""
    return [
        each
        for each in kept.all_weighings(database, place.athlete)
        if (each.weighing.date, each.weighing.session) == (place.date, place.session)
    ]


def _standing(database: Database, place: _Place) -> KeptWeighing | None:
    """Give the last of them; None if there is none."""
    return next(reversed(_all_standing(database, place)), None)


def _completes(typed: Weighing, standing: Weighing) -> bool:
    """Tell whether what was typed is the second half of what stands."""
    if standing.mass_after_kg is not None or typed.mass_after_kg is None:
        return False
    return typed.mass_before_kg is None or typed.mass_before_kg == standing.mass_before_kg


def _of_new_form(typed: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in typed.items() if name not in ("token", "replaces", "sure")}


def _alarm(database: Database, just: KeptWeighing | None, units: TypedUnits, say: Wording) -> dict[str, Any] | None:
    if just is None or not just.weighing.gained:
        return None
    weighing, flag = just.weighing, heavier()
    usual = last_mass(database, weighing.athlete, but=just.id) or weighing.mass_before_kg
    slips = doubts_of_weights(weighing, usual, units)
    return {
        "code": weighing.athlete,
        "change": f"{_signed(weighing.change_kg, 'kg', say)}, {_signed(weighing.change_pct, '%', say)}",
        "do": flag.say,
        "more": flag.more,
        # Told beside what to do, and never instead of it.
        "slips": [each.words for each in slips],
    }


def _signed(value: float | None, unit: str, say: Wording) -> str:
    """Write a gain with its sign, however small: a gain that shows as none would be no alarm."""
    text = say.with_unit(value, unit, signed=True)
    return text if "+" in text or not value or value < 0.0 else f"+{say.convert(value, unit):.2g} {say.unit(unit)}"


def _in_words(weighing: Weighing, say: Wording) -> str:
    masses = (weighing.mass_before_kg, weighing.mass_after_kg)
    before, after = (None if each is None else say.with_unit(each, "kg") for each in masses)
    if before and after:
        return f"{before}, then {after}: {_signed(weighing.change_pct, '%', say)}"
    return f"before {before}, after still to come" if before else f"after {after}, nothing before"


def _last_words(database: Database, place: _Place, standing: KeptWeighing | None, say: Wording) -> str:
    if not place.athlete:
        return ""
    mass = last_mass(database, place.athlete, but=None if standing is None else standing.id)
    return "" if mass is None else say.with_unit(mass, "kg")


def _known(people: tuple[ScalePerson, ...], code: str) -> bool:
    return any(each.code.lower() == code.lower() for each in people)
