"""Tables that are made from the model when the documentation is built, so that no number in it is typed by hand.

``{parameters} sweating``
    Every declared number of a submodel or a theory, with unit, spread, meaning and source.
``{limits}``
    What every plan is held to: value, what happens at it, where it is from. ``{limits} bands`` lists the heat bands.
``{red-flags}``
    When to stop and get help.
``{theories}``
    Every theory of the shelf: its claim, and the observation on which its strength is calibrated.
``{couplings} dehydration``
    The arrows of a theory: from what, to what, by what law, and what each rests on.
``{predictions} dehydration``
    What would be seen if it were so.
``{parameter-counts}``
    How many numbers were read, remembered, fitted and chosen.
``{bibliography}``
    Every source of the library, and what it is used for; the role ``{source}`` points into it.
``{judgement} judged``
    Figures of the last recorded judgement: ``judged``, ``missed``, ``calibrating``, ``shown`` or ``totals``.
    A second word names the judge: ``body`` (by default), ``pool`` or ``lab``.
``{judged} abs_10``
    One figure of any of them in a sentence.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.roles import XRefRole
from sphinx.util.docutils import SphinxDirective

RESULTS = Path(__file__).parents[1] / "results"
JUDGES = ("body", "pool", "lab")
_RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_WORDS_OF_UNITS = {"degC": "°C", "^2": "²", "^3": "³"}


def _file_of(judge: str) -> Path:
    return RESULTS / f"{judge}.json"


@cache
def _record(judge: str = "body") -> dict[str, Any]:
    file = _file_of(judge)
    if not file.is_file():
        return {"rows": [], "totals": ["Not recorded yet."], "date": "", "draws": 0, "commit": ""}
    return json.loads(file.read_text(encoding="utf-8"))


def number(value: float, digits: int = 5) -> str:
    """Write a number as in a paper: a true minus, and powers of ten instead of e-06."""
    text = f"{value:.{digits}g}"
    mantissa, e, power = text.partition("e")
    if e:
        text = f"{mantissa} × 10{str(int(power)).translate(_RAISED)}"
    return text.replace("-", "−")


def with_unit(value: float, unit: str) -> str:
    """Write a number with its unit; pure numbers have none."""
    return number(value) if unit in ("", "1") else f"{number(value)} {pretty_unit(unit)}"


def pretty_unit(unit: str) -> str:
    """Write degrees and powers of a unit as in a paper."""
    for plain, nice in _WORDS_OF_UNITS.items():
        unit = unit.replace(plain, nice)
    return unit


def link_to_source(key: str) -> nodes.Node:
    """Give a link to the bibliography; what is our own choice is no source and gets none."""
    link = addnodes.pending_xref(
        "", nodes.inline(text=key), refdomain="std", reftype="ref", reftarget=f"source-{key.lower()}", refexplicit=True
    )
    link["refwarn"] = True
    return link


def table(headings: Sequence[str], widths: Sequence[int], rows: Iterable[Sequence[Any]], name: str) -> nodes.table:
    """Make a table; a cell is a text, or a list of texts and nodes."""
    made = nodes.table(classes=["generated", name, "colwidths-given"])
    group = nodes.tgroup(cols=len(headings))
    made += group
    for width in widths:
        group += nodes.colspec(colwidth=width)
    head, body = nodes.thead(), nodes.tbody()
    group += head
    group += body
    head += _row(headings)
    body += [_row(row) for row in rows]
    return made


def _row(cells: Sequence[Any]) -> nodes.row:
    row = nodes.row()
    for cell in cells:
        entry = nodes.entry()
        for line in cell if isinstance(cell, list) else [cell]:
            paragraph = nodes.paragraph()
            for piece in line if isinstance(line, tuple) else (line,):
                paragraph += nodes.Text(piece) if isinstance(piece, str) else piece
            entry += paragraph
        row += entry
    return row


def _where_from(declaration: Any) -> list[Any]:
    from cramplab.core.library import NOT_PUBLISHED

    if declaration.source in NOT_PUBLISHED:
        words = {"read": "definition or physics", "remembered": "remembered, no source"}
        return [words.get(declaration.origin, "our choice")]
    lines: list[Any] = [(f"{declaration.origin}: ", link_to_source(declaration.source))]
    return [*lines, declaration.where] if declaration.where else lines


class Parameters(SphinxDirective):
    """``{parameters} sweating``: the declared numbers of one submodel or theory."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Make the table."""
        from cramplab.cohort.laboratory_people import ThresholdTest
        from cramplab.core.parameters import declarations_of
        from cramplab.importers.weather_error import ForecastSkill
        from cramplab.planner.cost import PlanCost
        from cramplab.simulation.assembly import declared_parameters
        from cramplab.simulation.theory_shelf import theory_parameters

        owner = self.arguments[0]
        rows = []
        # What a laboratory adds, what forecasts miss and what a plan weighs are declared in the same way.
        declared = declared_parameters() | theory_parameters()
        for beside in (ThresholdTest, ForecastSkill, PlanCost):
            declared |= declarations_of(beside, beside.name)
        for name, each in declared.items():
            if name.partition(".")[0] != owner:
                continue
            value = [with_unit(each.value_as_written, each.unit)]
            if each.spread:
                value.append(nodes.emphasis(text=pretty_unit(each.spread.written)))
            rows.append([[nodes.literal(text=name.partition(".")[2])], value, each.meaning, _where_from(each)])
        if not rows:
            raise self.error(f"No submodel and no theory named '{owner}' declares a parameter.")
        return [table(("name", "value", "what it is", "where from"), (24, 18, 32, 26), rows, "parameters")]


