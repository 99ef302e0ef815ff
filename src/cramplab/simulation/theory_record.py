"""All that there is to say about a theory, as plain data: what the command line prints and a page shows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from cramplab.core import library as packaged_library
from cramplab.core.situation import PORTS
from cramplab.core.sources import HOW_MUCH_WAS_READ, read_source
from cramplab.core.theory import Theory
from cramplab.simulation.theory_shelf import parameters_of

NO_ADVICE = "A theory is a claim put to the test. It is no advice, and nobody should be treated by it."
_REFUTED = re.compile(r"^\*\*What would refute it\.\*\*\s+(.+?)(?=\n\s*\n|\Z)", re.DOTALL | re.MULTILINE)


def moves(theory: Theory) -> list[str]:
    """Give the ports that a theory moves, each once."""
    return list(dict.fromkeys(each.target for each in theory.couplings))


def theory_summary(theory: Theory) -> dict[str, Any]:
    """Give what a list of theories says of each."""
    return {
        "name": theory.name,
        "claim": theory.claim,
        "arrows": len(theory.couplings),
        "moves": moves(theory),
        "members": list(theory.members),
        "founding": list(theory.founding),
        "founding_words": theory.founding_words,
        "strongest": theory.strongest,
    }


def theory_record(theory: Theory, libraries: Iterable[Path] = ()) -> dict[str, Any]:
    """Give all that there is to say about a theory."""
    return {
        **theory_summary(theory),
        "couplings": [
            {
                "from": list(each.sources),
                "to": each.target,
                "unit": PORTS[each.target].unit,
                "how": each.how,
                "equation": each.equation,
                "strength": each.strength,
                "basis": each.basis,
            }
            for each in theory.couplings
        ],
        "numbers": [
            {
                "name": each.name,
                "value": each.value_as_written,
                "unit": each.unit,
                "meaning": each.meaning,
                "source": each.source,
                "origin": each.origin,
                "where": each.where,
            }
            for each in parameters_of(theory).values()
        ],
        "predicts": list(theory.predicts),
        "refuted_by": what_would_refute(theory.name),
        "calibration": calibration_of(theory.name),
        "sources": _sources(theory, libraries),
        "note": NO_ADVICE,
    }


def calibration_of(name: str) -> dict[str, Any] | None:
    """Give what a calibration on the founding observation has recorded, or None if none was done."""
    file = packaged_library.PACKAGED.parent / "inference" / "calibrated" / f"{name}.json"
    if not file.is_file():
        return None
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return {key: found.get(key) for key in ("strength", "identifiable", "words", "date")}


def what_would_refute(name: str) -> str:
    """Give what a theory's page of the documentation says would refute it; empty for a theory without a page."""
    package = packaged_library.PACKAGED.parent
    # Installed, the pages lie beside the package; in a checkout they are those of docs.
    places = (package / "explanation" / "theories", package.parents[1] / "docs" / "explanation" / "theories")
    page = next((place / f"{name}.md" for place in places if (place / f"{name}.md").is_file()), None)
    found = _REFUTED.search(page.read_text(encoding="utf-8")) if page is not None else None
    return " ".join(found.group(1).split()) if found else ""


def _sources(theory: Theory, libraries: Iterable[Path]) -> list[dict[str, str]]:
    found = []
    for key in theory.sources:
        files = (Path(folder) / "sources" / f"{key}.toml" for folder in (packaged_library.PACKAGED, *libraries))
        source = read_source(next(file for file in files if file.is_file()))
        read = HOW_MUCH_WAS_READ[source.read]
        found.append({"key": key, "citation": source.citation, "doi": source.doi, "read": read, "note": source.note})
    return found
