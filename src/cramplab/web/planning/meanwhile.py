"""Two windows on one plan in the making: what one typed beside what the other kept, in words, each in its own units."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from cramplab.safety.red_flags import load_red_flags
from cramplab.web.planning import fields
from cramplab.web.planning.answers import FormFault
from cramplab.web.planning.fields import unit_words
from cramplab.web.planning.files import FILE_FIELDS
from cramplab.web.planning.sent import Sent
from cramplab.web.planning.units import converted, speaks_us
from cramplab.web.storage.drafts import Draft, DraftFile

Typed = Mapping[str, Any]
_UNSURE = "_unknown"
_CHOICES: dict[str, tuple[tuple[str, str], ...]] = {
    "sex": fields.SEXES, "heat": fields.ACCLIMATISED, "cramps": fields.CRAMPS, "sport": fields.SPORTS,
    "effort": fields.EFFORTS, "weather": fields.WEATHERS, "sun": fields.SUNS, "drink": fields.DRINKS,
    "label": fields.LABELS, "sweat_sodium_unit": fields.LABELS[:2], "sweat_sodium_method": fields.SODIUM_METHODS,
    "start_offset": tuple((each, each) for each in fields.OFFSETS),
    **{f"intensity_{number}": fields.INTENSITIES for number in fields.TESTS},
}  # fmt: skip
_AT_FIRST = {"code": "me", "sweat_sodium_unit": fields.LABELS[0][0]}
"""What a page shows in a field that nobody has answered."""
_CHANGED = (
    "This step was changed after this page was opened: in another window, or by you before you went back. It stands "
    "below as it is now; where you sent something else, that is told beside it. Nothing of it was kept: change below "
    "what is to be changed."
)
_LISTS = ("flags", "red_flags", "mends")


def seen(draft: Draft, step: str) -> str:
    """Give a name for what a page shows of one step: as long as it holds, nobody has changed that step or its units."""
    shown = [speaks_us(draft.answers), draft.answers.get(step, {})]
    return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()[:20]


def differing(step: str, typed: Typed, typed_us: bool, draft: Draft) -> list[FormFault]:
    """Give the fields in which what was typed is not what stands, with what was typed in words.

    Parameters
    ----------
    typed
        What the fields of one step held when they were sent.
    typed_us
        True if the page that sent it asked in US units; what stands may be in others by now.
    """
    stands, us = draft.answers.get(step, {}), speaks_us(draft.answers)
    same_units = converted(step, dict(typed), us=typed_us) if typed_us != us else typed
    found = []
    for name in _names(typed, stands):
        if _content(name, same_units) == _content(name, stands):
            continue
        words = _words(name, typed, us=typed_us)
        in_these = _words(name, same_units, us=us)
        if in_these != words:
            words += f", which is {in_these}"
        verb = "ticked" if name in _LISTS else "chose" if name in _CHOICES else "typed"
        found.append(FormFault(step, name, f"You {verb} here: {words}."))
    return found


def changed_since(draft: Draft, step: str, sent: Sent) -> bool:
    """Tell whether this step, or its units, changed after the page was made; other steps do not matter."""
    same = sent.version == draft.version or sent.seen == seen(draft, step)
    return not same or sent.us != speaks_us(draft.answers)


def collisions(draft: Draft, step: str, sent: Sent, kept: Iterable[DraftFile]) -> tuple[FormFault, ...]:
    """Say where what was sent differs from what stands; nothing if both say the same, as after two clicks."""
    stands = {each.role: each.content for each in kept}
    files = [
        FormFault(
            step,
            FILE_FIELDS[file.role],
            f"The file “{shown}” that you chose here was not kept: choose it again.",
        )
        for file, shown in sent.files
        if stands.get(file.role) != file.content
    ]
    if sent.file_taken_out in stands:
        files.append(
            FormFault(step, FILE_FIELDS[sent.file_taken_out], "You took this file out here. It is still kept.")
        )
    found = [*differing(step, sent.answers, sent.us, draft), *files, *sent.faults]
    return (FormFault(step, "", _CHANGED), *found) if found else ()


def all_words(typed: Typed, *, us: bool) -> list[tuple[str, str]]:
    """Give each field that was filled, and what it held, for who has to write it down elsewhere."""
    found = [(fields.named(name) or name, name) for name in _names(typed, {})]
    return [(label, _words(name, typed, us=us)) for label, name in found if _content(name, typed) != _content(name, {})]


def _names(*several: Typed) -> Iterable[str]:
    """Give the fields of a form that somebody fills in, each once."""
    sent = (name.removesuffix(_UNSURE) for each in several for name in each)
    return [name for name in dict.fromkeys(sent) if fields.named(name)]


def _content(name: str, answers: Typed) -> tuple[Any, ...]:
    """Give what a field says in a form that can be compared: 62,4 is 62.4, and nothing chosen is the first choice."""
    unsure = bool(answers.get(name + _UNSURE))
    if name in _LISTS:
        return tuple(sorted(answers.get(name, []))), unsure
    typed = str(answers.get(name, _AT_FIRST.get(name, ""))).strip()
    unit = _unit_of_label(name, answers) if typed else ""
    try:
        return float(typed.replace(",", ".")), unit, unsure
    except ValueError:
        return typed, unit, unsure


def _words(name: str, answers: Typed, *, us: bool) -> str:
    unsure = ["“I don’t know”"] if answers.get(name + _UNSURE) else []
    if name in _LISTS:
        known = _words_of_list(name)
        return "; ".join([known.get(each, each) for each in answers.get(name, [])] + unsure) or "none of them"
    typed = str(answers.get(name, "")).strip()
    if name in _CHOICES:
        words: str = dict(_CHOICES[name]).get(typed, typed)
        return words or "I don’t know"
    if typed:
        typed = f"{typed} {_unit(name, answers, us=us)}".rstrip()
    return ", and ".join([*filter(None, [typed]), *unsure]) or "nothing"


def _words_of_list(name: str) -> dict[str, str]:
    if name == "red_flags":
        # The sentences of red flags end with a point of their own.
        return {row.id: row.when.rstrip(".") for row in load_red_flags()} | {"none": "none of these is true"}
    if name == "flags":
        return fields.CONDITIONS | fields.MEDICINES
    return dict(fields.MENDS)


def _unit(name: str, answers: Typed, *, us: bool) -> str:
    if name in ("stations", "serving"):
        metric, other, *_ = fields.UNITS["km" if name == "stations" else "mL"]
        return other if us else metric
    asked = fields.NUMBER.get(name)
    return _unit_of_label(name, answers) or (unit_words(asked, us=us) if asked else "")


def _unit_of_label(name: str, answers: Typed) -> str:
    """Give the unit that another field of the same step tells; the same number is another amount in another one."""
    if name == "sweat_sodium":
        return dict(fields.LABELS).get(answers.get("sweat_sodium_unit") or fields.LABELS[0][0], "")
    if name not in ("sodium", "potassium", "carbohydrate"):
        return ""
    label = dict(fields.LABELS).get(answers.get("label", ""), "")
    return f"g {label.partition(' ')[2]}".rstrip() if name == "carbohydrate" else label