class SafetyLimits(SphinxDirective):
    """``{limits}``: what every plan is held to, or its heat bands."""

    optional_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Make the table."""
        from cramplab.safety.limits import load_limits

        limits = load_limits()
        if self.arguments == ["bands"]:
            bands = [[with_unit(each.from_C, "degC") if place else "below", each.words] for place, each in
                     enumerate(limits.bands)]  # fmt: skip
            return [table(("WBGT from", "what the policy says"), (20, 80), bands, "bands")]
        rows = [
            [[nodes.literal(text=each.id)], [with_unit(each.value, each.unit), nodes.emphasis(text=each.action)],
             each.rule, [each.source, f"({each.origin}) {each.status}"]]
            for each in limits.values()
        ]  # fmt: skip
        return [table(("id", "value and action", "rule", "where from"), (18, 16, 34, 32), rows, "limits")]


class RedFlags(SphinxDirective):
    """``{red-flags}``: when to stop and get help."""

    def run(self) -> list[nodes.Node]:
        """Make the table."""
        from cramplab.safety.red_flags import load_red_flags

        rows = [[each.say, each.when] for each in load_red_flags()]
        return [table(("do this", "if this is true"), (50, 50), rows, "red-flags")]


def _theory(directive: SphinxDirective) -> Any:
    from cramplab.simulation.theory_shelf import packaged_theories

    name = directive.arguments[0]
    if name not in packaged_theories():
        raise directive.error(f"No theory named '{name}'.")
    return packaged_theories()[name]


class Theories(SphinxDirective):
    """``{theories}``: claim and founding observation of each."""

    def run(self) -> list[nodes.Node]:
        """Make the table."""
        from cramplab.simulation.theory_shelf import packaged_theories

        rows = [
            [[nodes.literal(text=each.name)], each.claim, each.founding_words or "none"]
            for each in packaged_theories().values()
        ]
        return [table(("theory", "claim", "founding observation"), (22, 42, 36), rows, "theories")]


class Couplings(SphinxDirective):
    """``{couplings} dehydration``: the arrows of a theory."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Make the table."""
        rows = []
        for each in _theory(self).couplings:
            keys, _, observation = each.basis.partition(":")
            basis = [link_to_source(key.strip()) for key in keys.split(",")]
            separated = [piece for link in basis for piece in (nodes.Text(", "), link)][1:]
            way = [nodes.literal(text=", ".join(each.sources)), nodes.literal(text=f"→ {each.target}")]
            rows.append([way, [each.how, nodes.literal(text=each.equation)], [(*separated, f":{observation}")]])
        return [table(("from and to", "law", "rests on"), (34, 32, 34), rows, "couplings")]


