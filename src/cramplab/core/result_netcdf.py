"""All draws of a run as NetCDF-4 with CF names and units, and back; ``docs/schema.md`` specifies the layout."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cramplab.core.results import SCHEMA, RunResult, Series, Trait

if TYPE_CHECKING:
    import xarray

CONVENTIONS = "CF-1.11"
TRAIT_PREFIX, CHANCE_PREFIX = "trait_", "cramp_chance_"
# Osmoles are no unit of UDUNITS: osmolality is an amount of dissolved particles per mass, so millimole per kilogram.
_CF_UNITS = {
    "1": "1", "%": "percent", "%VO2max": "percent", "degC": "degree_Celsius", "bpm": "min-1", "mosmol/kg": "mmol kg-1",
    "mosmol": "mmol", "beats/min": "min-1", "imp/s": "s-1", "": "1",
}  # fmt: skip
COMPRESSED = {"zlib": True, "complevel": 4, "shuffle": True, "fletcher32": True}


def cf_unit(unit: str) -> str:
    """Write a unit the way UDUNITS reads it: ``mmol/L`` becomes ``mmol L-1``."""
    if unit in _CF_UNITS:
        return _CF_UNITS[unit]
    above, *below = unit.split("/")
    return " ".join([*([above] if above and above != "1" else []), *(f"{each}-1" for each in below)])


def run_dataset(result: RunResult) -> xarray.Dataset:
    """Give every draw of every series and trait as an xarray dataset with dimensions ``draw`` and ``time``."""
    import xarray

    time_units = f"seconds since {_cf_start(result.start)}" if result.start else "s"
    time_attributes: dict[str, Any] = {"units": time_units, "axis": "T", "long_name": "time"}
    if result.start:
        time_attributes |= {"standard_name": "time", "calendar": "proleptic_gregorian"}
    coordinates = {
        "draw": (
            "draw",
            np.arange(result.draws, dtype=np.int32),
            {"long_name": "number of the simulated run", "units": "1"},
        ),
        "time": ("time", result.time_s, time_attributes),
        "elapsed": ("time", result.time_s, {"long_name": "time from the start of the event", "units": "s"}),
    }
    variables: dict[str, Any] = {
        "failed": (
            "draw",
            (~result.finished).astype(np.int8),
            {"long_name": "whether the simulated run failed", "flag_values": np.array([0, 1], dtype=np.int8),
             "flag_meanings": "finished failed"},
        )
    }  # fmt: skip
    for name, each in result.series.items():
        attributes = {"long_name": each.label, "units": cf_unit(each.unit), "unit_shown": each.unit}
        if each.standard_name:
            attributes["standard_name"] = each.standard_name
        variables[name] = (("draw", "time"), each.values, attributes)
    for name, trait in result.traits.items():
        variables[TRAIT_PREFIX + name] = (
            "draw",
            trait.values,
            {"long_name": trait.label, "units": cf_unit(trait.unit), "unit_shown": trait.unit, "source": trait.source,
             "known": "yes" if trait.known else "no"},
        )  # fmt: skip
    for answer in result.chances.answers if result.chances is not None else ():
        if answer.chance.size:
            words = f"chance of a cramp in the event if the theory {answer.theory} were right"
            attributes = {"long_name": words, "units": "1", "unit_shown": "1"}
            variables[CHANCE_PREFIX + answer.theory] = ("draw", answer.chance, attributes)
    return xarray.Dataset(variables, coords=coordinates, attrs=_global_attributes(result))


def _cf_start(start: str) -> str:
    # CF separates date, time and offset by blanks.
    text = start.replace("T", " ").replace("Z", "+00:00")
    return f"{text[:-6]} {text[-6:]}"


def _global_attributes(result: RunResult) -> dict[str, Any]:
    attributes = {
        "Conventions": CONVENTIONS,
        "title": result.title,
        "source": f"simulated by cramplab {result.version}",
        "references": "; ".join(result.sources.values()) or "none named",
        "comment": "Simulated, not measured. Not medical advice.",
        "cramplab_schema": np.int32(SCHEMA),
        "person_id": result.person_id,
        "sport": result.sport,
        "seed": str(result.seed),
        "event_end_s": float(result.event_end_s),
        "input_sha256": result.input_sha256,
    }
    return attributes | ({"date_created": result.created} if result.created else {})


def run_bytes(result: RunResult) -> bytes:
    """Give the content of ``result.nc``: in memory, so that a full disk is met by plain writing and by nothing else."""
    dataset = run_dataset(result)
    encoding: dict[str, Any] = {str(name): dict(COMPRESSED) for name in dataset.data_vars}
    for name in ("draw", "time", "elapsed", "failed"):
        encoding[name] = {"_FillValue": None}
    return bytes(dataset.to_netcdf(None, engine="h5netcdf", encoding=encoding))


def read_draws(file: Path) -> dict[str, Any]:
    """Read the arrays of a ``result.nc`` back.

    Returns
    -------
    dict
        ``time_s``, ``series``, ``traits`` and ``created`` as a `RunResult` takes them; ``chances`` (of every draw, by
        theory) and ``attributes``.

    Raises
    ------
    OSError, KeyError, ValueError, RuntimeError
        If the file is damaged or is none of ours; the caller says so in words.
    """
    import xarray

    with xarray.open_dataset(file, engine="h5netcdf", decode_times=False, mask_and_scale=False) as opened:
        dataset = opened.load()
    series: dict[str, Series] = {}
    traits: dict[str, Trait] = {}
    chances: dict[str, Any] = {}
    for key, variable in dataset.data_vars.items():
        name, attributes = str(key), variable.attrs
        if name.startswith(TRAIT_PREFIX):
            short = name.removeprefix(TRAIT_PREFIX)
            traits[short] = Trait(short, attributes["long_name"], attributes["unit_shown"], variable.to_numpy(),
                                  attributes["source"], attributes["known"] == "yes")  # fmt: skip
        elif name.startswith(CHANCE_PREFIX):
            chances[name.removeprefix(CHANCE_PREFIX)] = variable.to_numpy()
        elif name != "failed":
            label, unit, standard_name = (
                attributes.get(key, "") for key in ("long_name", "unit_shown", "standard_name")
            )
            series[name] = Series(name, label, unit, standard_name, variable.transpose("draw", "time").to_numpy())
    attributes_of_file: Mapping[str, Any] = {str(key): value for key, value in dataset.attrs.items()}
    return {
        "time_s": dataset["elapsed"].to_numpy(), "series": series, "traits": traits,
        "chances": chances, "created": attributes_of_file.get("date_created"), "attributes": attributes_of_file,
    }  # fmt: skip
