"""Cramplab simulates long exercise in the body, and what each theory of muscle cramp makes of it.

Importing this package imports nothing else: each public name brings its module along when it is first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cramplab.cohort.event import run_event
    from cramplab.core.errors import CramplabError, FaultsFoundError, UserError
    from cramplab.core.experiment import read_experiment
    from cramplab.core.library import load_library
    from cramplab.core.results import RunResult
    from cramplab.core.run_folder import load_run, write_run_folder
    from cramplab.importers.activity import read_activity
    from cramplab.importers.scenario import Scenario, read_scenario
    from cramplab.report.document import render_report

# Public name -> the module that holds it. Code inside the package imports from those modules, never from here.
_HOME_OF = {
    "CramplabError": "cramplab.core.errors",
    "FaultsFoundError": "cramplab.core.errors",
    "RunResult": "cramplab.core.results",
    "Scenario": "cramplab.importers.scenario",
    "UserError": "cramplab.core.errors",
    "load_library": "cramplab.core.library",
    "load_run": "cramplab.core.run_folder",
    "read_activity": "cramplab.importers.activity",
    "read_experiment": "cramplab.core.experiment",
    "read_scenario": "cramplab.importers.scenario",
    "render_report": "cramplab.report.document",
    "run_event": "cramplab.cohort.event",
    "write_run_folder": "cramplab.core.run_folder",
}

__all__ = [
    "CramplabError",
    "FaultsFoundError",
    "RunResult",
    "Scenario",
    "UserError",
    "load_library",
    "load_run",
    "read_activity",
    "read_experiment",
    "read_scenario",
    "render_report",
    "run_event",
    "write_run_folder",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return importlib.import_module("importlib.metadata").version("cramplab")
    if name in _HOME_OF:
        return getattr(importlib.import_module(_HOME_OF[name]), name)
    raise AttributeError(f"module 'cramplab' has no attribute '{name}'. Public names: {', '.join(sorted(_HOME_OF))}.")


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME_OF, "__version__"])
