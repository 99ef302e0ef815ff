"""Keeps the compiled engine between runs, in the user's cache folder, and never trusts a file that it did not write.

Compiling takes some seconds; reading what an earlier run compiled takes a fraction of one. A file whose checksum does
not agree is deleted and compiled again, so a damaged cache costs time and never an answer.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import jax
from platformdirs import user_cache_dir

FOLDER_VARIABLE = "CRAMPLAB_CACHE_DIR"
"""Environment variable that names another folder; empty for no cache at all."""
_CHECKSUMS = "checksums.json"
_ENTRIES = "*-cache"  # as JAX names them
_WORTH_KEEPING_SECONDS = 0.5
_MOST_ENTRIES = 40  # of half a megabyte each; the oldest go first


def cache_root() -> Path | None:
    """Give the folder for everything that is kept between runs; None if nothing shall be."""
    named = os.environ.get(FOLDER_VARIABLE)
    return None if named == "" else Path(named or user_cache_dir("cramplab", appauthor=False))


def cache_folder() -> Path | None:
    """Give the folder for what was compiled by these versions on this kind of processor; None if none is wanted."""
    root = cache_root()
    if root is None:
        return None
    kind = hashlib.sha256(processor().encode()).hexdigest()[:12]
    return root / f"compiled-{version('cramplab')}-jax-{version('jax')}-jaxlib-{version('jaxlib')}-{kind}"


def processor() -> str:
    """Describe the processor, its instructions included: code for one may not run on another."""
    words = f"{platform.system()} {platform.machine()} {platform.processor()}"
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return words
    return words + "".join(sorted({line for line in lines if line.startswith(("flags", "Features", "model name"))}))


@contextmanager
def kept_compilations(folder: Path | None = None, worth_seconds: float = _WORTH_KEEPING_SECONDS) -> Iterator[list[str]]:
    """Keep what is compiled inside, and use what was kept before.

    Parameters
    ----------
    folder
        Where; the user's cache folder by default.
    worth_seconds : s
        What compiles faster is not kept.

    Yields
    ------
    list of str
        At most one sentence, if the cache was damaged or cannot be used. The run goes on in any case.
    """
    place = folder or cache_folder()
    told: list[str] = []
    # Somebody who has set JAX's own cache wants that one.
    if place is None or getattr(jax.config, "jax_compilation_cache_dir", None):
        yield told
        return
    usable = prepare(place, _ENTRIES, told)
    if not usable:
        yield told
        return
    with _jax_settings(place, worth_seconds), warnings.catch_warnings():
        # JAX compiles again where it cannot read or write an entry; a second message would help nobody.
        warnings.filterwarnings("ignore", message="Error (reading|writing) persistent compilation cache")
        try:
            yield told
        finally:
            write_checksums(place, _ENTRIES, _MOST_ENTRIES)


def prepare(place: Path, entries: str, told: list[str]) -> bool:
    """Make a folder ready for use: nothing in it that we did not write, and room to write.

    Parameters
    ----------
    place
        The folder; made if it is not there.
    entries
        Pattern of the files in it that hold compiled code.
    told
        Gets a sentence if the folder was damaged or cannot be used.

    Returns
    -------
    bool
        Whether it can be used.
    """
    try:
        damaged = _remove_damaged(place, entries)
        with tempfile.TemporaryFile(dir=place):
            pass
    except OSError as problem:
        told.append(
            f"The cache of compiled code '{place}' cannot be used ({problem.strerror or problem}); the run takes some "
            f"seconds longer. Set {FOLDER_VARIABLE} to a folder that can be written to."
        )
        return False
    if damaged:
        told.append(f"The cache of compiled code '{place}' was damaged; what was damaged is compiled again.")
    return True


@contextmanager
def _jax_settings(place: Path, worth_seconds: float) -> Iterator[None]:
    settings: dict[str, Any] = {
        "jax_compilation_cache_dir": str(place),
        "jax_persistent_cache_min_compile_time_secs": worth_seconds,
        "jax_persistent_cache_min_entry_size_bytes": 0,
    }
    before = {name: getattr(jax.config, name) for name in settings}
    for name, value in settings.items():
        jax.config.update(name, value)
    _forget_opened_cache()
    try:
        yield
    finally:
        for name, value in before.items():
            jax.config.update(name, value)
        _forget_opened_cache()


def _forget_opened_cache() -> None:
    """JAX opens its cache once and keeps it; after a change of folder it has to be told."""
    from jax.experimental.compilation_cache import compilation_cache

    compilation_cache.reset_cache()


def _sum_of(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _remove_damaged(place: Path, entries: str) -> bool:
    """Delete entries that are not as they were written; True if one of ours was damaged."""
    place.mkdir(parents=True, exist_ok=True)
    try:
        known = json.loads((place / _CHECKSUMS).read_text(encoding="utf-8"))
        broken = not isinstance(known, dict)
    except FileNotFoundError:
        known, broken = {}, False
    except ValueError:
        known, broken = {}, True
    known = known if isinstance(known, dict) else {}
    for entry in place.glob(entries):
        name = entry.relative_to(place).as_posix()
        if known.get(name) == _sum_of(entry):
            continue
        # A run that was killed leaves entries without a checksum: they may be half written, so they go without a word.
        broken = broken or name in known
        entry.unlink(missing_ok=True)
    return broken


def write_checksums(place: Path, entries: str, most: int) -> None:
    """Note what was written, so that it is trusted next time; the oldest go if there are more than ``most``."""
    try:
        by_age = sorted(place.glob(entries), key=lambda entry: entry.stat().st_mtime)
        for entry in by_age[:-most]:
            entry.unlink(missing_ok=True)
        sums = {entry.relative_to(place).as_posix(): _sum_of(entry) for entry in sorted(place.glob(entries))}
        handle, name = tempfile.mkstemp(prefix=".checksums.", dir=place)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            json.dump(sums, stream)
        os.replace(name, place / _CHECKSUMS)
    except OSError:
        return  # without checksums the entries are not used again, and nothing else is lost