class Predictions(SphinxDirective):
    """``{predictions} dehydration``: what would be seen if the theory were so."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Make the list."""
        lines = nodes.bullet_list()
        for sentence in _theory(self).predicts:
            lines += nodes.list_item("", nodes.paragraph(text=sentence))
        return [lines]


class ParameterCounts(SphinxDirective):
    """``{parameter-counts}``: by where the numbers come from."""

    def run(self) -> list[nodes.Node]:
        """Make the table."""
        from cramplab.core.parameters import ORIGINS
        from cramplab.simulation.assembly import declared_parameters
        from cramplab.simulation.theory_shelf import theory_parameters

        everything = (declared_parameters() | theory_parameters()).values()
        counts = Counter(each.origin for each in everything)
        drawn = sum(each.spread is not None for each in everything)
        rows = [[origin, meaning, str(counts[origin])] for origin, meaning in ORIGINS.items()]
        rows.append(["all", f"of these, {drawn} differ between people and are drawn", str(sum(counts.values()))])
        return [table(("origin", "which means", "how many"), (16, 64, 20), rows, "counts")]


class Bibliography(SphinxDirective):
    """``{bibliography}``: sources and experiments of the library, each with a label to point at."""

    def run(self) -> list[nodes.Node]:
        """Make one entry for each source, and one for each experiment."""
        from cramplab.core.library import load_library
        from cramplab.core.sources import HOW_MUCH_WAS_READ
        from cramplab.simulation.assembly import declared_parameters
        from cramplab.simulation.theory_shelf import packaged_theories, theory_parameters

        library = load_library()
        users: dict[str, list[str]] = {}
        for name, each in (declared_parameters() | theory_parameters()).items():
            users.setdefault(each.source, []).append(name)
        for overlay in library.parameter_sets.values():
            for value in overlay.values.values():
                users.setdefault(value.source, []).append(f"{value.name} in the set {overlay.key}")
        for theory in packaged_theories().values():
            for key in theory.sources:
                users.setdefault(key, []).append(f"the theory {theory.name}")
        made: list[nodes.Node] = []
        for title, entries in (
            ("Sources of numbers and equations", library.sources),
            ("Experiments that the model is held against", library.studies),
        ):
            section = nodes.section(ids=[nodes.make_id(title)])
            section += nodes.title(text=title)
            entry_list = nodes.definition_list(classes=["sources"])
            for key, entry in sorted(entries.items()):
                lines = [entry.citation + (f" doi:{entry.doi}" if entry.doi else "")]
                if hasattr(entry, "read"):
                    lines.append(f"What of it was read: {HOW_MUCH_WAS_READ[entry.read]}.")
                if entry.note:
                    lines.append(" ".join(entry.note.split()))
                entry_list += self._entry(key, lines, users.get(key, ()))
            section += entry_list
            made.append(section)
        return made

    def _entry(self, key: str, lines: Sequence[str], users: Sequence[str]) -> nodes.Node:
        identity = f"source-{nodes.make_id(key)}"
        item = nodes.definition_list_item(ids=[identity])
        item += nodes.term(text=key)
        definition = nodes.definition()
        for line in lines:
            definition += nodes.paragraph(text=line)
        if users:
            sentence = nodes.paragraph(text="Used for: ")
            for place, name in enumerate(users):
                sentence += [nodes.Text(", " if place else ""), nodes.literal(text=name)]
            definition += sentence
        item += definition
        self.env.domains.standard_domain.note_hyperlink_target(f"source-{key.lower()}", self.env.docname, identity, key)
        return item


def verdict(row: dict[str, Any]) -> str:
    """Give the verdict in a word."""
    if isinstance(row["inside"], bool):
        return "inside" if row["inside"] else "outside"
    return str(row["inside"])


def _chosen(which: str, judge: str) -> list[dict[str, Any]]:
    rows = _record(judge)["rows"]
    if which == "shown":
        return [row for row in rows if not row["scored"]]
    scored = [row for row in rows if row["scored"]]
    if which == "calibrating":
        return [row for row in scored if row["used_to_calibrate"]]
    judged = [row for row in scored if not row["used_to_calibrate"]]
    return judged if which == "judged" else [row for row in judged if row["inside"] is not True]


