"""Turns a plan that was asked for as data into what a long run needs; every fault of the scenario is told at once."""

from __future__ import annotations

import base64
import binascii
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cramplab.core.errors import Fault, FaultsFoundError, UserError
from cramplab.importers.event_effort import event_effort, event_weather
from cramplab.importers.scenario import Scenario, read_scenario
from cramplab.web.api_models import NewPlan

RUNS = 1024
"""Possible versions of the person and the day behind a plan, as of ``cramplab plan``."""
_NAMED = (("event", "course"), ("weather", "file"), ("preferences", "limits"))


def plan_payload(told: NewPlan) -> tuple[str, dict[str, Any]]:
    """Check a scenario with its files; gives its title and what a long run needs.

    Raises
    ------
    FaultsFoundError
        With every fault.
    """
    files = {name: _content(name, text) for name, text in told.files.items()}
    with tempfile.TemporaryDirectory(prefix="cramplab-") as folder:
        for name, content in files.items():
            (Path(folder) / name).write_bytes(content)
        file = Path(folder) / "scenario.toml"
        file.write_text(told.scenario, encoding="utf-8")
        _check_named(told.scenario, files)
        try:
            scenario = _read(file)
        except FaultsFoundError as problem:
            raise FaultsFoundError([_without(folder, each) for each in problem.faults]) from None
        except UserError as problem:
            raise UserError(str(problem).replace(f"{folder}/", "")) from None
        roles = {each.role: each.path.name for each in scenario.inputs if each.role in ("course", "weather")}
    used = {name: base64.b64encode(files[name]).decode() for name in roles.values()}
    return scenario.title, {
        "scenario": told.scenario, "files": used, "roles": dict(roles), "red_flags": list(told.red_flags),
        "runs": RUNS, "seed": told.seed, "notes": [], "draft": None, "parent": None, "change": "",
    }  # fmt: skip


def _read(file: Path) -> Scenario:
    try:
        scenario = read_scenario(file)
    except RecursionError:
        raise _refused("The scenario is nested too deeply") from None
    if len(scenario.people) != 1:
        raise _refused(f"The scenario has {len(scenario.people)} people", "one person for each plan")
    if scenario.limits_path is not None:
        raise _refused("A file of limits is not taken here", remedy="Use cramplab plan --limits")
    event_weather(scenario, event_effort(scenario))
    return scenario


def _without(folder: str, fault: Fault) -> Fault:
    """Say a fault without the place of the moment where the scenario was read."""
    return Fault(
        *(each.replace(f"{folder}/", "") for each in (fault.message, fault.place, fault.expected, fault.remedy))
    )


def _check_named(text: str, files: Mapping[str, bytes]) -> None:
    """Refuse a scenario that names a file which was not sent: no other file of this machine is looked at."""
    try:
        values = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, ValueError, RecursionError):
        return  # the reader of scenarios tells what is wrong
    for section, key in _NAMED:
        inside = values.get(section)
        name = inside.get(key) if isinstance(inside, Mapping) else None
        if isinstance(name, str) and name not in files:
            raise _refused(f"The file '{name[:60]}' of [{section}] was not sent", "its content in files, by that name")


def _content(name: str, text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise _refused(f"The content of {name} is no base64") from None


def _refused(message: str, expected: str = "", remedy: str = "") -> FaultsFoundError:
    return FaultsFoundError([Fault(message, "scenario.toml", expected, remedy)])
