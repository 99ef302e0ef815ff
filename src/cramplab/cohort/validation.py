"""Holds the body against published figures: each experiment is run as it was done, with what it does not say drawn.

Of each experiment many *possible studies* are drawn. A figure counts as inside if at least nine in ten of them fall in
the published band, as outside if at most one in ten does, and else as undetermined: what the paper leaves open decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from cramplab.cohort.experiment_timeline import segments_of
from cramplab.cohort.participants import Draws, NotSimulatedError, participants_of
from cramplab.core.errors import UserError
from cramplab.core.experiment import Arm, Experiment, Uncertain
from cramplab.core.experiment_findings import Finding
from cramplab.core.library import load_library
from cramplab.core.quantities import unit
from cramplab.simulation.assembly import assemble
from cramplab.simulation.measures import (
    BEYOND_TRACE,
    MEASURES,
    Reading,
    combine,
    loss_of,
    quantities_needed,
    read_measure,
    take,
    window_of,
)
from cramplab.simulation.timeline import Trace, forcing_at_rest, run_segments

FloatArray = NDArray[np.float64]
MOSTLY = 0.9
PEOPLE_IN_A_STUDY = 40
SHORT = 90 * 60.0  # s; shorter timelines are recorded at every step, since their peaks last seconds
_SMALL_PRINT = {"mL/min/kg": "mL/min/100 g"}
# One set of recorded names for all experiments, so that the engine is compiled once.
RECORDED = tuple(
    sorted({name for each in MEASURES.values() for name in each.quantities} | {"body_mass_change", "body_mass_loss"})
)


@dataclass(frozen=True)
class Row:
    """One published figure and the model's answer; numbers in ``unit``."""

    id: str
    study: str
    measure: str
    unit: str
    published: float | None
    low: float | None
    high: float | None
    direction: str
    model: float | None
    model_low: float | None
    model_high: float | None
    people_low: float | None
    people_high: float | None
    inside: bool | str
    used_to_calibrate: bool
    scored: bool
    why: str
    failed: int

    def plain(self) -> dict[str, Any]:
        """As a JSON object, the contract's keys first."""
        first = (
            "id",
            "unit",
            "published",
            "low",
            "high",
            "model",
            "model_low",
            "model_high",
            "inside",
            "used_to_calibrate",
        )
        return {key: getattr(self, key) for key in first} | {
            key: value for key, value in vars(self).items() if key not in first
        }


def validate_body(
    libraries: Iterable[Path] = (),
    *,
    draws: int = 400,
    seed: int = 1,
    report_progress: Callable[[int, int], None] | None = None,
    only: Sequence[str] = (),
) -> list[dict[str, Any]]:
    """Judge the body by every experiment of the libraries whose judge is ``body``.

    Parameters
    ----------
    libraries
        Further folders of experiment files.
    draws
        People for each arm, shared among the possible studies.
    seed
        Same seed and same files: same numbers.
    report_progress
        Told how many experiments are done of how many.
    only
        Keys of experiments to run; all by default.

    Returns
    -------
    list of rows
        With the keys id, unit, published, low, high, model, model_low, model_high, inside, used_to_calibrate and more.

    Raises
    ------
    FaultsFoundError
        With every fault of the files.
    """
    library = load_library(tuple(libraries), shelves=("studies",))
    experiments = [each for each in library.studies.values() if each.judge == "body" and (not only or each.key in only)]
    rows: list[Row] = []
    for position, experiment in enumerate(experiments):
        rows += judge(experiment, draws=draws, seed=seed)
        if report_progress:
            report_progress(position + 1, len(experiments))
    return [row.plain() for row in rows]


def findings_for_the_judge(experiment: Experiment) -> list[Finding]:
    """Give the findings that judge the model itself; one that bears on a theory is for the scoreboard."""
    return [each for each in experiment.findings if each.bears_on is None]


