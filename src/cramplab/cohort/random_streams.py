"""Random numbers from one seed: every stream has a name, so adding a draw somewhere moves nothing elsewhere."""

from __future__ import annotations

import zlib

import numpy as np


def stream(seed: int, *names: str | int) -> np.random.Generator:
    """Make the generator of a named stream.

    Parameters
    ----------
    seed
        The one integer of a run.
    names
        What the stream is for, for example ``"traits"``, ``"sweating.gain"``.
    """
    key = [zlib.crc32(str(name).encode()) for name in names]
    return np.random.default_rng(np.random.SeedSequence([seed, *key]))
