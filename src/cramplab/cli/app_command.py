"""``app``: the local web app."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def app(
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 takes any that is free.")] = 8642,
    data: Annotated[
        Path | None,
        typer.Option("--data", metavar="FILE", help="Where all is kept; otherwise in your own data folder."),
    ] = None,
    lan: Annotated[
        bool, typer.Option("--lan", help="Let other devices of the network in, each with a code that is printed.")
    ] = False,
) -> None:
    """Open the local web app: plan an event, weigh a team, look at theories and evidence.

    It answers on this machine alone, and sends nothing anywhere. All it keeps is in one file, which its page "Your
    data" exports and deletes.
    """
    from cramplab.web.server import serve
    from cramplab.web.settings import Settings, usual_data_file

    settings = Settings(data_file=data or usual_data_file(), port=port, lan=lan)
    serve(settings, typer.echo)
