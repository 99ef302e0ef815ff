"""No string of the product joins drinking or salt with cramp as advice, and the blocked medicine is offered nowhere.

Not read: `library/claims` and `library/studies`. They hold what others claim and found, quoted with a verdict and a
source beside it, and no page shows them as advice.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cramplab.cli.app import app
from cramplab.safety.wording import BLOCKED, advice_found, sentences

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "cramplab"
ROOMS = ("cli", "report", "planner", "safety", "cohort", "inference")
# Sentences that the guard finds and that are no advice, each with the reason why they may stand.
ALLOWED = {
    BLOCKED: "the word that the guard looks for",
    "Give every sentence that offers drinking or salt for a cramp, or names the blocked medicine at all.": (
        "what the guard says of itself"
    ),
}
ADVICE = (
    "Drink water to prevent cramps.",
    "Salt tablets stop cramps",
    "take electrolytes for your cramps",
    "For your cramps: drink water.",
    "Do not forget to drink against cramps.",
    "Cramps? Have a sports drink.",
    "Fluids help with a cramp.",
    "To avoid cramps, drink 200 mL every 15 min.",
    "A cramp means you need salt.",
    "Not only water but salt keeps cramps away.",
    "Stay hydrated to keep cramps at bay.",
    "Pickle juice relieves cramps.",
    "Cramping is prevented by staying hydrated.",
    "If you get a cramp, take salt.",
    "More sodium, fewer cramps.",
    "Spasms need electrolytes.",
    "Drink to thirst and you will not cramp.",
    "Magnesium is good for cramps",
    "With this drink a cramp is less likely: the sodium in it helps your cramping calf.",
    "<p>Take <b>salt</b> for\n your <i>cramps</i></p>",
    "Take a sip of water\n  when you get a cramp",
    "Quinine is one more thing to try.",
)
NO_ADVICE = (
    "Cramp is not thirst.",
    "what each theory says the plan does to the chance of a cramp",
    "Water does not prevent cramps.",
    "Nobody should drink for a cramp.",
    "Never drink because of a cramp.",
    "A cramp is no reason to drink more.",
    "The drink is chosen on body mass, plasma sodium, heat and gut comfort only; a cramp plays no part in it.",
    "A cramp during the event: stop, stretch, and go on slowly.",
    "Magnesium did not change how often people cramp.",
    "Stop drinking and get medical help now.",
    "<table><tr><td>CRAMP</td><td>27 of 100</td></tr><tr><td>DRINK</td><td>0.6 L/h</td></tr></table>",
    "CRAMP  27 of 100\nDRINK  0.6 L/h",
    "If you are heavier afterwards, you drank too much: stop drinking and read cramplab redflags.",
    "Sodium swallowed is not more than what sweat loses.",
)


@pytest.mark.parametrize("text", ADVICE)
def test_the_guard_finds_advice(text):
    assert advice_found(text)


@pytest.mark.parametrize("text", NO_ADVICE)
def test_the_guard_lets_pass_what_is_none(text):
    assert advice_found(text) == []


def test_a_page_is_read_as_sentences_without_its_data():
    page = "<html><style>p { a: b }</style><p>One. Two; three</p><li>four</li><script>Drink for cramps</script></html>"
    assert sentences(page) == ["One.", "Two;", "three", "four"]


def strings_of(path: Path) -> Iterator[str]:
    """Every text in a module; the parts of an f-string are put together with a gap for each value."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    joined = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    inside = {id(part) for node in joined for part in node.values}
    for node in joined:
        yield "".join(part.value if isinstance(part, ast.Constant) else "…" for part in node.values)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
            yield node.value


def not_allowed(text: str) -> list[str]:
    return [each for each in advice_found(text) if each not in ALLOWED]


MODULES = sorted(path for room in ROOMS for path in (PACKAGE / room).rglob("*.py"))
TEXTS = sorted(
    [*PACKAGE.glob("report/templates/*.j2"), *PACKAGE.glob("safety/*.toml"), *ROOT.glob("*.md")]
    + [path for part in ("how-to", "tutorials") for path in (ROOT / "docs" / part).rglob("*.md")]
)


def test_there_is_something_to_read():
    assert {path.relative_to(PACKAGE).parts[0] for path in MODULES} >= set(ROOMS) - {"planner"}
    assert {path.name for path in TEXTS} >= {"limits.toml", "red_flags.toml", "report.html.j2", "README.md"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_string_of_a_module_gives_advice(path):
    assert [found for text in strings_of(path) for found in not_allowed(text)] == []


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_text_gives_advice(path):
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".toml":  # comments are for clinicians, who are people too
        text = re.sub(r"(?m)^#[ ]?", "", text)
    if path.suffix == ".j2":
        text = re.sub(r"(?s)\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", "…", text)
    assert not_allowed(text) == []


def test_an_allowed_sentence_is_there_to_be_allowed():
    found = {each for path in MODULES for text in strings_of(path) for each in advice_found(text)}
    assert found == set(ALLOWED)


@pytest.mark.parametrize(
    "arguments",
    [["redflags"], ["redflags", "--answer", "none"], ["redflags", "--answer", "1 2 3 4 5 6 7 8 9 10 11 12"],
     ["limits"], ["redflags", "--help"], ["limits", "--help"], ["--help"]],
)  # fmt: skip
def test_no_printed_text_gives_advice(arguments):
    printed = CliRunner().invoke(app, arguments).output
    assert printed
    assert not_allowed(printed) == []
