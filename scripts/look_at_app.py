"""Takes a picture of every page of the app, at three sizes, with and without JavaScript, and asks axe about each.

``python scripts/look_at_app.py FOLDER`` starts the app with an empty data file and the invented team of the package,
follows every link from the first page on, and writes the pictures. ``--data FILE`` looks at an app with data of one's
own instead; it works on a copy. ``--plan`` has a plan made first, which takes half a minute.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright

SIZES = {"phone": (390, 844), "tablet": (820, 1180), "desk": (1440, 900)}
MOST_OF_A_KIND = 2
ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--data", type=Path, help="a data file; a copy of it is looked at")
    parser.add_argument("--plan", action="store_true", help="make a plan of the example's recording first")
    told = parser.parse_args()
    told.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        file = Path(scratch) / "kept.sqlite3"
        if told.data:
            shutil.copy(told.data, file)
        app = subprocess.Popen(
            [sys.executable, "-m", "cramplab", "app", "--port", "0", "--data", str(file)],
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert app.stdout is not None
            address = app.stdout.readline().split()[-1]
            chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            page = chromium.new_page(base_url=address)
            if not told.data:
                _fill(page)
            if told.plan:
                _plan(page)
            paths = _paths(page)
            for size, (width, height) in SIZES.items():
                for javascript in (True, False):
                    context = chromium.new_context(
                        base_url=address, viewport={"width": width, "height": height}, java_script_enabled=javascript
                    )
                    _look(context.new_page(), paths, told.folder, size + ("" if javascript else "-without-javascript"))
                    context.close()
            chromium.close()
        finally:
            app.terminate()
            app.wait()


def _fill(page: Page) -> None:
    page.goto("/team")
    page.locator("form[action='/team/example'] button").click()


def _plan(page: Page) -> None:
    page.goto("/plan")
    page.locator("form[action='/plan/new'] button").first.click()
    go = page.locator("button[name=go][value=next]:not(.unseen)")
    page.select_option("[name=sex]", "female")
    for name, text in (("age", "34"), ("mass", "62,4"), ("height", "168")):
        page.fill(f"[name={name}]", text)
    page.check("[name=red_flags][value=none]")
    go.click()
    go.click()
    page.fill("[name=title]", "A marathon")
    page.select_option("[name=sport]", "run")
    page.check("[name=effort][value=file]")
    page.set_input_files("[name=course]", ROOT / "examples" / "marathon.fit")
    page.check("[name=weather][value=typed]")
    page.fill("[name=air]", "18")
    page.fill("[name=humidity]", "60")
    go.click()
    go.click()
    go.click()
    page.locator("form[action$='/make'] button").first.click()
    page.wait_for_url(re.compile(r"/plan/[^/]+$"), timeout=0)


def _paths(page: Page) -> list[str]:
    """Follow the links of the app; of a kind of page only the first few."""
    found: list[str] = []
    kinds: dict[str, int] = {}
    waiting = ["/"]
    while waiting:
        path = waiting.pop(0)
        kind = re.sub(r"(?<=/)[^/?]*[\d_][^/?]*|(?<=/(?:evidence|theories)/).*|\?.*", "*", path)
        if path in found or kinds.get(kind, 0) >= MOST_OF_A_KIND:
            continue
        answer = page.request.get(path)
        attached = "attachment" in answer.headers.get("content-disposition", "")
        if attached or not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        kinds[kind] = kinds.get(kind, 0) + 1
        found.append(path)
        page.goto(path)
        links = page.eval_on_selector_all("a[href]", "all => all.map(each => each.href)")
        here = urlsplit(page.url).netloc
        ours = [parts for parts in map(urlsplit, links) if parts.netloc == here]
        waiting += [parts.path + (f"?{parts.query}" if parts.query else "") for parts in ours]
    return found


def _look(page: Page, paths: list[str], folder: Path, how: str) -> None:
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    for path in paths:
        page.goto(path)
        name = re.sub(r"\W+", "-", path).strip("-") or "home"
        page.screenshot(path=folder / f"{name}.{how}.png", full_page=True)
        if "without" in how:
            continue
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            errors.append("too wide")
        errors += [
            f"{each['id']} ({each['impact']}): {each['nodes'][0]['html'][:120]}"
            for each in Axe().run(page).response["violations"]
        ]
        for error in errors:
            print(f"{how:<8} {path}: {error}")
        errors.clear()


if __name__ == "__main__":
    main()
