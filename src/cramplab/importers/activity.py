"""Reads a recorded activity of any supported format: FIT, GPX or TCX, told apart by content."""

from __future__ import annotations

from collections.abc import Collection
from datetime import tzinfo
from pathlib import Path

from cramplab.core.errors import nearest
from cramplab.core.files import LARGEST_FILE_BYTES
from cramplab.importers.activity_cleaning import clean
from cramplab.importers.recorded_activity import MENDS, Activity, effort_on_grid
from cramplab.importers.track import RawTrack, track_error

__all__ = ["MENDS", "Activity", "effort_on_grid", "read_activity"]


def read_activity(
    path: Path | str,
    *,
    sport: str | None = None,
    mend: Collection[str] = (),
    zone: tzinfo | None = None,
) -> Activity:
    """Read a FIT, GPX or TCX file and clean it.

    Small faults (a repeated time, a stray position, a gap of some minutes) are mended and told in ``notices``. A
    fault that would change what is simulated is refused, unless ``mend`` names it.

    Parameters
    ----------
    path
        The file; its kind is taken from its content.
    sport
        "run", "walk", "team_sport", "cycle" or other; sets which speeds are possible. Default: what the file says.
    mend
        Names of ``MENDS``: faults to be mended in spite of their size.
    zone
        Of times that come without zone; used with ``"time_zone"`` in ``mend``. Default UTC.

    Raises
    ------
    UserError
        Naming the file, the record and its time, and what to do.
    """
    path = Path(path)
    return clean(_read_raw(path), sport=sport, mend=frozenset(mend), zone=zone)


def _read_raw(path: Path) -> RawTrack:
    name = path.name
    if not path.is_file():
        if path.exists():
            raise track_error(str(path), f"{name} is not a file")
        others = [other.name for other in path.parent.iterdir()] if path.parent.is_dir() else []
        close = nearest(name, others)
        remedy = f"Did you mean '{close[0]}'?" if close else "Check the name; it is looked for beside the scenario file"
        raise track_error(str(path), f"There is no file '{name}'", remedy=remedy.rstrip("."))
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            head = stream.read(4096)
    except OSError as problem:
        raise track_error(str(path), f"{name} cannot be read: {problem.strerror or problem}") from problem
    if size == 0:
        raise track_error(name, f"{name} is empty (0 bytes)", "a FIT, GPX or TCX file", "Copy it from the device again")
    if size >= LARGEST_FILE_BYTES:
        raise track_error(
            name, f"{name} has {size / 1e6:.0f} MB", f"an activity file below {LARGEST_FILE_BYTES / 1e6:.0f} MB",
            "Export only this activity, or save it as FIT, which is about ten times smaller",
        )  # fmt: skip
    found, suffix = _kind_of(head), path.suffix.lower().lstrip(".")
    if suffix in ("fit", "gpx", "tcx") and found in ("fit", "gpx", "tcx") and found != suffix:
        raise track_error(name, f"{name} is not a {suffix.upper()} file: its content is {found.upper()}",
                          remedy=f"Rename it to '{path.stem}.{found}'")  # fmt: skip
    if found == "fit":
        from cramplab.importers.fit import read_fit  # fitdecode is loaded only for FIT

        return read_fit(path)
    if found == "gpx" or (found == "xml" and suffix == "gpx"):
        from cramplab.importers.gpx import read_gpx

        return read_gpx(path)
    if found == "tcx" or (found == "xml" and suffix == "tcx"):
        from cramplab.importers.tcx import read_tcx

        return read_tcx(path)
    what = {"gzip": "packed with gzip", "zip": "a ZIP archive", "xml": "XML, but neither GPX nor TCX"}.get(
        found, f"no {suffix.upper()} file" if suffix in ("fit", "gpx", "tcx") else "neither FIT, GPX nor TCX"
    )
    shown = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in head[:16])
    begins = "" if found in ("gzip", "zip") else f" (it begins with '{shown}')"
    remedy = "Unpack it first" if found in ("gzip", "zip") else "Export the activity again from your watch or service"
    raise track_error(name, f"{name} is {what}{begins}", "a recorded activity as FIT, GPX or TCX", remedy)


def _kind_of(head: bytes) -> str:
    if head[8:12] == b".FIT":
        return "fit"
    if head[:2] == b"\x1f\x8b":
        return "gzip"
    if head[:4] == b"PK\x03\x04":
        return "zip"
    text = head.replace(b"\x00", b"")  # UTF-16 looks like UTF-8 then
    if b"<TrainingCenterDatabase" in text:
        return "tcx"
    if b"<gpx" in text:
        return "gpx"
    return "xml" if text.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<") else "other"
