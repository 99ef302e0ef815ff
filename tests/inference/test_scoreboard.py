"""The scoreboard: all faults at once while the others are scored, rows kept as long as nothing changed, sums."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from tests.inference.conftest import ARMS, FINDING, PEOPLE, invented_theory

from cramplab.core.errors import FaultsFoundError
from cramplab.core.theory import Theory
from cramplab.inference import scoreboard as board
from cramplab.inference.predictive import VirtualStudy
from cramplab.inference.score_cache import ScoreCache, digest_of
from cramplab.inference.scoreboard import Evidence, gather, laboratory_of, scoreboard
from cramplab.simulation.theory_shelf import load_theories

MEMORY = FINDING.replace('"threshold"', '"remembered"').replace('"verified"', '"memory"')
FOUNDING = FINDING.replace('"threshold"', '"founding"') + "calibrates = true\n"
NOTHING = Theory("null", "Nothing happens.")


@pytest.fixture
def counted(bench, monkeypatch):
    """Count how often a prediction is made, with studies of a small size and an invented test."""
    made = []

    class Small(VirtualStudy):
        def __init__(self, experiment, seed):
            super().__init__(experiment, seed, worlds=board.BLOCKS, people=PEOPLE)

        def predict(self, finding, stance):
            made.append((finding.id, stance.name))
            return super().predict(finding, stance)

    monkeypatch.setattr(board, "VirtualStudy", Small)
    return made


@pytest.fixture
def scored(counted, experiment, tmp_path):
    """Score two theories on one study or more; rows are kept in a folder of the test."""

    def run(*studies, theories=None, **asked):
        shelf = {each.name: each for each in theories or (NOTHING, invented_theory())}
        evidence = Evidence(studies or (experiment(),), shelf, ())
        cache = ScoreCache(tmp_path / "kept")
        return scoreboard(evidence, checked_rows=0, cache=cache, **asked)

    return run


def of(data, theory, finding="threshold"):
    return next(row for row in data["rows"] if (row["theory"], row["finding"]) == (theory, finding))


def without_clock(data):
    return {key: value for key, value in data.items() if key not in ("seconds", "timing")}


# -------------------------------------------------------------------------------------------------------------- rows
def test_every_theory_has_a_row_for_every_finding_in_the_unit_that_was_printed(scored, experiment):
    data = scored(experiment(findings=FINDING + MEMORY + FOUNDING))
    assert len(data["rows"]) == 6
    assert {row["unit"] for row in data["rows"]} == {"Hz"}
    assert of(data, "null")["published"] == -4.0
    assert of(data, "invented_gain")["predicted"] == pytest.approx(-3.0, abs=0.5)
    assert of(data, "invented_gain")["log_density"] > of(data, "null")["log_density"]


def test_a_figure_from_memory_is_shown_to_nobody_and_never_scored(scored, experiment):
    row = of(scored(experiment(findings=FINDING + MEMORY)), "null", "remembered")
    assert row["published"] is None
    assert row["published_se"] is None
    assert row["direction"] == ""
    assert not row["scored"]
    assert row["verdict"] == "not simulated"


def test_a_figure_that_calibrates_is_shown_and_does_not_count(scored, experiment):
    data = scored(experiment(findings=FINDING + FOUNDING))
    assert of(data, "invented_gain", "founding")["used_to_calibrate"]
    assert {each["findings"] for each in data["totals"] if not each["without"]} == {1}
    assert data["calibrating"][0]["finding"] == "founding"


def test_weights_of_all_theories_add_up_to_one_and_counts_to_the_findings(scored, experiment):
    data = scored(experiment(findings=FINDING + MEMORY))
    assert sum(each["weight"] for each in data["weights"]) == pytest.approx(1.0)
    laboratory = next(each for each in data["counts"] if each["theory"] == "null" and each["kind"] == "lab")
    assert sum(value for value in laboratory.values() if isinstance(value, int)) == 1


def test_the_same_seed_gives_the_same_board_and_what_is_written_is_plain_json(scored):
    first, again = without_clock(scored(seed=2)), without_clock(scored(seed=2))
    assert first == again
    assert without_clock(scored(seed=3))["rows"] != first["rows"]
    json.dumps(first, allow_nan=False)


def test_a_finding_that_every_theory_contradicts_is_named(scored, experiment):
    impossible = FINDING.replace('"-4 Hz"', '"90 Hz"').replace('["-8 Hz", "0 Hz"]', '["89 Hz", "91 Hz"]')
    data = scored(experiment(findings=impossible.replace("decrease", "increase")))
    assert [(each["study"], each["finding"]) for each in data["unreproduced"]] == [("invented", "threshold")]


def test_a_study_that_cannot_be_run_is_told_with_its_reason_and_the_others_are_scored(scored, experiment):
    odd = experiment(key="odd", arms=ARMS.replace('"threshold_ladder"', '"levitation"'))
    data = scored(odd, experiment())
    reasons = {row["study"]: row["reason"] for row in data["rows"]}
    assert reasons["odd"]
    assert reasons["invented"] == ""


def test_a_study_without_a_named_laboratory_is_that_of_its_first_author(experiment):
    assert laboratory_of(experiment()) == "Nobody"


# ------------------------------------------------------------------------------------------------------------- cache
def test_a_row_of_which_nothing_changed_is_read_and_not_worked_out_again(scored, counted):
    first = scored()
    worked_out = len(counted)
    assert worked_out == 2
    assert without_clock(scored()) == without_clock(first)
    assert len(counted) == worked_out


def test_a_changed_study_is_worked_out_again(scored, counted, experiment):
    scored(experiment())
    before = len(counted)
    data = scored(experiment(findings=FINDING.replace('"-4 Hz"', '"-5 Hz"')))
    assert len(counted) == before + 2
    assert of(data, "null")["published"] == -5.0


def test_a_changed_theory_is_worked_out_again_and_the_others_are_not(scored, counted):
    scored()
    counted.clear()
    scored(theories=(NOTHING, invented_theory(2.0)))
    assert counted == [("threshold", "invented_gain")]


def test_a_law_that_was_changed_in_its_file_is_noticed(experiment, tmp_path):
    digests = []
    for law in ("1.0 + 0.1 * level", "1.0 + 0.2 * level"):
        (tmp_path / "theories").mkdir(exist_ok=True)
        arrow = f'Coupling(("stimulant",), "motor_pool.volley_gain", lambda level: {law}, "multiply", "nobody")'
        text = f"from cramplab.core.theory import Coupling, Theory\nTHEORY = Theory('mine', 'Mine.', ({arrow},))\n"
        (tmp_path / "theories" / "mine.py").write_text(text, encoding="utf-8")
        shelf = load_theories([tmp_path])
        digests.append(digest_of(experiment(), shelf["mine"], shelf, 1))
    assert digests[0] != digests[1]


def test_a_damaged_file_of_rows_counts_as_not_there(scored, counted, tmp_path):
    first = scored()
    for file in (tmp_path / "kept").iterdir():
        file.write_bytes(file.read_bytes()[:40])
    counted.clear()
    assert without_clock(scored()) == without_clock(first)
    assert len(counted) == 2


def test_rows_can_be_worked_out_afresh_and_with_no_folder_nothing_is_kept(tmp_path):
    kept = ScoreCache(tmp_path)
    kept.write("rows", [1.5])
    assert kept.read("rows") == [1.5]
    assert ScoreCache(tmp_path, fresh=True).read("rows") is None
    nowhere = ScoreCache()
    nowhere.write("rows", [1.5])
    assert nowhere.read("rows") is None


# ------------------------------------------------------------------------------------------------------------ faults
GOOD = 'schema = 1\nkey = "{key}"\ncitation = "Nobody N. 2026"\njudge = "lab"\n[participants]\nn = 10\n' + ARMS
FAULTY_THEORY = """
from cramplab.core.theory import Coupling, Theory

