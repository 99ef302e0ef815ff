"""``redflags`` and ``limits``: whole, in words, for whoever reads them, and without the engine."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from cramplab.cli import safety_commands
from cramplab.cli.app import app
from cramplab.core.errors import RefusedBySafetyError, UserError
from cramplab.safety.limits import load_limits
from cramplab.safety.red_flags import load_red_flags

ROWS = load_red_flags()


def run(*arguments: str):
    return CliRunner().invoke(app, list(arguments))


def in_one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text)


@pytest.fixture
def at_a_terminal(monkeypatch):
    """Sit somebody at the terminal who gives these answers one after another, and then ends the input."""

    def sit(*answers: str) -> None:
        left = list(answers)

        def answer(question: str) -> str:
            assert "none" in question
            if not left:
                raise EOFError
            return left.pop(0)

        monkeypatch.setattr(safety_commands, "_somebody_is_there", lambda: True)
        monkeypatch.setattr("builtins.input", answer)

    return sit


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_every_row_is_printed_and_what_to_do_comes_first(row):
    printed = in_one_line(run("redflags").output)
    start = printed.index(f" {row.number} ")
    assert printed.index(row.say, start) < printed.index(row.when, start)
    assert row.more in printed
    assert row.source in printed
    assert row.status in printed


def test_only_what_was_answered_is_told_and_the_most_urgent_first():
    answered = run("redflags", "--answer", "10,1")
    printed = in_one_line(answered.output)
    assert answered.exit_code == 0
    assert printed.index(ROWS[0].say) < printed.index(ROWS[9].say)
    assert all(row.say not in printed for row in ROWS if row.number not in (1, 10))
    assert "makes no plan" in printed
    assert "makes no plan" not in run("redflags", "--answer", "10").output


def test_none_is_an_answer():
    answered = run("redflags", "--answer", "none")
    assert answered.exit_code == 0
    assert f"None of the {len(ROWS)}" in answered.output


def test_an_answer_that_cannot_be_read_is_the_users_fault():
    answered = run("redflags", "--answer", "14")
    assert isinstance(answered.exception, UserError)
    assert "'14'" in str(answered.exception)


def test_red_flags_as_json():
    rows = json.loads(run("redflags", "--json").output)
    assert [row["id"] for row in rows] == [row.id for row in ROWS]
    assert [row["number"] for row in json.loads(run("redflags", "--json", "--answer", "3").output)] == [3]


def test_a_pipe_is_not_asked():
    assert "Which of these" not in run("redflags").output
    assert safety_commands.ask_red_flags(None) == ((), "not answered")


def test_at_a_terminal_it_asks_until_it_can_read_the_answer(at_a_terminal):
    at_a_terminal("maybe", "3")
    printed = in_one_line(run("redflags").output)
    assert "No red flag is called 'maybe'" in printed
    assert f"Because you said yes to: {ROWS[2].when}" in printed


def test_before_a_plan_every_question_is_asked(at_a_terminal, capsys):
    at_a_terminal("2, 11")
    rows, asked = safety_commands.ask_red_flags(None)
    printed = in_one_line(capsys.readouterr().out)
    assert all(row.when in printed for row in ROWS)
    assert [row.number for row in rows] == [2, 11]
    assert asked == "answered"


def test_an_end_of_the_input_is_no_answer(at_a_terminal):
    at_a_terminal()
    assert safety_commands.ask_red_flags(None) == ((), "not answered")


def test_an_option_is_an_answer_and_nobody_is_asked(at_a_terminal):
    at_a_terminal()
    assert safety_commands.ask_red_flags("none") == ((), "answered")
    with pytest.raises(UserError):
        safety_commands.ask_red_flags("")


@pytest.mark.parametrize("limit", load_limits().values(), ids=lambda limit: limit.id)
def test_every_limit_is_printed_with_all_that_is_known_of_it(limit):
    printed = in_one_line(run("limits").output)
    start = printed.index(f"{limit.id}: ")
    for words in (f"{limit.value:g}", limit.rule, f"({limit.action})", limit.source, limit.url, limit.status):
        assert words in printed[start:]


def test_the_heat_bands_are_printed():
    printed = in_one_line(run("limits").output)
    for band in load_limits().bands:
        assert band.words in printed


def test_limits_are_read_in_the_units_that_are_asked_for():
    us, metric = run("limits", "--units", "us").output, run("limits").output
    assert "wbgt_stop: 91.9 °F WBGT\n" in us
    assert "hourly_absolute: 48 fl oz/h\n" in us
    assert "from 91.9 °F: no activity outdoors" in us
    # As the file writes it, so that it can be copied into one's own.
    assert "wbgt_stop: 33.3 degC WBGT\n" in metric
    heads = re.findall(r"(?m)^(?:\w+: .*|    (?:from|below|[\d.]+ to) .*?:)", us)
    assert len(heads) >= len(load_limits())
    assert [each for each in heads if re.search(r"\d (?:L|L/h|L/d|mL|kg|degC|°C)\b", each)] == []


def test_a_tightened_limit_is_marked(tmp_path):
    own = tmp_path / "own.toml"
    own.write_text('[[limit]]\nid = "long_event"\nvalue = 3\nreason = "club rule"\n')
    printed = run("limits", "--limits", str(own)).output
    assert "long_event: 3 h   TIGHTENED from 4 h; club rule" in printed
    assert printed.count("TIGHTENED") == 1
    assert "1 of them tightened" in printed
    rows = {row["id"]: row for row in json.loads(run("limits", "--limits", str(own), "--json").output)["limits"]}
    assert rows["long_event"]["tightened"]
    assert rows["long_event"]["value"] == 3.0
    assert not rows["longest_known"]["tightened"]


def test_a_looser_limit_is_the_users_fault(tmp_path):
    own = tmp_path / "own.toml"
    own.write_text('[[limit]]\nid = "long_event"\nvalue = 8\n')
    assert isinstance(run("limits", "--limits", str(own)).exception, UserError)


@pytest.mark.parametrize("width", [50, 80])
def test_text_keeps_to_the_width_of_the_terminal(monkeypatch, width):
    monkeypatch.setenv("COLUMNS", str(width))
    for command in ("limits", "redflags"):
        for line in run(command).output.splitlines():
            # An address is left whole, so that it can be followed.
            assert len(line) <= width or "://" in line, line


@pytest.mark.parametrize("arguments", [["limits"], ["redflags"], ["redflags", "--answer", "1"], ["limits", "--json"]])
def test_neither_needs_the_engine_or_numbers(arguments):
    program = (
        "import sys\n"
        "from cramplab.cli.app import main\n"
        f"try: main({arguments!r})\n"
        "except SystemExit: pass\n"
        "print('HEAVY', [name for name in ('jax', 'numpy', 'pint', 'numba', 'matplotlib', 'jinja2', 'scipy')"
        " if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "HEAVY []"


def test_a_refusal_by_a_limit_has_its_own_exit_code():
    assert RefusedBySafetyError("no").exit_code == 3
