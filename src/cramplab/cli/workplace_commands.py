"""``doctor``: tells whether this machine has what cramplab needs."""

from __future__ import annotations

import json
import platform
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated

import typer

_PACKAGES = ("jax", "jaxlib", "equinox", "numpy", "scipy", "xarray", "h5netcdf", "h5py", "matplotlib", "fitdecode")


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Tell versions, the device, and whether results can be written.

    Leaves with exit code 2 if something has to be mended first.
    """
    found = {"cramplab": version("cramplab"), "python": platform.python_version(), "system": platform.platform()}
    problems = []
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "missing"
            problems.append(f"{package} is not installed. Install cramplab again.")
    found["device"] = _device(problems)
    found["results go to"] = _write_access(Path.cwd(), problems)
    if as_json:
        json.dump({"found": found, "problems": problems}, sys.stdout, indent=2)
        print()
    else:
        width = max(map(len, found))
        for name, value in found.items():
            print(f"{name:<{width}}  {value}")
        print("\n".join(problems) if problems else "All is well.")
    if problems:
        raise typer.Exit(2)


def _device(problems: list[str]) -> str:
    try:
        import jax

        devices = jax.devices()
    except (ImportError, RuntimeError) as problem:
        problems.append(f"JAX does not start: {problem}. Install cramplab again, or set JAX_PLATFORMS=cpu.")
        return "none"
    return ", ".join(f"{device.platform} ({device.device_kind})" for device in devices)


def _write_access(folder: Path, problems: list[str]) -> str:
    try:
        with tempfile.TemporaryFile(dir=folder):
            return f"{folder} (may be written)"
    except OSError as problem:
        problems.append(f"'{folder}' cannot be written: {problem.strerror}. Go to another folder, or use --out DIR.")
        return f"{folder} (may not be written)"
