"""Which feasible experiment would tell the theories apart best: expected information gain over designs and group sizes.

For every design (`library/designs`) and every number of people the possible results are drawn under each theory. How
much one result would be expected to narrow down which theory is right, is the mutual information between theory and
result; all theories are equally likely before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from cramplab.cohort.virtual_arm import BLOCKS
from cramplab.core.errors import UserError, did_you_mean
from cramplab.core.experiment import Experiment
from cramplab.core.experiment_findings import Finding
from cramplab.core.library import load_library
from cramplab.inference.measure_names import unit_of_measure
from cramplab.inference.predictive import VirtualStudy
from cramplab.inference.stances import stances
from cramplab.simulation.theory_shelf import load_theories

FloatArray = NDArray[np.float64]
_RESULTS = 300  # possible results of each theory that enter the estimate
JOINED = "multifactorial"
"""It holds parts of all others, so no experiment could tell it from them: it is left out unless asked for."""


def rank_experiments(
    libraries: Iterable[Path] = (),
    names: Sequence[str] = (),
    people: Sequence[int] = (8, 12, 20, 40),
    *,
    seed: int = 1,
    report_progress: Callable[[int, int], None] | None = None,
) -> list[dict[str, Any]]:
    """Rank every design at every size.

    Parameters
    ----------
    libraries
        Further folders, which may hold designs and theories.
    names
        Theories to tell apart; all but the joint one by default.
    people
        Numbers of people to try.
    seed
        Same seed, same files: same numbers.
    report_progress
        Told how many designs are done of how many.

    Returns
    -------
    list of dict
        Best first: design, title, finding, measure, unit, people, gain_nats, gain_share (of all there is to learn),
        results (by theory: middle, low, high), told_apart (pairs of theories whose results hardly overlap), note;
        designs that cannot be simulated come last, with a reason.
    """
    folders = tuple(libraries)
    designs = load_library(folders, ("designs",)).designs
    shelf = load_theories(folders)
    for name in names:
        if name not in shelf:
            raise UserError(f"There is no theory '{name}'. {did_you_mean(name, shelf)}")
    chosen = list(names) or [name for name in shelf if name != JOINED]
    if len(chosen) < 2:
        raise UserError("It takes two theories to tell them apart. Name another with --theory.")
    entering = stances(shelf, chosen, worlds=BLOCKS, seed=seed)
    rows: list[dict[str, Any]] = []
    for number, experiment in enumerate(designs.values()):
        study = VirtualStudy(experiment, seed)
        for finding in experiment.findings:
            why = study.why_not(finding)
            if why:
                rows.append(_row(experiment, finding) | {"people": None, "gain_nats": None, "reason": why})
                continue
            for size in people:
                sized = replace(finding, n=(size,) * max(len(finding.arms), 1), unit_of_n="person")
                figures = {each.name: study.predict(sized, each).figures for each in entering}
                rows.append(_row(experiment, finding) | {"people": size, "reason": ""} | _told(figures, finding))
        if report_progress:
            report_progress(number + 1, len(designs))
    return sorted(rows, key=lambda row: -1.0 if row["gain_nats"] is None else row["gain_nats"], reverse=True)


def _row(experiment: Experiment, finding: Finding) -> dict[str, Any]:
    return {
        "design": experiment.key, "title": experiment.title or experiment.key.replace("_", " "),
        "finding": finding.id, "measure": finding.measure, "unit": unit_of_measure(finding.measure),
        "note": experiment.note.strip(),
    }  # fmt: skip


def _told(figures: Mapping[str, FloatArray], finding: Finding) -> dict[str, Any]:
    from cramplab.core.quantities import unit

    factor = unit(unit_of_measure(finding.measure)).factor
    some = {name: each[np.isfinite(each)][:: max(len(each) // _RESULTS, 1)] for name, each in figures.items()}
    if any(not len(each) for each in some.values()):
        return {"gain_nats": None, "gain_share": None, "results": {}, "told_apart": [], "reason": "no result"}
    gain = information_gain(list(some.values()))
    spans = {name: np.quantile(each, (0.05, 0.5, 0.95)) / factor for name, each in figures.items()}
    names = list(spans)
    apart = [
        [one, other] for i, one in enumerate(names) for other in names[i + 1 :]
        if spans[one][0] > spans[other][2] or spans[other][0] > spans[one][2]
    ]  # fmt: skip
    return {
        "gain_nats": float(f"{gain:.3g}"), "gain_share": float(f"{gain / np.log(len(names)):.3g}"),
        "results": {name: {"low": _short(low), "middle": _short(middle), "high": _short(high)}
                    for name, (low, middle, high) in spans.items()},
        "told_apart": apart,
    }  # fmt: skip


def _short(value: float) -> float:
    return float(f"{value:.4g}")


def information_gain(results: Sequence[FloatArray]) -> float:
    r"""Give the mutual information between which group a result comes from and the result, nats.

    .. math:: I = \frac{1}{T} \sum_t \mathbb{E}_{y \sim p_t} \log \frac{p_t(y)}{\frac{1}{T} \sum_u p_u(y)}

    Each density is a sum of kernels over that group's results; the result itself is left out of its own.

    Parameters
    ----------
    results
        Of each group, shape [results].

    Returns
    -------
    nats
        From 0 to the logarithm of the number of groups.
    """
    everything = np.concatenate(results)
    scale = max(float(everything.std()), 1e-12)
    widths = [max(1.06 * float(each.std()) * len(each) ** -0.2, 1e-3 * scale) for each in results]
    gain = 0.0
    for own, values in enumerate(results):
        densities = []
        for other, (group, width) in enumerate(zip(results, widths, strict=True)):
            kernels = norm.pdf(values[:, None], group[None], width)
            if other == own:
                np.fill_diagonal(kernels, 0.0)
            densities.append(kernels.sum(axis=1) / max(len(group) - (other == own), 1))
        table = np.maximum(np.stack(densities), 1e-300)
        gain += float(np.mean(np.log(table[own]) - np.log(table.mean(axis=0))))
    return max(gain / len(results), 0.0)


def in_words(rows: Sequence[Mapping[str, Any]], most: int = 12) -> list[str]:
    """Tell a ranking in lines."""
    best: dict[tuple[str, str], Mapping[str, Any]] = {}
    for row in rows:
        best.setdefault((row["design"], row["finding"]), row)
    able = [row for row in best.values() if row["gain_nats"] is not None]
    lines = ["Expected information gain about which theory is right (of all there is to learn), best size of each:"]
    for row in able[:most]:
        told = f"{len(row['told_apart'])} pairs of theories told apart" if row["told_apart"] else "no pair told apart"
        lines.append(
            f"{100 * row['gain_share']:5.1f} %  {row['title']}: {row['measure'].replace('_', ' ')}, "
            f"{row['people']} people; {told}"
        )
    if able:
        first = able[0]
        lines.append("")
        lines.append(f"Best: {first['title']} with {first['people']} people. It would give ({first['unit']}):")
        for name, each in first["results"].items():
            lines.append(f"  {name:<24}{each['middle']:>9.3g}  ({each['low']:.3g} to {each['high']:.3g})")
        for one, other in first["told_apart"][:6]:
            lines.append(f"  tells {one} from {other}")
    cannot = [row for row in best.values() if row["gain_nats"] is None]
    lines += [f"Not simulated: {row['title']}: {row['reason']}" for row in cannot]
    return lines