def _span(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f"{number(low, 3)} to {number(high, 3)}"


def _published(row: dict[str, Any]) -> list[str]:
    told = [] if row["published"] is None else [number(row["published"], 3)]
    band = _span(row["low"], row["high"])
    return [*told, f"band {band}"] if band else [*told, row["direction"]]


class Judgement(SphinxDirective):
    """``{judgement} missed``: rows of the last recorded judgement."""

    required_arguments = 1
    optional_arguments = 1
    kinds: ClassVar[tuple[str, ...]] = ("judged", "missed", "calibrating", "shown", "totals")

    def run(self) -> list[nodes.Node]:
        """Make the table, or the totals as a list."""
        which = self.arguments[0]
        if which not in self.kinds:
            raise self.error(f"'{which}' is none of {', '.join(self.kinds)}.")
        judge = self.arguments[1] if len(self.arguments) > 1 else "body"
        if judge not in JUDGES:
            raise self.error(f"'{judge}' is none of {', '.join(JUDGES)}.")
        self.env.note_dependency(str(_file_of(judge)))
        if which == "totals":
            lines = nodes.bullet_list()
            for line in _record(judge)["totals"]:
                lines += nodes.list_item("", nodes.paragraph(text=line))
            made = _record(judge)
            if not made["date"]:
                return [lines]
            drawn = f"{made['draws']} draws" if judge == "body" else f"{made['draws']} virtual people"
            told = f"Recorded on {made['date']} with {drawn} for each arm; commit {made['commit'][:12]}."
            return [lines, nodes.paragraph(text=told)]
        rows = []
        for row in _chosen(which, judge):
            name = [nodes.literal(text=row["id"]), "" if row["unit"] == "1" else pretty_unit(row["unit"])]
            studies = f"studies {_span(row['model_low'], row['model_high'])}"
            model = [] if row["model"] is None else [number(row["model"], 3), studies]
            why = [verdict(row), *([row["why"]] if row["why"] else [])]
            rows.append([name, [(link_to_source(row["study"]),)], _published(row), model, why])
        headings = ("figure", "experiment", "published", "model", "verdict")
        return [table(headings, (18, 30, 18, 18, 16), rows, which)]


class Judged(SphinxDirective):
    """``{judged} abs_10``: one figure of the last recorded judgement in a sentence."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Make the sentence."""
        for judge in JUDGES:
            self.env.note_dependency(str(_file_of(judge)))
        everything = (each for judge in JUDGES for each in _record(judge)["rows"])
        row = next((each for each in everything if each["id"] == self.arguments[0]), None)
        if row is None:
            raise self.error(f"The recorded judgement has no figure '{self.arguments[0]}'.")
        unit = "" if row["unit"] == "1" else f" {pretty_unit(row['unit'])}"
        sentence = nodes.paragraph(classes=["judged"])
        sentence += [nodes.strong(text=verdict(row).capitalize()), nodes.Text(". Published ")]
        sentence += nodes.Text(f"{', '.join(_published(row))}{unit}; ")
        if row["model"] is None:
            sentence += nodes.Text(f"in the model {row['why']}. From ")
        else:
            sentence += nodes.Text(f"model {number(row['model'], 3)}{unit}, ")
            sentence += nodes.Text(f"over the possible studies {_span(row['model_low'], row['model_high'])}. From ")
        sentence += [link_to_source(row["study"]), nodes.Text(".")]
        return [sentence]


class _SourceRole(XRefRole):
    def process_link(
        self, env: Any, refnode: Any, has_explicit_title: bool, title: str, target: str
    ) -> tuple[str, str]:
        refnode["reftype"], refnode["refdomain"], refnode["refexplicit"] = "ref", "std", True
        return title, f"source-{target.lower()}"


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the directives and the role."""
    app.add_directive("parameters", Parameters)
    app.add_directive("parameter-counts", ParameterCounts)
    app.add_directive("limits", SafetyLimits)
    app.add_directive("red-flags", RedFlags)
    app.add_directive("theories", Theories)
    app.add_directive("couplings", Couplings)
    app.add_directive("predictions", Predictions)
    app.add_directive("bibliography", Bibliography)
    app.add_directive("judgement", Judgement)
    app.add_directive("judged", Judged)
    app.add_role("source", _SourceRole(innernodeclass=nodes.inline, warn_dangling=True))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
