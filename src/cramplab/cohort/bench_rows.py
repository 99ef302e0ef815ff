"""Makes a row of a judgement from possible studies of the laboratory or of the motor pool."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from cramplab.cohort.validation import Row, verdict
from cramplab.core.errors import UserError
from cramplab.core.experiment import Experiment
from cramplab.core.experiment_findings import Finding
from cramplab.core.quantities import unit
from cramplab.simulation.bench_measures import read_bench_measure

FloatArray = NDArray[np.float64]


def bench_row(
    finding: Finding,
    experiment: Experiment,
    known: Mapping[str, tuple[str, str]],
    groups: FloatArray | None,
    people: FloatArray | None,
    why: str,
    failed: int,
    *,
    missed: bool = False,
) -> Row:
    """Make the row of one finding.

    Parameters
    ----------
    finding, experiment
        What was published.
    known
        Measures with their units.
    groups
        The figure of every possible study, internal units; None if it was not simulated.
    people
        The figure of every person, for their spread; None where people have none.
    why
        Reason, if it was not simulated.
    failed
        People in whom there was nothing to measure.
    missed
        Whether it was simulated and nobody did what was measured: outside, for a published figure says that people do.
    """
    try:
        own = read_bench_measure(finding.measure, dict(known)).unit
    except UserError:
        own = "1"
    unit_name = finding.unit_name or own
    factor = finding.unit.factor if finding.unit is not None else 1.0 if finding.unit_name else unit(own).factor
    low, high = finding.band if finding.band is not None else (None, None)
    model = model_low = model_high = people_low = people_high = None
    inside: bool | str = False if missed else "not simulated"
    if groups is not None and len(groups):
        model, model_low, model_high = (float(np.quantile(groups, share)) for share in (0.5, 0.05, 0.95))
        inside = verdict(groups, finding)
        if people is not None and np.isfinite(people).any():
            people_low, people_high = (float(np.nanquantile(people, share)) for share in (0.05, 0.95))
    published = finding.published
    if finding.status == "memory":
        # A figure that nobody has read is no fact: it is kept in its file, and not shown beside the model.
        published, low, high, inside = None, None, None, "not read"

    def scaled(value: float | None) -> float | None:
        return None if value is None or not np.isfinite(value) else float(value) / factor

    return Row(
        finding.id, experiment.key, finding.measure, unit_name, scaled(published), scaled(low), scaled(high),
        finding.direction, scaled(model), scaled(model_low), scaled(model_high), scaled(people_low),
        scaled(people_high), inside, finding.calibrates, finding.scored and finding.status == "verified",
        why or finding.why_not_scored, failed,
    )  # fmt: skip
