"""From a laboratory run to one self-contained HTML file: no network, no script, the same bytes for the same run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cramplab.core.laboratory_run import LaboratoryRun
from cramplab.report.document import assumption_rows, style_sheet, template
from cramplab.report.laboratory_figures import discharges_by_origin, record_figures
from cramplab.report.prose import Wording
from cramplab.safety.red_flags import load_red_flags


def render_laboratory_page(run: LaboratoryRun, record: Mapping[str, Any]) -> str:
    """Give the page of one run.

    Parameters
    ----------
    run
        What was recorded.
    record
        The content of its ``run.json``; every word and number beside the figures is read from it.
    """
    say = Wording()
    context = {
        "run": record["run"], "protocol": record["protocol"], "versions": record["versions"],
        "title": str(record["run"]["protocol"]).replace("_", " "), "say": say,
        "measured": [each for each in record["measures"].values() if each["value"] is not None],
        "not_measured": [each for each in record["measures"].values() if each["value"] is None],
        "trials": record["trials"], "events": record["events"], "notes": record["notes"],
        "figures": record_figures(run), "origins": list(discharges_by_origin(run)),
        "assumptions": list(assumption_rows(record["assumptions"])), "sources": record["sources"],
        "red_flag_rows": load_red_flags(), "css": style_sheet(),
    }  # fmt: skip
    return template("laboratory.html.j2").render(context)
