"""Everything on the shelves loads, fits together, and says what it rests on."""

from __future__ import annotations

import re

import pytest

from cramplab.core.library import PACKAGED, SHELVES, check_library, load_library
from cramplab.simulation.assembly import declared_parameters

LIBRARY = load_library()
FINDINGS = [(study, finding) for study in LIBRARY.studies.values() for finding in study.findings]
BODY = [(study, finding) for study, finding in FINDINGS if study.judge == "body"]


def test_every_file_of_the_library_is_sound_and_every_source_has_a_file():
    faults = check_library(declarations=declared_parameters())[1]
    assert not faults, "\n".join(map(str, faults))


def test_every_shelf_that_is_read_holds_something():
    assert LIBRARY.studies
    assert LIBRARY.people
    assert LIBRARY.sources


def test_only_shelves_and_toml_lie_in_the_library():
    assert {path.name for path in PACKAGED.iterdir() if path.is_dir()} <= {*SHELVES, "__pycache__"}
    assert not [path for path in PACKAGED.rglob("*") if path.is_file() and path.suffix not in (".toml", ".md")]


def test_ids_of_findings_are_unique_over_all_studies():
    ids = [finding.id for _, finding in FINDINGS]
    assert sorted(ids) == sorted(set(ids))


def test_the_judge_of_the_body_has_its_44_figures():
    assert len(BODY) == 44
    assert sum(finding.calibrates and finding.scored for _, finding in BODY) == 18
    assert sum(finding.is_judged for _, finding in BODY) == 20


@pytest.mark.parametrize("finding", [finding for _, finding in BODY], ids=lambda finding: finding.id)
def test_a_scored_figure_has_a_band_around_it_or_a_sign(finding):
    if not finding.scored:
        assert finding.why_not_scored
    elif finding.published is None:
        assert finding.direction in ("increase", "decrease")
    else:
        low, high = finding.band
        assert low <= finding.published <= high
        assert finding.band_kind
        assert finding.unit is not None


@pytest.mark.parametrize("study", LIBRARY.studies.values(), ids=lambda study: study.key)
def test_a_study_says_what_had_to_be_assumed(study):
    assert study.note or not re.search("assumed", study.file.read_text())


@pytest.mark.parametrize("study", LIBRARY.studies.values(), ids=lambda study: study.key)
def test_every_step_of_a_study_is_of_a_known_kind(study):
    from cramplab.core.experiment_steps import STEP_KEYS

    assert {step.kind for arm in study.arms for step in arm.steps} <= set(STEP_KEYS)


@pytest.mark.parametrize("person", LIBRARY.people.values(), ids=lambda person: person.key)
def test_every_person_is_invented_and_described(person):
    assert person.invented
    assert person.about


def test_the_late_cramper_is_there():
    assert LIBRARY.people["late_cramper"].cramp_history == "most_events"
