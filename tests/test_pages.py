"""What the documentation shows can be done as shown."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cramplab.cli.app import app

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def blocks(page: Path, language: str) -> list[str]:
    text = page.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)


def test_there_are_pages_to_look_at():
    assert ROOT / "docs" / "index.md" in PAGES


def test_the_shortest_scenario_of_the_page_has_no_fault(tmp_path):
    from cramplab.importers.scenario import read_scenario

    file = tmp_path / "shortest.toml"
    file.write_text(blocks(ROOT / "docs" / "how-to" / "write_a_scenario.md", "toml")[0], encoding="utf-8")
    read_scenario(file)


def test_the_experiment_of_the_page_has_no_fault(tmp_path):
    from cramplab.core.experiment import read_experiment

    file = tmp_path / "our_heat_walk.toml"
    file.write_text(blocks(ROOT / "docs" / "how-to" / "add_an_experiment.md", "toml")[0], encoding="utf-8")
    assert read_experiment(file).key == "our_heat_walk"


def test_the_protocol_of_the_page_has_no_fault(tmp_path):
    from cramplab.core.laboratory_protocol import read_protocol

    file = tmp_path / "mine.toml"
    file.write_text(blocks(ROOT / "docs" / "how-to" / "write_a_protocol.md", "toml")[0], encoding="utf-8")
    assert [step.kind for step in read_protocol(file).steps] == ["length", "threshold_ladder", "rest", "stretch"]


def test_the_page_on_protocols_names_every_kind_of_step_and_every_key():
    from cramplab.core.laboratory_protocol import KINDS, allowed_keys

    page = (ROOT / "docs" / "how-to" / "write_a_protocol.md").read_text(encoding="utf-8")
    for kind in KINDS:
        row = next(line for line in page.splitlines() if line.startswith("|") and f"`{kind}`" in line.split("|")[1])
        assert not [key for key in allowed_keys(kind) if key != "muscle" and key not in row], kind


def known_commands() -> set[str]:
    from typer.main import get_command

    return set(get_command(app).commands)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_a_page_names_only_commands_that_exist(page):
    inline = re.findall(r"`([^`\n]+)`", page.read_text(encoding="utf-8"))
    shown = "\n".join(
        [*blocks(page, ""), *blocks(page, "sh"), *(text for text in inline if text.startswith("cramplab "))]
    )
    assert set(re.findall(r"\bcramplab ([a-z]\w*)", shown)) <= known_commands()


def test_the_page_on_the_command_line_names_every_command():
    page = (ROOT / "docs" / "reference" / "command_line.md").read_text(encoding="utf-8")
    assert known_commands() == set(re.findall(r"^\| `([a-z]+)", page, flags=re.MULTILINE))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_a_page_links_only_to_files_that_exist(page):
    targets = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", page.read_text(encoding="utf-8"))
    assert not [target for target in targets if not (page.parent / target).exists()]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_no_page_joins_drinking_and_cramp_as_advice(page):
    text = " ".join(page.read_text(encoding="utf-8").split())
    assert not re.search(r"(?i)\bdrink\b[^.|]*\b(against|prevent\w*|avoid\w*|stop\w*|cure\w*)\b[^.|]*\bcramp", text)
    assert "quinine" not in text.lower()
