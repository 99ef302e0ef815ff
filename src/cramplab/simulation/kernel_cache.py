"""Keeps the laboratory's compiled loop between runs, and never uses one that was compiled from other equations.

Numba looks only at the file of a compiled function to tell whether it is still good, but the loop takes its equations
from many files. So the folder's name carries a digest of all of them, and of the versions and the processor.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from cramplab.simulation.compile_cache import cache_root, prepare, processor, write_checksums

_ENTRIES = "*/*.nb[ic]"  # as Numba names them, one folder deeper
_MOST_ENTRIES = 40
_MOST_FOLDERS = 3
_START = "numba-"


def fingerprint(folders: Iterable[Path] | None = None) -> str:
    """Give a digest of everything that the compiled loop depends on.

    Parameters
    ----------
    folders
        Whose Python files count; the equations and the engine by default.
    """
    package = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for folder in folders or (package / "physiology", package / "simulation"):
        for file in sorted(folder.glob("*.py")):
            digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    versions = " ".join(f"{name} {version(name)}" for name in ("numba", "llvmlite", "numpy"))
    digest.update(f"{versions} python {platform.python_version()} {processor()}".encode())
    return digest.hexdigest()[:24]


@contextmanager
def kept_kernels(folder: Path | None = None) -> Iterator[list[str]]:
    """Keep what the laboratory compiles inside, and use what was kept before.

    Parameters
    ----------
    folder
        Where the folders of kept kernels lie; the user's cache folder by default.

    Yields
    ------
    list of str
        At most one sentence, if the cache was damaged or cannot be used. The run goes on in any case.
    """
    root, told = folder or cache_root(), list[str]()
    if root is None:
        yield told
        return
    place = root / f"{_START}{fingerprint()}"
    if not prepare(place, _ENTRIES, told):
        yield told
        return
    _remove_old(root, place)
    from numba import config
    from numba.core.caching import NullCache

    from cramplab.simulation import laboratory_kernel

    kernels = (laboratory_kernel.advance, laboratory_kernel.advance_people, laboratory_kernel.rest_for)
    before, config.CACHE_DIR = config.CACHE_DIR, str(place)
    try:
        # A decorator's own argument would make folders while the file is imported.
        for kernel in kernels:
            kernel.enable_caching()
        yield told
    finally:
        config.CACHE_DIR = before
        for kernel in kernels:
            kernel._cache = NullCache()
        write_checksums(place, _ENTRIES, _MOST_ENTRIES)


def _remove_old(root: Path, place: Path) -> None:
    """Delete the folders of earlier equations but for the few used last."""
    try:
        os.utime(place)
        others = [each for each in root.glob(f"{_START}*") if each.is_dir() and each != place]
        for each in sorted(others, key=lambda each: each.stat().st_mtime)[: -(_MOST_FOLDERS - 1)]:
            shutil.rmtree(each, ignore_errors=True)
    except OSError:
        return  # somebody else was faster
