"""The shape of the project: what is configured exists, and importing does nothing but import."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import cramplab

ROOT = Path(__file__).resolve().parents[1]
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
MODULES = sorted(
    ".".join(path.relative_to(ROOT / "src").with_suffix("").parts).removesuffix(".__init__")
    for path in (ROOT / "src").rglob("*.py")
    if path.name != "__main__.py"
)


def configured_paths() -> list[str]:
    tools = SETTINGS["tool"]
    # A pattern such as docs/_build is left out on purpose: it exists only after a build.
    return sorted(
        {
            *tools["pytest"]["ini_options"]["testpaths"],
            *tools["pytest"]["ini_options"]["pythonpath"],
            *tools["mypy"]["files"],
            *tools["ruff"]["src"],
            *tools["hatch"]["build"]["targets"]["wheel"]["packages"],
            *tools["hatch"]["build"]["targets"]["wheel"].get("force-include", {}),
            *(pattern.rstrip("*").rstrip("/") for pattern in tools["ruff"]["lint"]["per-file-ignores"]),
            SETTINGS["project"]["readme"],
            *SETTINGS["project"]["license-files"],
        }
    )


@pytest.mark.parametrize("path", configured_paths())
def test_a_configured_path_exists(path):
    assert (ROOT / path).exists(), f"pyproject.toml names {path}, which is not there"


def test_there_are_modules_to_look_at():
    assert "cramplab.core.errors" in MODULES


def test_importing_everything_has_no_side_effects(tmp_path):
    # One new process for all modules: no file, nothing printed, no logging, warnings filter or JAX setting changed.
    # What the packages that we use do to the filter (scipy.sparse adds to it) is theirs: they are imported before.
    program = f"""
import importlib, logging, socket, sys, warnings
def refuse(*args, **named): raise RuntimeError("an import opened the network")
socket.socket.connect = refuse
import jax, matplotlib, pint, pydantic, scipy.sparse, scipy.special, xarray, typer
filters, handlers = list(warnings.filters), list(logging.getLogger().handlers)
settings = {{name: jax.config.values[name] for name in jax.config.values}}
for name in {MODULES!r}:
    importlib.import_module(name)
assert warnings.filters == filters, "an import changed the warnings filter"
assert logging.getLogger().handlers == handlers, "an import set up logging"
changed = [name for name in settings if jax.config.values[name] != settings[name]]
assert not changed, f"an import changed settings of JAX: {{changed}}"
"""
    surroundings = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program], cwd=tmp_path, env=surroundings, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", cramplab.__all__)
def test_a_public_name_resolves(name):
    assert getattr(cramplab, name).__module__.startswith("cramplab.")


def test_an_unknown_public_name_is_answered_with_the_known_ones():
    with pytest.raises(AttributeError, match=r"Public names:.*UserError"):
        _ = cramplab.run_evnt


def test_the_readme_has_exactly_two_set_up_commands():
    blocks = re.findall(
        r"^```\n(.*?)^```", (ROOT / "README.md").read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE
    )
    assert blocks == [
        "pip install -e . && cramplab run examples/marathon.toml\n",
        'pip install -e ".[dev]" && pytest -q\n',
    ]


def test_the_lock_holds_hashes_and_no_address():
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert not re.search(r"https?:|file:|--(extra-)?index-url|--find-links|^-e|(?:^|\s)/\w", lock, flags=re.MULTILINE)
    pins = re.findall(
        r"^([a-z0-9][a-z0-9._-]*)==\S+.*?\\\n((?:    --hash=sha256:[0-9a-f]{64}.*\n)+)", lock, flags=re.MULTILINE
    )
    assert len(pins) == len(re.findall(r"^[a-z0-9][^\s=]*==", lock, flags=re.MULTILINE))


def test_the_lock_pins_every_direct_dependency():
    wanted = [*SETTINGS["project"]["dependencies"]]
    for members in SETTINGS["project"]["optional-dependencies"].values():
        wanted += members
    names = {re.match(r"[A-Za-z0-9_.-]+", one)[0].lower() for one in wanted} - {"cramplab"}
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pinned = set(re.findall(r"^([a-z0-9][a-z0-9._-]*)==", lock, flags=re.MULTILINE))
    assert names <= pinned


def test_the_citation_and_the_package_name_one_version():
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {SETTINGS['project']['version']}\n" in citation


def test_the_ci_script_may_be_run():
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
