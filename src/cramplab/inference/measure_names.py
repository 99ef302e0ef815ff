"""All measures that a finding may name: of the body, the bench, single motor neurons, and what comes by itself."""

from __future__ import annotations

import difflib

from cramplab.core.errors import UserError
from cramplab.core.experiment_findings import Finding
from cramplab.inference.predictive import OF_THE_COURSE
from cramplab.simulation.bench_measures import LABORATORY_MEASURES, POOL_MEASURES, read_bench_measure
from cramplab.simulation.measures import BEYOND_TRACE, MEASURES, read_measure

_ALIKE = 0.88
"""How alike a name must be to one of ours to be taken for a slip of the pen."""


def unit_of_measure(name: str) -> str:
    """Give the unit in which a measure is printed; ``"1"`` for one that nobody here takes."""
    if name in OF_THE_COURSE and name not in LABORATORY_MEASURES:
        return OF_THE_COURSE[name][0]
    for known in (LABORATORY_MEASURES, POOL_MEASURES):
        try:
            return read_bench_measure(name, known).unit
        except UserError:
            continue
    try:
        return read_measure(name).unit
    except UserError:
        return BEYOND_TRACE.get(name, ("1", ""))[0]


def is_known(name: str) -> bool:
    """Say whether there is such a measure."""
    if name in OF_THE_COURSE or name in BEYOND_TRACE:
        return True
    try:
        read_bench_measure(name, {**LABORATORY_MEASURES, **POOL_MEASURES})
        return True
    except UserError:
        pass
    try:
        read_measure(name)
        return True
    except UserError:
        return False


def misspelt_measure(finding: Finding) -> str:
    """Give the nearest right names, if a finding's measure looks like a slip of the pen; empty if not.

    A measure that is like none of ours is no fault: its finding is not simulated.
    """
    if finding.not_simulated or is_known(finding.measure):
        return ""
    known = {*OF_THE_COURSE, *LABORATORY_MEASURES, *POOL_MEASURES, *MEASURES}
    near = difflib.get_close_matches(finding.measure, known, n=3, cutoff=_ALIKE)
    # A name of ours with a word more is another measure, and no slip.
    words = set(finding.measure.split("_"))
    near = [each for each in near if not set(each.split("_")) <= words]
    return "Did you mean " + " or ".join(f"'{each}'" for each in near) + "?" if near else ""
