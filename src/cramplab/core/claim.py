"""A claim about cramps: what people say, the experiment that would show it, and the studies that speak about it.

One TOML file each. The experiment is written as a study is; its findings say what the claim expects.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from cramplab.core.errors import Fault, did_you_mean, place_in
from cramplab.core.experiment import DESIGNS, Experiment, what_was_done
from cramplab.core.experiment_findings import Finding
from cramplab.core.toml_reading import read_toml
from cramplab.core.toml_tables import Table, as_written

KINDS = ("experiment", "words")
SPEAKS = ("for", "against", "neither")
_OF_THE_EXPERIMENT = ("design", "participants", "environment", "arm", "finding", "experiment")
_NOT_A_PUBLICATION = "No publication: what a claim would have to pass."


@dataclass(frozen=True)
class Link:
    """A finding of a study that speaks about a claim.

    Parameters
    ----------
    study, finding
        Key of the study, and id of one of its findings.
    speaks
        ``for``, ``against`` or ``neither``.
    why
        What it has to do with the claim, where that is not plain.
    place
        Where it stands in the file.
    """

    study: str
    finding: str
    speaks: str
    why: str
    place: str


@dataclass(frozen=True)
class Claim:
    """One claim.

    Parameters
    ----------
    id
        Its own name, which is the name of its file.
    claim
        The sentence, in our words.
    kind
        ``experiment``, or ``words`` where nothing in the model can be asked.
    told
        The experiment in words; empty for one in words alone.
    words
        What is known and what is not.
    red_flags
        Whether its answer leads to when to get help.
    outside
        Whether it speaks of something that this system does not hold; no study can then settle it here.
    links
        Studies that speak about it.
    experiment
        What is simulated; None for one in words alone.
    file
        Where it stands.
    """

    id: str
    claim: str
    kind: str
    told: str
    words: str
    red_flags: bool
    outside: bool
    links: tuple[Link, ...]
    experiment: Experiment | None
    file: Path


def read_claim(path: Path) -> Claim:
    """Read one claim.

    Raises
    ------
    FaultsFoundError
        With every fault of the file: what, line, what was expected, the nearest right name.
    """
    file = read_toml(path)
    top = Table(file, (), file.values, f"claim '{path.stem}'")
    schema = top.raw("schema", required=True)
    if schema is not None and schema != 1:
        top.fault("schema", f"schema is {as_written(schema)}", expected="1")
    identity = top.text("id", required=True)
    if identity and identity != path.stem:
        top.fault("id", f"id is {as_written(identity)}", expected=f"the file's own name, '{path.stem}'")
    kind = top.one_of("kind", KINDS, required=True)
    claim = Claim(
        id=identity or path.stem,
        claim=_in_one_line(top.text("claim", required=True)),
        kind=kind,
        told=_in_one_line(top.text("experiment", required=kind == "experiment")),
        words=_in_one_line(top.text("words", required=True)),
        red_flags=top.boolean("red_flags"),
        outside=top.boolean("outside"),
        links=tuple(_link(each, path) for each in top.tables("evidence")),
        experiment=_experiment(top, path) if kind == "experiment" else None,
        file=path,
    )
    if kind == "words":
        for key in _OF_THE_EXPERIMENT:
            if key in file.values:
                top.fault(key, f"a claim in words alone has '{key}'", expected='kind = "experiment", or no experiment')
        top.known.update(_OF_THE_EXPERIMENT)
    top.finish()
    file.raise_faults()
    return claim


def _in_one_line(text: str) -> str:
    return " ".join(text.split())


def _link(table: Table, path: Path) -> Link:
    link = Link(
        study=table.text("study", required=True),
        finding=table.text("finding", required=True),
        speaks=table.one_of("speaks", SPEAKS, required=True),
        why=_in_one_line(table.text("why")),
        place=place_in(path, table.file.line(table.place)),
    )
    table.finish()
    return link


def _experiment(top: Table, path: Path) -> Experiment:
    design = top.one_of("design", DESIGNS, default="paired")
    experiment = Experiment(
        key=path.stem, citation=_NOT_A_PUBLICATION, doi="", url="", judge="claim", design=design, note="", file=path,
        **what_was_done(top),
    )  # fmt: skip
    measures = [each.measure for each in experiment.findings]
    for position, (finding, table) in enumerate(zip(experiment.findings, top.tables("finding"), strict=True)):
        if finding.measure in measures[:position]:
            table.fault("measure", f"two findings of '{finding.measure}'", expected="another measure for each")
        if not finding.direction:
            table.fault("direction", f"finding '{finding.id}' does not say what the claim expects",
                        expected="increase | decrease | none")  # fmt: skip
        if finding.published is not None:
            table.fault(
                "value", f"finding '{finding.id}' has a figure", expected="a direction alone: nobody measured it"
            )
    return experiment


def faults_of_claims(claims: Iterable[Claim], studies: Mapping[str, Experiment]) -> list[Fault]:
    """Give every link that leads to no study, to no finding, or to one that nobody has read."""
    return [fault for claim in claims for link in claim.links for fault in _faults(claim, link, studies)]


def _faults(claim: Claim, link: Link, studies: Mapping[str, Experiment]) -> list[Fault]:
    told = f"claim '{claim.id}', evidence"
    if link.study not in studies:
        return [
            Fault(f"{told}: there is no study '{link.study}'", link.place, remedy=did_you_mean(link.study, studies))
        ]
    found = finding_of(link, studies)
    if found is None:
        known = [each.id for each in studies[link.study].findings]
        message = f"{told}: study '{link.study}' has no finding '{link.finding}'"
        return [Fault(message, link.place, remedy=did_you_mean(link.finding, known))]
    if found.status == "memory":
        message = f"{told}: nobody has read '{link.study}/{link.finding}', so it cannot speak"
        return [Fault(message, link.place, 'a finding of status "verified"', "Leave it out")]
    return []


def finding_of(link: Link, studies: Mapping[str, Experiment]) -> Finding | None:
    """Give the finding to which a link leads, or None."""
    if link.study not in studies:
        return None
    return next((each for each in studies[link.study].findings if each.id == link.finding), None)
