"""What every record has: when and from what it was made, and that it is written whole or not at all."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "docs" / "results"


def origin() -> dict[str, Any]:
    """Give the commit, and whether files of the program were changed since."""
    changed = bool(_git("status", "--porcelain", "--", "src/cramplab"))
    return {"commit": _git("rev-parse", "HEAD"), "changed_since_commit": changed}


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def write(file: Path, content: str) -> None:
    """Write a file, whole or not at all."""
    beside = file.with_name(f".{file.name}")
    beside.write_text(content, encoding="utf-8")
    beside.replace(file)


def one_a_line(made: dict[str, Any], long: tuple[str, ...]) -> str:
    """Give JSON in which each entry of the long lists takes one line: small, and a change is seen as a line."""
    parts = []
    for key, value in made.items():
        if key in long:
            entries = ",\n".join(json.dumps(each, ensure_ascii=False) for each in value)
            parts.append(f"{json.dumps(key)}: [\n{entries}\n]")
        else:
            parts.append(f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False, indent=1)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"
