"""Walks through the records of an XML activity file, safely and without keeping the file in memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import IO
from xml.etree import ElementTree  # DOCTYPE and ENTITY are refused before this sees a byte

from cramplab.importers.track import track_error

_CHUNK_BYTES = 1 << 20
_DEEPEST = 60  # GPX and TCX with extensions stay below 12
_FORBIDDEN = tuple(
    (word.encode(encoding), word)
    for word in ("<!DOCTYPE", "<!ENTITY")
    for encoding in ("utf-8", "utf-16-le", "utf-16-be")
)


def refuse_declared_entities(path: Path) -> None:
    """Refuse a file that declares a document type or an entity: such files can swell to any size when read.

    Expat reads only encodings that agree with ASCII, and UTF-16, so these three spellings are all there are.

    Raises
    ------
    UserError
        Naming the declaration that was found.
    """
    longest = max(len(pattern) for pattern, _ in _FORBIDDEN)
    tail = b""
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            window = tail + chunk
            for pattern, word in _FORBIDDEN:
                if pattern in window:
                    raise track_error(
                        path.name,
                        f"{path.name} holds a '{word}' declaration, which no activity file needs and which can make a "
                        "small file swell without limit",
                        remedy="Export the activity again from your watch or service",
                    )
            tail = window[-longest:]


def local_name(tag: str) -> str:
    """Give an element's name without its namespace."""
    return tag.rsplit("}", 1)[-1]


def xml_records(path: Path, root_name: str, record_names: frozenset[str]) -> Iterator[ElementTree.Element | str]:
    """Give each record element of a file, complete; then throw it away.

    A string is given where a lap, track or segment begins: its local name.

    Parameters
    ----------
    path
        File to read.
    root_name
        The only allowed root element.
    record_names
        Local names of the elements that are records, for example ``trkpt``.

    Raises
    ------
    UserError
        If the file is no XML, breaks off, is nested too deeply, or has another root.
    """
    refuse_declared_entities(path)
    try:
        with path.open("rb") as stream:
            yield from _walk(path, stream, root_name, record_names)
    except ElementTree.ParseError as problem:
        line = problem.position[0] if getattr(problem, "position", None) else None
        what = "is empty of elements" if "no element found" in str(problem) and line == 1 else "is damaged or cut off"
        where = f"{path.name}, line {line}" if line else path.name
        raise track_error(
            where, f"{path.name} {what}: {problem}", "well-formed XML", "Export the activity again"
        ) from problem
    except (ValueError, LookupError) as problem:  # an encoding that does not exist or cannot be used
        raise track_error(path.name, f"{path.name} cannot be read as XML: {problem}", "XML in UTF-8") from problem


def _walk(
    path: Path, stream: IO[bytes], root_name: str, record_names: frozenset[str]
) -> Iterator[ElementTree.Element | str]:
    open_elements: list[ElementTree.Element] = []
    inside_record = 0
    for event, element in ElementTree.iterparse(stream, events=("start", "end")):
        name = local_name(element.tag)
        if event == "start":
            if not open_elements and name != root_name:
                raise track_error(
                    path.name, f"{path.name} begins with the element <{name}>", f"<{root_name}> outermost",
                    "Give the file the ending of what it is (.gpx or .tcx), or export it again",
                )  # fmt: skip
            if len(open_elements) >= _DEEPEST:
                raise track_error(path.name, f"{path.name} nests elements more than {_DEEPEST} deep")
            open_elements.append(element)
            inside_record += name in record_names
            if not inside_record:
                yield name
            continue
        open_elements.pop()
        if name in record_names:
            inside_record -= 1
            if not inside_record:
                yield element
        if open_elements and not inside_record:
            open_elements[-1].remove(element)  # the only child there is, so memory stays flat
