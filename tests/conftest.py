"""Strict settings for every test: float64, no silent broadcasting between ranks, nothing shown on a screen."""

from __future__ import annotations

import os

# Set before the first import of JAX or matplotlib, so that a test that starts a new process has them too.
os.environ["JAX_ENABLE_X64"] = "1"
os.environ["JAX_NUMPY_RANK_PROMOTION"] = "raise"
os.environ.setdefault("JAX_PLATFORMS", "cpu")
os.environ["MPLBACKEND"] = "Agg"
# No test reads or writes what this machine has compiled before.
os.environ["CRAMPLAB_CACHE_DIR"] = ""
# A developer's own setting must not change what the command line's tests see.
os.environ.pop("CRAMPLAB_DEBUG", None)

import jax

jax.config.update("jax_enable_x64", True)
jax.config.update("jax_numpy_rank_promotion", "raise")
