"""What was sent with one step of the form: answers as plain text, files, and from which page they came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.datastructures import FormData

from cramplab.web.planning.answers import FormFault
from cramplab.web.planning.files import OF_FILES, take_upload, without_file
from cramplab.web.planning.units import speaks_us
from cramplab.web.protection import CSRF_FIELD
from cramplab.web.storage.drafts import Draft, DraftFile

_SEVERAL = ("flags", "red_flags", "mends")
_OURS = tuple(each for several in OF_FILES.values() for each in several)
_OF_PAGE = (CSRF_FIELD, "version", "seen", "page_units", "go")


@dataclass(frozen=True)
class Sent:
    """One step as it was sent.

    Parameters
    ----------
    version, seen
        Of the draft when the page was made, and a name for what that page showed; see `meanwhile.seen`.
    us
        True if the page asked in US units.
    go
        The button that was pressed.
    files
        With the name of each for show.
    """

    answers: dict[str, Any]
    version: int
    seen: str
    us: bool
    go: str
    files: tuple[tuple[DraftFile, str], ...] = ()
    faults: tuple[FormFault, ...] = ()

    @property
    def file_taken_out(self) -> str:
        """Give the role of the file that is to go, or nothing."""
        return self.go.removeprefix("without_") if self.go in ("without_course", "without_weather") else ""


def read_sent(form: FormData, step: str, draft: Draft) -> Sent:
    """Read what was sent; what the app itself has noted about kept files is taken over."""
    before = draft.answers.get(step, {})
    answers: dict[str, Any] = {name: before[name] for name in _OURS if name in before}
    for name in dict.fromkeys(form.keys()):
        if name in (*_OF_PAGE, *_OURS):
            continue
        values = [each for each in form.getlist(name) if isinstance(each, str)]
        if values:
            answers[name] = [each[:200] for each in values] if name in _SEVERAL else values[-1][:1000]
    if step == "you":
        answers["units"] = before.get("units", "metric")
    version, units = str(form.get("version", "")), form.get("page_units")
    sent = Sent(
        answers,
        int(version) if version.isdecimal() and len(version) < 18 else -1,
        str(form.get("seen", "")),
        units == "us" if units in ("us", "metric") else speaks_us(draft.answers),
        str(form.get("go", "next")),
    )
    return _with_files(sent, form) if step == "event" else sent


def _with_files(sent: Sent, form: FormData) -> Sent:
    answers, files, faults = sent.answers, [], []
    for role, kept in (("course", "course_file"), ("weather", "weather_stored")):
        found = take_upload(form, role)
        if isinstance(found, FormFault):
            faults.append(found)
        elif found is not None and role != sent.file_taken_out:
            files.append(found)
            answers |= {kept: found[0].name, f"{role}_name": found[1]}
            answers.pop(f"{role}_found", None)
    if sent.file_taken_out:
        answers = without_file(answers, sent.file_taken_out)
    return Sent(answers, sent.version, sent.seen, sent.us, sent.go, tuple(files), tuple(faults))
