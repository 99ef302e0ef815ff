"""An experiment: who took part, what was done to them in each arm, and what was found. One TOML file each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cramplab.core.errors import did_you_mean
from cramplab.core.experiment_findings import Finding, read_findings
from cramplab.core.experiment_steps import Drink, Step, Until, endless_keys, read_step
from cramplab.core.toml_reading import TomlFile, read_toml
from cramplab.core.toml_tables import Limits, Table, as_written
from cramplab.core.uncertain import Choice, Uncertain

__all__ = [
    "Arm", "Choice", "Drink", "Environment", "Experiment", "Finding", "Participants", "Step", "Uncertain", "Until",
    "read_experiment",
]  # fmt: skip

JUDGES = ("body", "pool", "lab", "field", "claim", "design")
DESIGNS = ("paired", "parallel", "case_control", "cohort", "single")
SEXES = ("male", "female", "mixed", "unknown")
CRAMP_HISTORIES = ("prone", "none", "mixed", "unknown")
ACCLIMATED = ("yes", "no", "partly", "mixed", "unknown")
CONDITIONS = ("healthy", "peripheral_artery_disease")

PARTICIPANT_LIMITS: dict[str, Limits] = {
    "mass": {"kg": (25.0, 250.0)},
    "height": {"cm": (110.0, 230.0)},
    "age": {"yr": (5.0, 100.0)},
    "body_fat": {"%": (3.0, 60.0)},
    "fitness": {"mL/kg/min": (8.0, 95.0)},
    "artery_narrowing": {"%": (0.0, 99.0)},
    "ankle_brachial_index": {"1": (0.1, 1.5)},
}
ENVIRONMENT_LIMITS: dict[str, Limits] = {
    "air": {"degC": (-40.0, 130.0)},
    "humidity": {"%": (0.0, 100.0)},
    "wind": {"m/s": (0.0, 40.0)},
    "solar": {"W/m^2": (0.0, 1400.0)},
    "wbgt": {"degC": (-20.0, 60.0)},
    "clothing": {"clo": (0.0, 6.0)},
}


@dataclass(frozen=True)
class Participants:
    """Who took part. What neither the paper nor an assumption gives is None.

    Parameters
    ----------
    n
        How many, one count or one for each arm; empty if not said.
    sex, cramp_history, acclimated, condition
        Words; see `Choice`.
    mass : kg
    height : m
    age : s
    body_fat, artery_narrowing : 1
        Share of the body mass, and share of the cross-section of the leg's artery that is closed.
    fitness : L/kg/s
        Highest oxygen uptake.
    ankle_brachial_index : 1
    """

    n: tuple[int, ...] = ()
    sex: Choice | None = None
    cramp_history: Choice | None = None
    acclimated: Choice | None = None
    condition: Choice | None = None
    mass: Uncertain | None = None
    height: Uncertain | None = None
    age: Uncertain | None = None
    body_fat: Uncertain | None = None
    fitness: Uncertain | None = None
    artery_narrowing: Uncertain | None = None
    ankle_brachial_index: Uncertain | None = None

    def over(self, below: Participants) -> Participants:
        """Lay these over others: what is given here stands, the rest is taken from below."""
        return replace(below, **_given(self))


@dataclass(frozen=True)
class Environment:
    """Where it was done. What is not given is None.

    Parameters
    ----------
    air, wbgt : degC
    humidity : 1
    wind : m/s
    solar : W/m^2
    clothing : K m^2/W
        Insulation; 1 clo is 0.155.
    """

    air: Uncertain | None = None
    humidity: Uncertain | None = None
    wind: Uncertain | None = None
    solar: Uncertain | None = None
    wbgt: Uncertain | None = None
    clothing: Uncertain | None = None

    def over(self, below: Environment) -> Environment:
        """Lay these over others: what is given here stands, the rest is taken from below."""
        return replace(below, **_given(self))


def _given(part: Participants | Environment) -> dict[str, Any]:
    return {key: value for key, value in vars(part).items() if value not in (None, ())}


@dataclass(frozen=True)
class Arm:
    """One arm: its own participants and environment (already laid over the study's), and its steps in order."""

    id: str
    participants: Participants
    environment: Environment
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Experiment:
    """One published experiment as a timeline that can be run, and what it found.

    Parameters
    ----------
    key
        Its own name, which is the name of its file.
    citation, doi, url
        Where it was published.
    judge
        ``body``, ``pool``, ``lab`` or ``field``: which validate command shows it. ``claim`` and ``design`` are
        experiments that nobody has done: what a claim would have to pass, and what a laboratory could do next.
    design
        ``paired``, ``parallel``, ``case_control``, ``cohort`` or ``single``.
    participants, environment
        What holds for every arm that says nothing else.
    arms, findings
        What was done, and what came out.
    note
        What we had to assume and why.
    title, laboratory
        A line for tables, and the group that did it: scores are also given without each group.
    file
        Where it stands.
    """

    key: str
    citation: str
    doi: str
    url: str
    judge: str
    design: str
    participants: Participants
    environment: Environment
    arms: tuple[Arm, ...]
    findings: tuple[Finding, ...]
    note: str
    file: Path
    title: str = ""
    laboratory: str = ""

    def arm(self, identity: str) -> Arm:
        """Give the arm of that name."""
        return next(each for each in self.arms if each.id == identity)


def read_experiment(path: Path) -> Experiment:
    """Read one experiment file.

    Raises
    ------
    FaultsFoundError
        With every fault of the file: what, line, what was expected, the nearest right name.
    """
    file = read_toml(path)
    experiment = _experiment(file)
    file.raise_faults()
    return experiment


def _experiment(file: TomlFile) -> Experiment:
    top = Table(file, (), file.values, f"study '{file.path.stem}'")
    schema = top.raw("schema", required=True)
    if schema is not None and schema != 1:
        top.fault("schema", f"schema is {as_written(schema)}", expected="1")
    key = top.text("key", required=True)
    if key and key != file.path.stem:
        remedy = "One study, one file: give the file the name of its key"
        top.fault(
            "key", f"key is {as_written(key)}", expected=f"the file's own name, '{file.path.stem}'", remedy=remedy
        )
    experiment = Experiment(
        key=key or file.path.stem,
        citation=top.text("citation", required=True),
        doi=top.text("doi"),
        url=top.text("url"),
        judge=top.one_of("judge", JUDGES, required=True),
        design=top.one_of("design", DESIGNS, default="single"),
        **what_was_done(top),
        note=top.text("note") or top.text("about"),
        file=file.path,
        title=top.text("title"),
        laboratory=top.text("laboratory"),
    )
    top.known.add("about")
    top.finish()
    return experiment


def what_was_done(top: Table) -> dict[str, Any]:
    """Take participants, environment, arms and findings out of a file, by the names that `Experiment` has for them."""
    participants = _participants(top.table("participants"))
    environment = _environment(top.table("environment"))
    arms = _arms(top, participants, environment)
    names = {arm.id: tuple(name for step in arm.steps for name in (step.id, step.kind)) for arm in arms}
    return {
        "participants": participants, "environment": environment, "arms": arms, "findings": read_findings(top, names),
    }  # fmt: skip


def _participants(table: Table | None) -> Participants:
    if table is None:
        return Participants()
    table.owner += ", participants"
    if isinstance(table.values.get("fitness"), str) and table.values["fitness"].strip().endswith(("L/min", "l/min")):
        remedy = "Divide by the body mass"
        if "kg" not in table.values["fitness"]:
            table.raw("fitness")
            table.fault("fitness", "fitness is per person", expected="oxygen uptake in mL/kg/min", remedy=remedy)
            table.values = {key: value for key, value in table.values.items() if key != "fitness"}
    found = Participants(
        n=table.counts("n"),
        sex=table.words("sex", SEXES),
        cramp_history=table.words("cramp_history", CRAMP_HISTORIES),
        acclimated=table.words("acclimated", ACCLIMATED),
        condition=table.words("condition", CONDITIONS),
        **{key: table.uncertain(key, limits) for key, limits in PARTICIPANT_LIMITS.items()},
    )
    table.known.add("note")
    table.finish()
    return found


def _environment(table: Table | None) -> Environment:
    if table is None:
        return Environment()
    table.owner += ", environment"
    found = Environment(**{key: table.uncertain(key, limits) for key, limits in ENVIRONMENT_LIMITS.items()})
    table.known.add("note")
    table.finish()
    return found


def _arms(top: Table, participants: Participants, environment: Environment) -> tuple[Arm, ...]:
    arms: list[Arm] = []
    tables = top.tables("arm")
    if not tables:
        top.fault("arm", "it has no arm", expected="at least one [[arm]] with an id")
    for table in tables:
        identity = table.text("id", required=True)
        table.owner = f"{table.owner}, arm '{identity}'"
        if identity in {each.id for each in arms}:
            table.fault("id", f"there are two arms '{identity}'", expected="another id for each arm")
        own_participants = _participants(table.table("participants"))
        own_environment = _environment(table.table("environment"))
        steps = tuple(read_step(each) for each in table.tables("step"))
        names = [step.id for step in steps if step.id]
        for name in {name for name in names if names.count(name) > 1}:
            table.fault("step", f"there are two steps with the id '{name}'", expected="another id for each step")
        table.known.update(("note", "label"))
        table.finish()
        arms.append(Arm(identity, own_participants.over(participants), own_environment.over(environment), steps))
    return _repeat_steps(top, arms)


def _repeat_steps(top: Table, arms: list[Arm]) -> tuple[Arm, ...]:
    """Lay the values of the step that ``same_as`` points at under a step's own."""
    by_id = {arm.id: arm for arm in arms}
    done: dict[str, Arm] = {}

    def complete(arm: Arm, pending: tuple[str, ...]) -> Arm:
        if arm.id in done:
            return done[arm.id]
        steps = []
        for position, step in enumerate(arm.steps):
            steps.append(_repeated(arm, step, position, pending))
        done[arm.id] = replace(arm, steps=tuple(steps))
        return done[arm.id]

    def _repeated(arm: Arm, step: Step, position: int, pending: tuple[str, ...]) -> Step:
        if not step.same_as:
            return step
        place = ("arm", arms.index(arm), "step", position, "same_as")
        owner = f"{top.owner}, arm '{arm.id}'"
        if step.same_as not in by_id:
            message = f"{owner}: same_as names the arm '{step.same_as}', which is not there"
            top.file.fault(place, message, remedy=did_you_mean(step.same_as, by_id))
            return step
        if step.same_as == arm.id or step.same_as in pending:
            top.file.fault(place, f"{owner}: same_as goes in a circle", expected="another arm")
            return step
        model = complete(by_id[step.same_as], (*pending, arm.id))
        of_kind = [each for each in model.steps if each.kind == step.kind]
        if not of_kind:
            message = f"{owner}: arm '{step.same_as}' has no step of kind '{step.kind}'"
            top.file.fault(place, message, expected="a step of the same kind there")
            return step
        same_before = sum(each.kind == step.kind and each.same_as == step.same_as for each in arm.steps[:position])
        chosen = of_kind[min(same_before, len(of_kind) - 1)]
        values: Mapping[str, Any] = {**chosen.values, **step.values}
        whole = replace(step, values=values)
        for endless in endless_keys(whole):
            message = f"{owner}, step '{step.id or step.kind}': {endless.message}"
            top.file.fault((*place[:-1], endless.key), message, expected=endless.expected)
        return whole

    return tuple(complete(arm, ()) for arm in arms)
