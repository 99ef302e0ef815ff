"""A source: where a number or an experiment was published, and how much of it was read. One TOML file each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cramplab.core.toml_reading import read_toml
from cramplab.core.toml_tables import Table, as_written

HOW_MUCH_WAS_READ: dict[str, str] = {
    "full text": "the paper itself",
    "abstract": "its abstract only",
    "secondary": "another text that quotes it",
    "memory": "nothing; recalled, and never scored against",
}


@dataclass(frozen=True)
class Source:
    """A published source.

    Parameters
    ----------
    key
        Author and year, which is also the name of its file.
    citation, doi, url
        Where it was published.
    read
        ``full text``, ``abstract``, ``secondary`` or ``memory``: what of it was read for this library.
    note
        What to mind when using it.
    file
        Where it stands.
    """

    key: str
    citation: str
    doi: str
    url: str
    read: str
    note: str
    file: Path


def read_source(path: Path) -> Source:
    """Read one source file.

    Raises
    ------
    FaultsFoundError
        With every fault of the file.
    """
    file = read_toml(path)
    top = Table(file, (), file.values, f"source '{path.stem}'")
    schema = top.raw("schema")
    if schema not in (None, 1):
        top.fault("schema", f"schema is {as_written(schema)}", expected="1")
    key = top.text("key", default=path.stem)
    if key != path.stem:
        top.fault("key", f"key is {as_written(key)}", expected=f"the file's own name, '{path.stem}'")
    source = Source(
        key=key,
        citation=top.text("citation", required=True),
        doi=top.text("doi"),
        url=top.text("url"),
        read=top.one_of("read", tuple(HOW_MUCH_WAS_READ), required=True),
        note=top.text("note"),
        file=path,
    )
    top.finish()
    file.raise_faults()
    return source
