"""Files of others are as they came, and nothing else is loaded from anywhere."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import cramplab.web

HERE = Path(cramplab.web.__file__).parent
STATIC = HERE / "static"
ROWS = re.findall(r"\| `([^`]+\.js)` \|.*\| ([0-9a-f]{64}) \|", (STATIC / "VENDORED.md").read_text())


def test_files_of_others_are_as_they_came():
    assert dict(ROWS) == {name: hashlib.sha256((STATIC / name).read_bytes()).hexdigest() for name, _ in ROWS}


def test_every_file_of_others_is_named():
    minified = {file.name for file in STATIC.iterdir() if ".min." in file.name}
    assert {name for name, _ in ROWS} == minified
    assert minified


def test_templates_and_sheets_load_nothing_from_elsewhere():
    for file in [*HERE.glob("templates/*.j2"), *STATIC.glob("*.css")]:
        text = file.read_text()
        assert not re.search(r"""(src|action|data)=["'](https?:)?//""", text), file.name
        assert not re.search(r"""<link[^>]+href=["'](https?:)?//""", text), file.name
        assert not re.search(r"url\(|@import", text), file.name


def test_templates_hold_no_script_and_no_style_of_their_own():
    for file in HERE.glob("templates/*.j2"):
        text = re.sub(r"\{#.*?#\}", "", file.read_text(), flags=re.DOTALL)
        assert not re.search(r"\son[a-z]+=|javascript:|<style|\sstyle=", text), file.name
        assert not re.search(r"<script(?![^>]* src=)", text), file.name


def test_own_scripts_and_sheet_are_small():
    assert len((STATIC / "app.css").read_bytes()) < 12_000
    for file in STATIC.glob("*.js"):
        assert ".min." in file.name or len(file.read_bytes()) < 6_000, file.name
