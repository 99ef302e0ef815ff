"""Keeps the rows of a scoreboard between runs, each under a digest of everything that it came from."""

from __future__ import annotations

import hashlib
import inspect
import json
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from cramplab.cohort.bench_emulator import SHIPPED
from cramplab.core.experiment import Experiment
from cramplab.core.theory import Theory
from cramplab.inference.stances import CALIBRATED
from cramplab.simulation.compile_cache import cache_root

_ROOMS = ("core", "physiology", "simulation", "cohort")
_OF_INFERENCE = ("predictive.py", "possible_studies.py", "scoring.py", "stances.py", "scoreboard.py")


@cache
def engine_digest() -> str:
    """Give a digest of the code and the tables from which predictions come; theories and studies are not part of it."""
    package = Path(__file__).parents[1]
    files = [file for room in _ROOMS for file in sorted((package / room).glob("*.py"))]
    files += [package / "inference" / name for name in _OF_INFERENCE]
    files += sorted((package / "library" / "muscles").glob("*.toml"))
    files += [*sorted(SHIPPED.glob("*.npz")), package / "simulation" / "emulators" / "cramp_margin.json"]
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def digest_of(experiment: Experiment, theory: Theory, shelf: Mapping[str, Theory], seed: int) -> str:
    """Give the name under which the rows of one study under one theory are kept."""
    digest = hashlib.sha256(f"{engine_digest()} {seed} ".encode())
    digest.update(experiment.file.read_bytes())
    for name in (theory.name, *theory.members):
        told = repr([(each.sources, each.target, each.how, each.strength) for each in shelf[name].couplings])
        digest.update(f"{name} {told} {shelf[name].laws!r}".encode())
        for written in _files_of_laws(shelf[name]):
            digest.update(written.read_bytes())
        file = CALIBRATED / f"{name}.json"
        digest.update(file.read_bytes() if file.is_file() else b"")
    return digest.hexdigest()[:32]


def _files_of_laws(theory: Theory) -> list[Path]:
    """Give the files in which a theory's laws are written; a law that numpy wrote has none."""
    laws = [getattr(each.law, "func", each.law) for each in theory.couplings]
    written = [each if inspect.isroutine(each) else type(each) for each in laws]
    return sorted({Path(inspect.getfile(each)) for each in written if not inspect.isbuiltin(each)})


class ScoreCache:
    """A folder of rows; with no folder nothing is kept."""

    def __init__(self, folder: Path | None = None, *, fresh: bool = False) -> None:
        root = cache_root()
        self.fresh = fresh
        self.folder = folder if folder is not None else root / "evidence" if root is not None else None

    def read(self, digest: str) -> Any:
        """Give what was kept, or None; a damaged file counts as not there."""
        if self.folder is None or self.fresh:
            return None
        file = self.folder / f"{digest}.json"
        try:
            return json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None

    def write(self, digest: str, rows: Any) -> None:
        """Keep something, whole or not at all."""
        if self.folder is None:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        beside = self.folder / f".{digest}.{os.getpid()}"
        beside.write_text(json.dumps(rows), encoding="utf-8")
        beside.replace(self.folder / f"{digest}.json")