def judge(experiment: Experiment, *, draws: int, seed: int) -> list[Row]:
    """Run one experiment and answer each of its findings."""
    shares = Draws(
        max(draws // PEOPLE_IN_A_STUDY, 2), PEOPLE_IN_A_STUDY, seed, experiment.key, experiment.design == "cohort"
    )
    ran: dict[str, RanArm | str] = {}
    rows: list[Row] = []
    for finding in findings_for_the_judge(experiment):
        for name in finding.arms:
            if name not in ran:
                ran[name] = _run(experiment, name, shares)
        rows.append(_answer(finding, experiment, ran, shares))
    return rows


@dataclass(frozen=True)
class RanArm:
    """One arm of an experiment as the body went through it."""

    arm: Arm
    trace: Trace
    drawn: Mapping[str, FloatArray]


def _run(experiment: Experiment, name: str, shares: Draws) -> RanArm | str:
    """Run one arm, or say why it cannot be."""
    try:
        arm = experiment.arm(name)
        drawn = participants_of(experiment, arm, shares)
        segments = segments_of(arm, shares, drawn)
    except NotSimulatedError as reason:
        return str(reason)
    except StopIteration:
        return "groups picked by their outcome"
    body = assemble({key: values.astype(np.float32) for key, values in drawn.items()})
    longest = sum(float(np.max(each.duration)) for each in segments)
    trace, _ = run_segments(body, segments, shares.total, RECORDED, steps_per_record=1 if longest <= SHORT else 6)
    return RanArm(arm, trace, drawn)


def _answer(finding: Finding, experiment: Experiment, ran: Mapping[str, RanArm | str], shares: Draws) -> Row:
    arms = [ran[name] for name in finding.arms]
    for each in arms:
        if isinstance(each, str):
            return _row(finding, experiment, None, None, each, 0)
    if finding.select is not None:
        return _row(finding, experiment, None, None, "groups picked by their outcome", 0)
    done = [each for each in arms if isinstance(each, RanArm)]
    try:
        people, losses, reading = body_values(finding, done)
    except UserError as reason:
        return _row(finding, experiment, None, None, str(reason), 0)
    failed = np.any([each.trace.failed for each in done], axis=0)
    people, losses = ([np.where(failed, np.nan, values) for values in each] for each in (people, losses))
    count = int(failed.sum())
    if count > 0.5 * shares.total:
        why = next(iter(done[0].trace.reasons.values()), "most people failed")
        return _row(finding, experiment, None, None, f"{count} of {shares.total} people: {why}", count)
    groups = []
    for study in range(shares.studies):
        rows = slice(study * shares.people, (study + 1) * shares.people)
        if all(np.isfinite(values[rows]).any() for values in people):
            groups.append(combine(reading, [values[rows] for values in people], [values[rows] for values in losses]))
    alone = people[0] if len(people) == 1 else people[-1] - people[0] if reading.relation == "" else None
    return _row(finding, experiment, np.asarray(groups), alone, "", count)


def body_values(finding: Finding, done: Sequence[RanArm]) -> tuple[list[FloatArray], list[FloatArray], Reading]:
    """Give what a finding measures on the body: by arm, the value of every person and the mass lost; and the reading.

    Raises
    ------
    UserError
        If there is no such measure, or its unit is another.
    """
    if finding.measure in BEYOND_TRACE:
        return [_perfused(each) for each in done], [], Reading("sweat_rate", False, False, "")
    reading = read_measure(finding.measure)
    wanted = unit(_plain_unit(finding.unit_name)).dimensions
    own = unit(_plain_unit(reading.unit)).dimensions
    if finding.unit_name and wanted != own and _without_mass(wanted) != _without_mass(own):
        raise UserError(f"'{finding.measure}' is measured in {reading.unit}, not in {finding.unit_name}")
    assert set(quantities_needed(reading)) <= set(RECORDED)
    people: list[FloatArray] = []
    losses: list[FloatArray] = []
    for each in done:
        window = window_of(each.trace, reading, finding.begin, finding.end)
        people.append(take(each.trace, reading, window))
        if reading.relation in ("per_mass_loss", "per_litre_lost"):
            losses.append(loss_of(each.trace, reading, window))
    return people, losses, reading


def _plain_unit(name: str) -> str:
    return name or "1"


def _without_mass(dimensions: tuple[tuple[str, float], ...]) -> tuple[tuple[str, float], ...]:
    """Leave mass and volume out: a litre of plasma water weighs a kilogram, so mosmol/kg may meet mosmol/L."""
    return tuple(each for each in dimensions if each[0] not in ("[mass]", "[volume]"))


def _perfused(each: RanArm) -> FloatArray:
    """Absorption in the perfused segment of gut, by the same law as in the whole gut (L/s/m)."""
    step = next(step for step in each.arm.steps if step.kind == "infusion")

    def given(key: str, otherwise: float) -> float:
        value = step.values.get(key)
        return value.value if isinstance(value, Uncertain) else otherwise

    body = assemble()
    gut = next(part for part in body.submodels if part.name == "intestine")
    known = body.quantities(body.initial(), {name: jnp.asarray(value) for name, value in forcing_at_rest().items()})
    carbohydrate = given("carbohydrate", 0.0) / 180.156e-6
    salts = gut.osmoles_per_cation * (given("sodium", 0.0) + given("potassium", 0.0))  # type: ignore[attr-defined]
    osmolality = step.number("osmolality")
    sugar_osmoles = None
    if osmolality is not None and carbohydrate > 0.0:
        sugar_osmoles = max(osmolality.value - salts, 0.05 * carbohydrate) / carbohydrate
    recipe = str(getattr(step.values.get("solute"), "value", step.values.get("solute", "")))
    answer = gut.perfused_segment(  # type: ignore[attr-defined]
        given("rate", 15e-3 / 60.0),
        0.5,
        given("sodium", 0.0),
        given("potassium", 0.0),
        carbohydrate,
        float(known["plasma_osmolality"]),
        float(known["plasma_sodium"]),
        osmoles_per_sugar=sugar_osmoles,
        # Sucrose is half fructose: 4 % sucrose with 2 % glucose is one third fructose.
        fructose_share=1.0 / 3.0 if "sucrose" in recipe or "fructose" in recipe else 0.0,
    )
    return np.full(each.trace.failed.shape, float(answer))


def _row(
    finding: Finding,
    experiment: Experiment,
    groups: FloatArray | None,
    people: FloatArray | None,
    why: str,
    failed: int,
) -> Row:
    factor = finding.unit.factor if finding.unit is not None else unit(_own_unit(finding)).factor
    low, high = finding.band if finding.band is not None else (None, None)
    model = model_low = model_high = people_low = people_high = None
    inside: bool | str = "not simulated"
    if groups is not None and len(groups):
        model, model_low, model_high = (float(np.quantile(groups, q)) for q in (0.5, 0.05, 0.95))
        inside = verdict(groups, finding)
        if people is not None and np.isfinite(people).any():
            people_low, people_high = (float(np.nanquantile(people, q)) for q in (0.05, 0.95))
    published = finding.published
    if finding.status == "memory":
        # A figure that nobody has read is no fact: it is kept in its file, and not shown beside the model.
        published, low, high, inside = None, None, None, "not read"
    scaled = lambda value: None if value is None else float(value) / factor  # noqa: E731
    return Row(
        finding.id,
        experiment.key,
        finding.measure,
        finding.unit_name or _own_unit(finding),
        scaled(published),
        scaled(low),
        scaled(high),
        finding.direction,
        scaled(model),
        scaled(model_low),
        scaled(model_high),
        scaled(people_low),
        scaled(people_high),
        inside,
        finding.calibrates,
        finding.scored and finding.status == "verified",
        why or finding.why_not_scored,
        failed,
    )


def _own_unit(finding: Finding) -> str:
    try:
        return read_measure(finding.measure).unit
    except UserError:
        return BEYOND_TRACE.get(finding.measure, ("1", ""))[0]


def verdict(groups: FloatArray, finding: Finding) -> bool | str:
    """Say whether a finding is inside, outside, or undetermined over possible studies (one figure each)."""
    if finding.band is not None:
        hits = float(np.mean((groups >= finding.band[0]) & (groups <= finding.band[1])))
    elif finding.direction in ("increase", "decrease"):
        hits = float(np.mean(groups > 0.0 if finding.direction == "increase" else groups < 0.0))
    else:
        return "no band"
    # 1 - 0.9 is a hair below 0.1 in binary, and one in ten shall count.
    hair = 1e-9
    if hits >= MOSTLY - hair:
        return True
    return False if hits <= 1.0 - MOSTLY + hair else "undetermined"
