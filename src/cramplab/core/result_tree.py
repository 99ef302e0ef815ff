"""The content of ``result.json``: summaries of a run as plain values, and what is needed to rebuild the run from it.

Everything the report and the card show is read from this tree, so page and file cannot disagree.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cramplab.core.cramp_chances import CrampChances, TheoryAnswer
from cramplab.core.headlines import counts, headlines, influences
from cramplab.core.results import HIGH, LOW, SCHEMA, Assumption, FailedDraw, RunResult, interval, quantiles

# Six digits are far below any spread here, and keep the file small; the full draws are in result.nc.
_DIGITS = 6
_MOST_TIMES = 241
_COURSE = {"low": LOW, "lower_quartile": 0.25, "median": 0.5, "upper_quartile": 0.75, "high": HIGH}
OF_PEOPLE = 100
"""Chances are told as so many of this many people."""
NO_ADVICE = "How much to drink or how much salt to take: that is for a plan, inside safety limits."
NOT_ASKED = "The chance of a cramp: the theories were not asked in this run."


def result_tree(result: RunResult) -> dict[str, Any]:
    """Give the content of ``result.json`` as plain values; ``docs/schema.md`` specifies it."""
    finished = result.finished
    times = _times_to_keep(result)
    tree: dict[str, Any] = {
        "schema": SCHEMA,
        "kind": "run",
        "program": {"name": "cramplab", "version": result.version, "versions": dict(result.versions)},
        "run": {
            "title": result.title, "person_id": result.person_id, "sport": result.sport, "start": result.start,
            "event_end_s": result.event_end_s, "record_end_s": float(result.time_s[-1]), "seed": result.seed,
            "draws": result.draws, "finished_draws": int(finished.sum()),
            "failed": [{"draw": each.draw, "reason": each.reason} for each in result.failed],
            "input_sha256": result.input_sha256, "input_files": dict(result.input_files),
            "drink_description": result.drink_description,
        },
        "not_computed": [NO_ADVICE, *([] if result.chances is not None else [NOT_ASKED])],
        "interval": {"low": LOW, "high": HIGH, "over": "draws that finished"},
        "headline": {each.name: _short(entry) for each, entry in headlines(result)},
        "counts": dict(counts(result)),
        "influences": {name: _short(found) for name, found in influences(result)},
        "traits": {name: _trait(result, name) for name in result.traits},
        "assumptions": [vars(each) for each in result.assumptions],
        "notices": list(result.notices),
        "sources": dict(result.sources),
        "scenario": result.scenario,
        "time_s": _short(result.time_s[times].tolist()),
        "series": {name: _course(result, name, times) for name in result.series},
    }  # fmt: skip
    if result.chances is not None:
        tree |= _short(_plain(_chances(result.chances)))
    return {key: _plain(value) for key, value in tree.items()}


def _times_to_keep(result: RunResult) -> NDArray[np.intp]:
    total = result.time_s.size
    step = math.ceil((total - 1) / (_MOST_TIMES - 2))
    end = int(np.searchsorted(result.time_s, result.event_end_s, side="right")) - 1
    return np.unique([*range(0, total, step), end, total - 1])


def _course(result: RunResult, name: str, times: NDArray[np.intp]) -> dict[str, Any]:
    each = result.series[name]
    found = quantiles(each.values[np.ix_(result.finished, times)], tuple(_COURSE.values()))
    courses = {key: _short(row.tolist()) for key, row in zip(_COURSE, found, strict=True)}
    return {"label": each.label, "unit": each.unit, "standard_name": each.standard_name, **courses}


def _trait(result: RunResult, name: str) -> dict[str, Any]:
    each = result.traits[name]
    found = interval(each.values[result.finished])
    numbers = _short({"median": found.median, "low": found.low, "high": found.high})
    return {"label": each.label, "unit": each.unit, "source": each.source, "known": each.known, **numbers}


def _chances(chances: CrampChances) -> dict[str, Any]:
    return {
        "cramp_by_theory": [
            {"theory": each.theory, "claim": each.claim, **_of_people(each.chance), "why_not": each.why_not}
            for each in chances.answers
        ],
        "cramp_unknown": chances.unknown,
        "differ": chances.differ,
        "measure_next": chances.measure_next,
        "reference": chances.reference,
        "margin_by_theory": {
            "unit": "Hz",
            "time_s": chances.look_s,
            "median": {each.theory: each.margin_hz for each in chances.answers},
        },
    }


def _of_people(chance: NDArray[np.float64]) -> dict[str, float | None]:
    """Give median, ends of the 90 % interval and mean of a chance over the draws, as so many of 100 people."""
    known = chance[np.isfinite(chance)]
    if not known.size:
        return dict.fromkeys(("chance", "low", "high", "mean"))
    found = interval(known)
    numbers = {"chance": found.median, "low": found.low, "high": found.high, "mean": float(known.mean())}
    return {name: OF_PEOPLE * value for name, value in numbers.items()}


def chances_of_tree(tree: Mapping[str, Any], drawn: Mapping[str, NDArray[np.float64]]) -> CrampChances | None:
    """Rebuild what the theories said; None if they were not asked.

    Parameters
    ----------
    drawn
        Chance of every draw by theory, as ``result.nc`` holds it.
    """
    if "cramp_by_theory" not in tree:
        return None
    margins = tree["margin_by_theory"]
    answers = tuple(
        TheoryAnswer(
            each["theory"], each["claim"], drawn.get(each["theory"], np.zeros(0)),
            np.array(margins["median"][each["theory"]], dtype=float), each["why_not"],
        )
        for each in tree["cramp_by_theory"]
    )  # fmt: skip
    sentences = {name: tree[name] for name in ("differ", "measure_next", "reference")}
    return CrampChances(answers, np.array(margins["time_s"], dtype=float), unknown=tree["cramp_unknown"], **sentences)


def _short(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _short(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_short(each) for each in value]
    if isinstance(value, float) and math.isfinite(value):
        return float(f"{value:.{_DIGITS}g}") + 0.0
    return value


def _plain(value: Any) -> Any:
    """Turn what JSON cannot hold into what it can: NaN and infinity into null, tuples and arrays into lists."""
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [_plain(each) for each in value]
    if isinstance(value, np.generic):
        return _plain(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if value is None or isinstance(value, (str, int, float, bool)) else str(value)


def tree_text(tree: Mapping[str, Any]) -> str:
    """Write the tree as JSON, one top-level key a line, the same bytes for the same tree."""
    rows = [
        f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False, allow_nan=False)}" for key, value in tree.items()
    ]
    return "{\n" + ",\n".join(rows) + "\n}\n"


def tree_fields(tree: Mapping[str, Any]) -> dict[str, Any]:
    """Give the fields of a `RunResult` that the tree alone holds (all but the draws).

    Raises
    ------
    KeyError, TypeError
        If the tree does not have the layout that ``docs/schema.md`` specifies.
    """
    run, program = tree["run"], tree["program"]
    return {
        "title": run["title"], "person_id": run["person_id"], "sport": run["sport"], "start": run["start"],
        "seed": run["seed"], "draws": run["draws"], "version": program["version"], "versions": program["versions"],
        "event_end_s": run["event_end_s"], "input_sha256": run["input_sha256"], "input_files": run["input_files"],
        "drink_description": run["drink_description"], "scenario": tree["scenario"], "sources": tree["sources"],
        "notices": tuple(tree["notices"]), "failed": tuple(FailedDraw(**each) for each in run["failed"]),
        "assumptions": tuple(Assumption(**each) for each in tree["assumptions"]),
    }  # fmt: skip
