"""The process in which long runs run: it alone loads the engine, tells how far it is, and can be killed."""

from __future__ import annotations

import base64
import dataclasses
import json
import multiprocessing
import os
import tempfile
import threading
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from cramplab.core.errors import CramplabError

Report = Callable[[int, int], None]
_NICE = 5
"""Pages are answered before a long run goes on."""


def work(connection: Connection) -> None:
    """Take what is asked for, one at a time, until the other end is closed.

    Sends ``("progress", done, total)`` any number of times, then ``("done", result)`` or ``("failed", message)``.
    """
    os.nice(_NICE)
    threading.Thread(target=_end_with_the_app, daemon=True).start()
    while True:
        try:
            kind, payload = connection.recv()
        except (EOFError, OSError):
            return
        try:
            result = KINDS[kind](payload, lambda done, total: connection.send(("progress", done, total)))
        except CramplabError as problem:
            connection.send(("failed", str(problem)))
        except (BrokenPipeError, KeyboardInterrupt):
            return
        except Exception as problem:  # noqa: BLE001 - whatever goes wrong is told, and the next run still runs
            first_line = (str(problem).strip().splitlines() or ["no message"])[0]
            connection.send(("failed", f"{type(problem).__name__}: {first_line} This is our fault, please report it."))
        else:
            connection.send(("done", result))


def _end_with_the_app() -> None:
    """End this process once the app has ended, killed or not: a run that nobody waits for keeps no processor busy."""
    app = multiprocessing.parent_process()
    if app is not None:
        app.join()
        os._exit(1)


def plan(payload: Mapping[str, Any], report_progress: Report) -> dict[str, Any]:
    """Plan an event.

    Parameters
    ----------
    payload
        ``scenario`` (TOML text), ``files`` (content by name, base64), ``red_flags`` (ids answered with yes, or None),
        ``runs``, ``seed``.

    Returns
    -------
    dict
        The content of a ``plan.json``.
    """
    from cramplab.core.plan_result import plan_tree
    from cramplab.importers.scenario import read_scenario
    from cramplab.planner.plan_event import plan_event
    from cramplab.safety.limits import load_limits
    from cramplab.simulation.compile_cache import kept_compilations
    from cramplab.simulation.theory_shelf import load_theories

    with tempfile.TemporaryDirectory(prefix="cramplab-") as folder:
        for name, content in payload["files"].items():
            (Path(folder) / name).write_bytes(base64.b64decode(content))
        file = Path(folder) / "scenario.toml"
        file.write_text(payload["scenario"], encoding="utf-8")
        scenario = read_scenario(file)
        answered = payload["red_flags"]
        flags = None if answered is None else {scenario.people[0].id: tuple(answered)}
        with kept_compilations():
            results = plan_event(
                scenario, load_limits(None), load_theories(), runs=payload["runs"], seed=payload["seed"],
                red_flags=flags, report_progress=report_progress,
            )  # fmt: skip
    return plan_tree(results[0])


def outlook(payload: Mapping[str, Any], report_progress: Report) -> dict[str, Any]:
    """Work out what a session may bring to a team.

    Parameters
    ----------
    payload
        ``athletes``, ``weighings`` (plain forms of those in `cramplab.core.team`), ``session`` (arguments of the
        session), ``seed``.

    Returns
    -------
    dict
        Plain form of `cramplab.core.team_result.Outlook`.
    """
    from cramplab.core.team import Athlete, Weighing
    from cramplab.planner.team_outlook import team_outlook
    from cramplab.safety.limits import load_limits
    from cramplab.simulation.compile_cache import kept_compilations
    from cramplab.simulation.theory_shelf import load_theories

    athletes = [Athlete(**{**each, "flags": tuple(each["flags"])}) for each in payload["athletes"]]
    weighings = [Weighing(**each) for each in payload["weighings"]]
    with kept_compilations():
        found = team_outlook(
            athletes, weighings, load_theories(), load_limits(None), seed=payload["seed"],
            report_progress=report_progress, **payload["session"],
        )  # fmt: skip
    plain: dict[str, Any] = json.loads(json.dumps(dataclasses.asdict(found), allow_nan=False))
    return plain


KINDS: Mapping[str, Callable[[Mapping[str, Any], Report], dict[str, Any]]] = {"plan": plan, "outlook": outlook}