THEORY = Theory(
    "faulty", "An arrow to nowhere.",
    (Coupling(("fatigu",), "motor_pool.persistent_gian", lambda lost: 1.0 + lost, "multiply", "nobody"),),
)
"""


@pytest.fixture
def library(tmp_path):
    """Make a library folder with a good study and one for each kind of fault."""
    folder = tmp_path / "mine"
    (folder / "studies").mkdir(parents=True)
    texts = {
        "fine": FINDING,
        "misspelt": FINDING.replace("cramp_threshold_frequency", "cramp_treshold_frequency"),
        "spread": FINDING.replace('value = "-4 Hz"', 'mean = ["24 Hz", "20 Hz"]\nspread = ["4 Hz", "4 Hz"]'),
        "endless": FINDING,
    }
    for key, findings in texts.items():
        text = GOOD.format(key=key) + findings
        if key == "endless":
            text = text.replace('muscle = "flexor_hallucis_brevis"', 'muscle = "soleus"\nstep = "0 Hz"', 1)
        (folder / "studies" / f"{key}.toml").write_text(text, encoding="utf-8")
    return folder


def test_all_faults_are_told_at_once_with_the_nearest_names_and_the_others_go_on(library):
    (library / "theories").mkdir()
    (library / "theories" / "faulty.py").write_text(FAULTY_THEORY, encoding="utf-8")
    evidence = gather([library], ("fine", "misspelt", "spread", "endless"))
    told = " ".join(str(each) for each in evidence.faults)
    assert {each.key for each in evidence.studies} >= {"fine", "misspelt"}
    assert "electrolyte" in evidence.theories
    assert "Did you mean 'motor_pool.persistent_gain'" in told
    assert "no measure named 'cramp_treshold_frequency'" in told
    assert "Did you mean 'cramp_threshold_frequency'" in told
    assert "a spread and no spread_kind" in told
    assert "never ends" in told
    for name in ("misspelt.toml, line", "spread.toml, line", "endless.toml, line"):
        assert name in told


def test_the_study_and_the_theory_of_the_page_have_no_fault_and_are_scored(tmp_path, scored):
    page = Path(__file__).parents[2] / "docs" / "how-to" / "score_your_own_studies.md"
    text = page.read_text(encoding="utf-8")
    for folder, language, file in (("studies", "toml", "our_cuff.toml"), ("theories", "python", "pain_alone.py")):
        (tmp_path / "mylab" / folder).mkdir(parents=True)
        block = re.search(rf"^```{language}\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)[1]
        (tmp_path / "mylab" / folder / file).write_text(block, encoding="utf-8")
    evidence = gather([tmp_path / "mylab"], ("our_cuff",))
    assert not evidence.faults
    (study,) = evidence.studies
    data = scored(study, theories=(evidence.theories["null"], evidence.theories["pain_alone"]))
    assert {row["reason"] for row in data["rows"]} == {""}
    assert of(data, "pain_alone")["predicted"] < of(data, "null")["predicted"]


def test_a_study_that_is_asked_for_and_not_there_is_a_fault(library):
    evidence = gather([library], ("fine", "absent"))
    assert any("absent" in str(each) for each in evidence.faults)


def test_a_theory_with_an_arrow_to_nowhere_is_told_with_the_nearest_names(library):
    (library / "theories").mkdir()
    (library / "theories" / "faulty.py").write_text(FAULTY_THEORY, encoding="utf-8")
    with pytest.raises(FaultsFoundError) as found:
        load_theories([library])
    told = " ".join(str(each) for each in found.value.faults)
    assert "Did you mean 'motor_pool.persistent_gain'" in told
    assert "Did you mean 'fatigue'" in told
