"""Takes files that were sent with a form: the content as it is, under a name of ours; the user's name is for show."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from starlette.datastructures import FormData, UploadFile

from cramplab.web.planning.answers import FormFault
from cramplab.web.storage.drafts import DraftFile

_KINDS = {"course": (".fit", ".gpx", ".tcx"), "weather": (".json", ".csv", ".txt")}
FILE_FIELDS = {"course": "course", "weather": "weather_file"}
OF_FILES = {
    "course": ("course_name", "course_file", "course_found"),
    "weather": ("weather_name", "weather_stored", "weather_address"),
}
"""What is kept among the answers of a step about each file; the form cannot send these."""


def take_upload(form: FormData, role: str) -> tuple[DraftFile, str] | FormFault | None:
    """Give a file with the name to show; or what is wrong with it, or None if none was sent.

    Parameters
    ----------
    role
        ``course`` or ``weather``.
    """
    sent = form.get(FILE_FIELDS[role])
    if not isinstance(sent, UploadFile):
        return None
    shown = shown_name(sent.filename or "")
    content = sent.file.read()
    if not content:
        # A browser sends an empty part where no file was chosen.
        return FormFault("event", FILE_FIELDS[role], f"The file “{shown}” is empty.") if sent.filename else None
    return DraftFile(role, role + _ending(role, shown, content), content), shown or "a file without a name"


def without_file(answers: Mapping[str, Any], role: str) -> dict[str, Any]:
    """Give the answers of a step as they were before a file was sent."""
    return {name: each for name, each in answers.items() if name not in OF_FILES[role]}


def shown_name(name: str) -> str:
    """Give a file's name for show: the last part of a path, without what cannot be printed, not too long."""
    last = name.replace("\\", "/").split("\0")[0].rpartition("/")[2]
    clean = "".join(sign for sign in last if sign.isprintable()).strip()
    return clean if len(clean) <= 60 else f"{clean[:40]}…{clean[-16:]}"


def _ending(role: str, shown: str, content: bytes) -> str:
    """Give the ending that tells the importer what the file is; without a known one its content decides."""
    told = PurePosixPath(shown).suffix.lower()
    if told in _KINDS[role]:
        return told
    if role == "course":
        return ""
    return ".json" if content.lstrip()[:1] in (b"{", b"[") else ".csv"
