"""Cramplab simulates long exercise in the body, and what each theory of muscle cramp makes of it.

Importing this package imports nothing else: each public name brings its module along when it is first used.
"""

from __future__ import annotations

import importlib
from typing import Any

# Public name -> the module that holds it. Code inside the package imports from those modules, never from here.
_HOME_OF = {
    "CramplabError": "cramplab.core.errors",
    "FaultsFoundError": "cramplab.core.errors",
    "UserError": "cramplab.core.errors",
}

__all__ = ["CramplabError", "FaultsFoundError", "UserError"]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return importlib.import_module("importlib.metadata").version("cramplab")
    if name in _HOME_OF:
        return getattr(importlib.import_module(_HOME_OF[name]), name)
    raise AttributeError(f"module 'cramplab' has no attribute '{name}'. Public names: {', '.join(sorted(_HOME_OF))}.")


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME_OF, "__version__"])
