"""Tables in and out: rosters and weighings from a file or pasted, rows to mend, and the same tables given back."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cramplab.core.errors import FaultsFoundError
from cramplab.importers import roster, weigh_ins
from cramplab.importers.table_text import LARGEST_FILE
from cramplab.web.protection import checked_form
from cramplab.web.rendering import page
from cramplab.web.storage.database import Database
from cramplab.web.storage.unread_rows import UnreadRow, all_unread, forget_unread
from cramplab.web.team.tables import EXAMPLES, KINDS, BroughtIn, bring_in, invented_team, mend
from cramplab.web.team.view import team_view
from cramplab.web.typed_numbers import FieldFault

router = APIRouter(include_in_schema=False)
_LAST = "team_last_table"
_PASTED = "pasted"


@router.get("/team/tables")
def tables(request: Request, read: str = "") -> Response:
    """Show how to bring a table in, what came of the last one, and where to take tables out."""
    told = _last_told(request.app.state.database) if read else None
    return _tables(request, told=told)


@router.post("/team/tables")
def take(request: Request, form: Annotated[FormData, Depends(checked_form)]) -> Response:
    """Bring a table in; good rows are kept, bad ones wait to be mended."""
    kind, pasted, file = str(form.get("kind", "")), str(form.get("pasted", "")), form.get("table")
    answers = {"kind": kind, "pasted": pasted}
    data, name = pasted.encode(errors="replace"), _PASTED
    if isinstance(file, UploadFile) and file.filename:
        data, name = file.file.read(LARGEST_FILE + 1), file.filename
    if kind not in KINDS:
        return _tables(request, 422, answers, [FieldFault("kind", "Tell whether it is a roster or weighings.")])
    if not data.strip():
        return _tables(request, 422, answers, [FieldFault("table", "Choose a file, or paste a table.")])
    try:
        came = bring_in(request.app.state.database, kind, data, name)
    except FaultsFoundError as problem:
        return _tables(request, 422, answers, [FieldFault("table", _line(each)) for each in problem.faults])
    _keep_told(request.app.state.database, came)
    return RedirectResponse("/team/unread?read=1" if came.bad else "/team/tables?read=1", 303)


@router.post("/team/example", dependencies=[Depends(checked_form)])
def example(request: Request) -> Response:
    """Bring in the invented team that comes with the program."""
    for kind in KINDS:
        bring_in(request.app.state.database, kind, invented_team(kind), EXAMPLES[kind])
    return RedirectResponse("/team", 303)


@router.get("/team/unread")
def unread(request: Request, read: str = "") -> Response:
    """Show the rows that could not be read, as they were written, each with a form to mend it."""
    return _unread(request, told=_last_told(request.app.state.database) if read else None)


@router.post("/team/unread/{number}")
def mend_row(request: Request, number: int, form: Annotated[FormData, Depends(checked_form)]) -> Response:
    """Read a row again with the cells as they are now."""
    row = _row(request, number)
    cells = {name: str(form.get(f"cell{place}", "")) for place, name in enumerate(row.cells)}
    try:
        mend(request.app.state.database, row, cells)
    except FaultsFoundError as problem:
        return _unread(request, 422, {number: cells}, {number: [_line(each) for each in problem.faults]})
    return RedirectResponse("/team/unread" if all_unread(request.app.state.database) else "/team", 303)


@router.post("/team/unread/{number}/forget", dependencies=[Depends(checked_form)])
def forget(request: Request, number: int) -> Response:
    """Forget a row; a gain of weight that it showed stays among the weighings."""
    forget_unread(request.app.state.database, _row(request, number).id)
    return RedirectResponse("/team/unread", 303)


@router.get("/team/roster.csv")
def roster_file(request: Request) -> Response:
    """Give the roster as a table that can be read again."""
    return _csv("roster.csv", roster.to_csv(team_view(request.app.state.database).athletes))


@router.get("/team/weighins.csv")
def weighings_file(request: Request) -> Response:
    """Give the weighings as a table that can be read again."""
    return _csv("weighins.csv", weigh_ins.to_csv(team_view(request.app.state.database).weighings))


def _tables(
    request: Request, status: int = 200, answers: dict[str, str] | None = None,
    faults: list[FieldFault] | None = None, told: dict[str, object] | None = None,
) -> Response:  # fmt: skip
    wrong = {each.field: each.words for each in faults or []}
    return page(
        request, "team_tables.html.j2", status, answers=answers or {}, faults=faults or [], wrong=wrong, told=told,
        kinds=list(KINDS.items()), unread=all_unread(request.app.state.database),
    )  # fmt: skip


def _unread(
    request: Request, status: int = 200, typed: dict[int, dict[str, str]] | None = None,
    faults: dict[int, list[str]] | None = None, told: dict[str, object] | None = None,
) -> Response:  # fmt: skip
    rows = all_unread(request.app.state.database)
    # A row that shows a gain is the first to look at, here as everywhere.
    rows = tuple(sorted(rows, key=lambda row: not any("MORE WEIGHT" in each for each in row.faults)))
    return page(request, "team_unread.html.j2", status, rows=rows, typed=typed or {}, faults=faults or {}, told=told)


def _row(request: Request, number: int) -> UnreadRow:
    found = next((each for each in all_unread(request.app.state.database) if each.id == number), None)
    if found is None:
        raise HTTPException(404, "This row was mended or forgotten already.")
    return found


def _line(fault: object) -> str:
    return str(fault).replace("\n", " ")


def _keep_told(database: Database, came: BroughtIn) -> None:
    told = json.dumps({"words": came.words, "notices": came.notices, "bad": came.bad})
    with database.writing() as connection:
        connection.execute("insert or replace into setting (name, value) values (?, ?)", (_LAST, told))


def _last_told(database: Database) -> dict[str, object] | None:
    with database.reading() as connection:
        row = connection.execute("select value from setting where name = ?", (_LAST,)).fetchone()
    found: dict[str, object] | None = None if row is None else json.loads(row["value"])
    return found


def _csv(name: str, text: str) -> Response:
    told = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(text.encode(), media_type="text/csv; charset=utf-8", headers=told)
