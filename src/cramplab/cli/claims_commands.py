"""``claims``: what the theories and the published studies say to what people say about cramps."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from cramplab.cli.progress import progress_bar
from cramplab.core.errors import FaultsFoundError, UserError, did_you_mean

PAGE, DATA = "claims.html", "claims.json"


def claims(
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="C01 to C29; all by default.")] = None,
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for claims.html and claims.json.")] = Path(
        "out/claims"
    ),
    library: Annotated[
        list[Path] | None,
        typer.Option("--library", help="A further library folder (claims, studies, theories); may be given again."),
    ] = None,
    theory: Annotated[
        list[str] | None, typer.Option("--theory", help="Only this theory; may be given more than once.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Same seed and same files: same numbers.")] = 1,
    fresh: Annotated[bool, typer.Option("--fresh", help="Do not read numbers kept from earlier runs.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="No progress bar, and only where the files are.")
    ] = False,
) -> None:
    """Answer what people say about cramps: an experiment, what each theory gives, what studies found, a verdict.

    The verdict comes from the studies alone. Some claims are answered in words, and lead to when to get help. No answer
    is medical advice. Links to studies that do not exist are listed at the end, all at once (exit code 2).
    """
    from cramplab.inference.claims import answer_claims, gather
    from cramplab.inference.score_cache import ScoreCache
    from cramplab.simulation.compile_cache import kept_compilations
    from cramplab.simulation.kernel_cache import kept_kernels

    asked = gather(library or (), [each.upper() for each in ids or ()])
    for name in theory or ():
        if name not in asked.theories:
            raise UserError(f"There is no theory '{name}'. {did_you_mean(name, asked.theories)}".rstrip())
    shown = not (quiet or as_json)
    with kept_compilations(), kept_kernels(), progress_bar("Answering claims", shown=shown) as advance:
        data = answer_claims(
            asked, seed=seed, names=theory or (), cache=ScoreCache(fresh=fresh), report_progress=advance
        )
    from cramplab.core.whole_folder import FolderKind
    from cramplab.report.claims_page import render_claims
    from cramplab.report.evidence_card import claims_text

    page = render_claims(data)
    FolderKind("list of claims", (PAGE, DATA), DATA).write(
        out,
        {PAGE: page.encode, DATA: lambda: json.dumps(data, ensure_ascii=False, indent=1).encode()},
    )
    if as_json:
        json.dump(data, sys.stdout, indent=2, ensure_ascii=False)
        print()
    else:
        if not quiet:
            print(claims_text(data))
        for each in data["notices"]:
            print(f"Note    {each}")
        print(f"Page    {out / PAGE}\nData    {out / DATA}   ({data['seconds']:.0f} s)")
    if asked.faults:
        raise FaultsFoundError(asked.faults)
