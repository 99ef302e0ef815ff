"""The front door: puts the commands together and turns every error into one clear message and an exit code.

Exit codes: 0 fine, 1 our fault, 2 the user's fault or a cancelled run, 3 refused by a safety limit.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence
from typing import Annotated, NoReturn

import typer

from cramplab.cli import (
    app_command,
    claims_commands,
    evidence_commands,
    judge_commands,
    laboratory_commands,
    library_commands,
    plan_commands,
    run_commands,
    safety_commands,
    sweat_commands,
    team_commands,
    theory_commands,
    workplace_commands,
)
from cramplab.core.errors import CramplabError

CANCELLED = "Cancelled; earlier results are untouched."
_EXIT_CODE_OF_TYPER_FOR_CTRL_C = 130
_DISK_FULL = (errno.ENOSPC, errno.EDQUOT)
_NOT_OURS = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOENT, errno.EISDIR, errno.ENOTDIR, errno.ENAMETOOLONG)

# Plain help: it opens in half the time of the boxed one, and reads well in a log and in a screen reader.
app = typer.Typer(
    name="cramplab",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"cramplab {version('cramplab')}")
        raise typer.Exit


@app.callback()
def _front_door(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """Simulate long exercise in the body, and what each theory of muscle cramp makes of it.

    Not a medical device. Every plan passes safety limits or is refused; if somebody is unwell: cramplab redflags. No
    theory of cramp is settled, and none of them chooses a drink.
    """


for _command in (
    plan_commands.plan,
    run_commands.run,
    run_commands.demo,
    laboratory_commands.lab,
    run_commands.report,
    sweat_commands.sweat,
    team_commands.team,
    library_commands.check,
    library_commands.show,
    library_commands.parameters,
    library_commands.measures,
    library_commands.new,
    evidence_commands.calibrate,
    claims_commands.claims,
    safety_commands.redflags,
    safety_commands.limits,
    app_command.app,
    workplace_commands.doctor,
):
    app.command()(_command)
app.add_typer(judge_commands.validate)
app.add_typer(theory_commands.theories)
app.add_typer(evidence_commands.evidence)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run one command and leave with its exit code; a user's fault never shows a traceback.

    Parameters
    ----------
    arguments
        Words after ``cramplab``; those of the command line if left out.

    Raises
    ------
    SystemExit
        Always, with the exit code.
    """
    try:
        app(args=None if arguments is None else list(arguments), prog_name="cramplab")
    except SystemExit as leaving:
        if leaving.code == _EXIT_CODE_OF_TYPER_FOR_CTRL_C:
            _leave(CANCELLED, 2)
        raise
    except KeyboardInterrupt:
        _leave(CANCELLED, 2)
    except Exception as problem:
        if os.environ.get("CRAMPLAB_DEBUG") == "1":
            raise
        _leave(*_message_and_exit_code(problem))
    sys.exit(0)


def _message_and_exit_code(problem: Exception) -> tuple[str, int]:
    if isinstance(problem, CramplabError):
        return str(problem), problem.exit_code
    if isinstance(problem, OSError) and problem.errno in _DISK_FULL:
        where = f" while writing {problem.filename}" if problem.filename else ""
        return (
            f"The disk is full{where}; earlier results are untouched. Free some space, or write elsewhere with --out.",
            2,
        )
    if isinstance(problem, OSError) and problem.errno in _NOT_OURS and problem.filename:
        return f"Cannot use '{problem.filename}': {problem.strerror}. Check that it exists and may be used.", 2
    if isinstance(problem, MemoryError):
        return "Not enough memory. Run fewer draws with --draws, or close other programs.", 2
    first_line = (str(problem).strip().splitlines() or ["no message"])[0]
    failure = f"cramplab failed: {type(problem).__name__}: {first_line.rstrip('.')}."
    return f"{failure} This is our fault, please report it. With CRAMPLAB_DEBUG=1 it tells where it happened.", 1


def _leave(message: str, exit_code: int) -> NoReturn:
    print(message, file=sys.stderr)
    sys.exit(exit_code)
