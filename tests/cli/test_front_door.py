"""The front door: what a person sees when something goes wrong, and how fast the door opens."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cramplab.cli import app as front_door
from cramplab.cli import judge_commands, progress, run_commands
from cramplab.core.errors import CramplabError, Fault, FaultsFoundError, UserError

HEAVY = (
    "jax",
    "equinox",
    "diffrax",
    "pint",
    "pydantic",
    "xarray",
    "pandas",
    "numpy",
    "scipy",
    "matplotlib",
    "fitdecode",
)


def leaves_with(problem: BaseException | None, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...] = ()) -> int:
    """Let the command line meet a problem, and tell its exit code."""

    def stumble(*args: object, **named: object) -> None:
        if problem is not None:
            raise problem

    monkeypatch.setattr(front_door, "app", stumble)
    with pytest.raises(SystemExit) as leaving:
        front_door.main(arguments)
    return int(leaving.value.code or 0)


def test_a_users_fault_leaves_with_2_and_its_message_alone(monkeypatch, capsys):
    assert leaves_with(UserError("The mass is 5 kg."), monkeypatch) == 2
    assert capsys.readouterr().err == "The mass is 5 kg.\n"


def test_all_faults_of_a_file_are_shown_at_once(monkeypatch, capsys):
    faults = FaultsFoundError([Fault("No mass", "a.toml, line 3"), Fault("No height", "a.toml, line 4")])
    assert leaves_with(faults, monkeypatch) == 2
    message = capsys.readouterr().err
    assert "a.toml, line 3" in message
    assert "a.toml, line 4" in message


def test_our_own_fault_leaves_with_1(monkeypatch):
    assert leaves_with(CramplabError("The solver gave up."), monkeypatch) == 1


def test_an_unforeseen_error_is_one_line_that_asks_for_a_report(monkeypatch, capsys):
    monkeypatch.delenv("CRAMPLAB_DEBUG", raising=False)
    assert leaves_with(ZeroDivisionError("division by zero"), monkeypatch) == 1
    message = capsys.readouterr().err
    assert message.startswith("cramplab failed: ZeroDivisionError: division by zero")
    assert "please report" in message
    assert message.count("\n") == 1
    assert "Traceback" not in message


def test_the_traceback_is_there_for_whoever_asks_for_it(monkeypatch):
    monkeypatch.setenv("CRAMPLAB_DEBUG", "1")
    monkeypatch.setattr(front_door, "app", lambda **named: 1 / 0)
    with pytest.raises(ZeroDivisionError, match="division by zero"):
        front_door.main([])


def test_ctrl_c_says_that_nothing_was_lost(monkeypatch, capsys):
    assert leaves_with(KeyboardInterrupt(), monkeypatch) == 2
    assert capsys.readouterr().err == "Cancelled; earlier results are untouched.\n"


def test_ctrl_c_inside_a_command_says_so_too(monkeypatch, capsys):
    def interrupted(*args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("cramplab.cli.workplace_commands._device", interrupted)
    with pytest.raises(SystemExit) as leaving:
        front_door.main(["doctor"])
    assert leaving.value.code == 2
    assert capsys.readouterr().err.endswith("Cancelled; earlier results are untouched.\n")


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_named_with_the_file_and_the_remedy(number, monkeypatch, capsys):
    assert leaves_with(OSError(number, os.strerror(number), "out/result.nc"), monkeypatch) == 2
    message = capsys.readouterr().err
    assert "disk is full while writing out/result.nc" in message
    assert "--out" in message


def test_a_forbidden_folder_is_the_users_to_mend(monkeypatch, capsys):
    assert leaves_with(PermissionError(errno.EACCES, "Permission denied", "/root/out"), monkeypatch) == 2
    assert "Cannot use '/root/out'" in capsys.readouterr().err


def test_too_little_memory_comes_with_a_remedy(monkeypatch, capsys):
    assert leaves_with(MemoryError(), monkeypatch) == 2
    assert "--draws" in capsys.readouterr().err


def test_success_leaves_with_0(monkeypatch):
    assert leaves_with(None, monkeypatch) == 0


def test_a_misspelt_command_is_answered_with_the_nearest_one(capsys):
    with pytest.raises(SystemExit) as leaving:
        front_door.main(["valdate"])
    assert leaving.value.code == 2
    assert "validate" in capsys.readouterr().err


def test_the_version_is_the_installed_one(capsys):
    from importlib.metadata import version

    with pytest.raises(SystemExit) as leaving:
        front_door.main(["--version"])
    assert leaving.value.code == 0
    assert capsys.readouterr().out == f"cramplab {version('cramplab')}\n"


@pytest.mark.parametrize(
    "command",
    [
        "run",
        "demo",
        "lab",
        "report",
        "check",
        "show",
        "parameters",
        "measures",
        "new",
        "doctor",
        "validate",
        "validate body",
    ],
)
def test_every_command_explains_itself(command, capsys):
    with pytest.raises(SystemExit) as leaving:
        front_door.main([*command.split(), "--help"])
    assert leaving.value.code == 0
    assert f"Usage: cramplab {command}" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["validate", "body", "--help"], ["--version"]])
def test_the_door_opens_without_the_engine(arguments):
    # What costs the time is what is imported, so this holds on a slow machine too, where a stop-watch would not.
    program = (
        "import sys\n"
        "from cramplab.cli.app import main\n"
        f"try: main({arguments!r})\n"
        "except SystemExit: pass\n"
        f"print('HEAVY', [name for name in {HEAVY!r} if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    # Typer brings pydantic along to read the options of one command; the list of commands needs none.
    allowed = ["HEAVY []"] if arguments[0].startswith("-") else ["HEAVY []", "HEAVY ['pydantic']"]
    assert done.stdout.splitlines()[-1] in allowed


def test_python_dash_m_is_the_same_door():
    done = subprocess.run([sys.executable, "-m", "cramplab", "--help"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("Usage: cramplab")


def test_no_bar_is_drawn_into_a_pipe(capsys):
    with progress.progress_bar("Simulating") as advance:
        advance(1, 2)
    assert capsys.readouterr().err == ""


def row(inside: object, *, used: bool = False, scored: bool = True) -> dict[str, object]:
    return {
        "id": "a_figure", "unit": "L/h", "published": 1.2, "low": 1.0, "high": 1.4, "model": 1.1, "model_low": 0.9,
        "model_high": 1.3, "inside": inside, "used_to_calibrate": used, "scored": scored,
    }  # fmt: skip


def test_figures_that_set_parameters_are_never_counted_as_judged():
    told = judge_commands.totals([row(True), row(False), row("undetermined"), row(True, used=True)])
    assert told == [
        "Judged (never used to set a parameter): 1 of 3 inside (1 outside, 1 undetermined)",
        "Calibrating (allowed to set parameters): 1 of 1 inside",
    ]


def test_a_figure_that_is_only_shown_is_not_counted():
    assert judge_commands.totals([row(True), row(False, scored=False)]) == [
        "Judged (never used to set a parameter): 1 of 1 inside",
        "Shown, not counted: 0 of 1 inside (1 outside)",
    ]


def test_the_table_of_the_judge_keeps_its_ids_whole_in_a_pipe(capsys):
    judge_commands._print_table([row(True), row("not simulated", used=True)])
    printed = capsys.readouterr().out
    assert "a_figure" in printed
    assert "1 to 1.4" in printed
    assert "not simulated" in printed


def test_the_example_of_the_demo_is_shipped():
    assert run_commands._shipped_example().name == "marathon.toml"


def test_doctor_says_what_to_mend_when_the_folder_is_closed(monkeypatch):
    from cramplab.cli import workplace_commands

    def closed(**named: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(workplace_commands.tempfile, "TemporaryFile", closed)
    problems: list[str] = []
    workplace_commands._write_access(Path("/closed"), problems)
    assert problems == ["'/closed' cannot be written: Permission denied. Go to another folder, or use --out DIR."]
