"""Writes a scoreboard as a folder: the page, the JSON, and the same rows as labelled arrays."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cramplab.core.whole_folder import FolderKind

if TYPE_CHECKING:
    import xarray

PAGE, DATA, ARRAYS = "evidence.html", "evidence.json", "evidence.nc"
FOLDER = FolderKind("scoreboard", (PAGE, DATA, ARRAYS), DATA)
_NUMBERS = ("predicted", "predicted_low", "predicted_high", "log_density", "predicted_direction_share")
VERDICTS = ("agrees", "contradicts", "cannot tell", "not simulated")


def write_scoreboard(folder: Path, data: Mapping[str, Any], page: str) -> dict[str, Path]:
    """Write page, JSON and NetCDF; an earlier scoreboard there is replaced once the new one is whole.

    Returns
    -------
    dict
        Where ``html``, ``json`` and ``netcdf`` stand.
    """
    FOLDER.write(
        folder,
        {
            PAGE: lambda: page.encode(),
            DATA: lambda: json.dumps(data, ensure_ascii=False, indent=1).encode(),
            ARRAYS: lambda: bytes(scoreboard_arrays(data).to_netcdf(None, engine="h5netcdf")),
        },
    )
    return {"html": folder / PAGE, "json": folder / DATA, "netcdf": folder / ARRAYS}


def scoreboard_arrays(data: Mapping[str, Any]) -> xarray.Dataset:
    """Give the rows of a scoreboard as an xarray dataset with dimensions ``theory`` and ``finding``."""
    import xarray

    rows = data["rows"]
    theories = list(dict.fromkeys(row["theory"] for row in rows))
    findings = list(dict.fromkeys((row["study"], row["finding"]) for row in rows))
    shape = (len(theories), len(findings))
    numbers = {name: np.full(shape, np.nan) for name in _NUMBERS}
    verdicts = np.full(shape, VERDICTS.index("not simulated"), dtype=np.int8)
    places = {each: at for at, each in enumerate(findings)}
    first: dict[tuple[str, str], Mapping[str, Any]] = {}
    for row in rows:
        place = theories.index(row["theory"]), places[row["study"], row["finding"]]
        first.setdefault((row["study"], row["finding"]), row)
        verdicts[place] = VERDICTS.index(row["verdict"])
        for name in _NUMBERS:
            if row[name] is not None:
                numbers[name][place] = row[name]
    of = lambda key: [first[each][key] for each in findings]  # noqa: E731
    known = lambda key: np.array([np.nan if each is None else each for each in of(key)], dtype=float)  # noqa: E731
    variables: dict[str, Any] = {name: (("theory", "finding"), values) for name, values in numbers.items()}
    variables["verdict"] = (
        ("theory", "finding"), verdicts,
        {"flag_values": np.arange(len(VERDICTS), dtype=np.int8),
         "flag_meanings": " ".join(each.replace(" ", "_") for each in VERDICTS)},
    )  # fmt: skip
    variables |= {
        "published": ("finding", known("published")), "published_se": ("finding", known("published_se")),
        "used_to_calibrate": ("finding", np.array(of("used_to_calibrate"), dtype=np.int8)),
        "scored": ("finding", np.array(of("scored"), dtype=np.int8)),
    }  # fmt: skip
    coordinates: dict[str, Any] = {
        "theory": theories, "finding": [each[1] for each in findings],
        "study": ("finding", [each[0] for each in findings]),
        "measure": ("finding", of("measure")), "unit": ("finding", of("unit")),
    }  # fmt: skip
    attributes = {
        "title": "Theories of muscle cramp against published studies", "source": f"cramplab {data['version']}",
        "date_created": data["date"], "seed": data["seed"], "comment": "Simulated. Not medical advice.",
    }  # fmt: skip
    return xarray.Dataset(variables, coords=coordinates, attrs=attributes)
