"""What a team prints on the terminal: who gained weight first, then a table with a line or two for each athlete."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from cramplab.report import team_words as words
from cramplab.report.prose import WIDTH, Wording
from cramplab.report.team_words import AthleteShown
from cramplab.safety.red_flags import stop_line

_HEAD = 4  # letters of a theory at the head of its column
_LEAST_FLAGS = 13  # columns
_CHANGE = 5
_WORDED = 4  # columns before those of the theories
_MOST_CODE = 16
_MOST_UNREAD = 12


def team_card(tree: Mapping[str, Any], folder: Path | None) -> str:
    """Give the team as plain text, at most 110 characters wide but for paths.

    Parameters
    ----------
    tree
        The content of ``team.json``.
    folder
        Where the pages were written; None if nothing was written.
    """
    say = words.wording(tree, minus="-")
    tree = words.for_reader(tree, say)
    shown = words.athletes(tree, say)
    lines = [*_gains(shown), *_title(tree, shown), "", *_table(tree, shown, say)]
    if tree["outlook"]:
        lines += ["", *_lines(tree["outlook"]["session"]["words"]), *_lines(words.NOT_BLENDED)]
        lines += _unknown(shown)
    else:
        lines += ["", *_lines(words.NO_OUTLOOK)]
    lines += _unread(tree["unread"])
    lines += ["", *_lines(f"STOP and get help: {stop_line()}"), "Not medical advice."]
    return "\n".join([*lines, *_files(folder)])


def _gains(shown: Sequence[AthleteShown]) -> Iterator[str]:
    for each in shown:
        if each.gain:
            told = f"{each.change} ({each.change_mass}), {each.last}." if each.gain_is_last else each.gain.words
            yield from _lines(f"!! WEIGHT GAIN  {each.code}  {told} {each.gain.do}", "   ")
    if any(each.gain for each in shown):
        yield ""


def _title(tree: Mapping[str, Any], shown: Sequence[AthleteShown]) -> list[str]:
    weighed = sum(row["change_pct"] is not None for row in tree["rows"])
    up = sum(each.gain is not None for each in shown)
    return _lines(f"{tree['title']}: {len(shown)} athletes, {weighed} weighed, {up} gained weight   "
                  f"cramplab {tree['version']}")  # fmt: skip


def _table(tree: Mapping[str, Any], shown: Sequence[AthleteShown], say: Wording) -> Iterator[str]:
    theories = words.theory_names(tree)
    heads = _short(theories)
    columns = [
        ("athlete", [each.code for each in shown]),
        ("chg, %", [each.change.removesuffix(" %").rjust(_CHANGE) for each in shown]),
        (f"to repl., {say.unit('L')}", [_narrow(each.replace, say.unit("L")) for each in shown]),
        (f"sweat, {say.unit('L/h')}", [_narrow(each.sweat_numbers) + " ~" * each.untested for each in shown]),
    ]
    for number, head in enumerate(heads):
        columns.append((head, [each.theories[number].count if each.theories else "?" for each in shown]))
    widths = [max(map(len, [head, *cells])) for head, cells in columns]
    # A very long code keeps its letters and pushes its own line alone.
    widths[0] = min(widths[0], _MOST_CODE)
    left = len(_row([""] * len(widths), widths))
    room = max(WIDTH - left, _LEAST_FLAGS)
    yield _row([head for head, _ in columns], widths) + "flags"
    for number, each in enumerate(shown):
        line = _row([cells[number] for _, cells in columns], widths)
        flags = textwrap.wrap(", ".join(map(_flag, each.flags)), room, break_on_hyphens=False) or [""]
        yield f"{line}{flags[0]}".rstrip()
        for more in flags[1:]:
            yield f"{' ' * left}{more}"
    if heads:
        named = ", ".join(_with_range(name, tree) for name in theories)
        yield from _lines(f"{heads[0]} to {heads[-1]}: cramps of 100 in the session ahead, if that theory were right; "
                          f"in brackets the widest range of 90 % in this team: {named}. Each athlete's own ranges are "
                          "on the page; ? we do not know.", "  ")  # fmt: skip
    yield from _lines("chg: change of body mass, a loss is negative; to repl.: over several hours; "
                      "sweat: median and 90 %, ~ not tested; flags: !! now, ! today.", "  ")  # fmt: skip


def _with_range(theory: str, tree: Mapping[str, Any]) -> str:
    """Name a theory with the widest of its ranges, over all athletes that it tells a count of."""
    told = [each["theories"].get(theory) for each in tree["outlook"]["athletes"].values() if not each["unknown"]]
    ranges = [(each["high"] - each["low"], each["low"], each["high"]) for each in told if each]
    name = theory.replace("_", " ")
    return f"{name} ({max(ranges)[1]:.0f}-{max(ranges)[2]:.0f})" if ranges else name


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    """Write cells below one another; two spaces after words, one between the counts of the theories."""
    gaps = ["  "] * _WORDED + [" "] * (len(cells) - _WORDED)
    line = "".join(f"{cell:<{width}}{gap}" for cell, width, gap in zip(cells, widths, gaps, strict=True))
    return f"{line} " if len(cells) > _WORDED else line


def _narrow(text: str, unit: str = "") -> str:
    return text.replace(" to ", "-").removesuffix(f" {unit}")


def _flag(flag: words.FlagShown) -> str:
    sign = {"now": "!! ", "today": "! "}.get(flag.urgency, "")
    return f"{sign}{flag.short.upper() if flag.id == words.GAIN else flag.short}"


def _short(theories: Sequence[str]) -> list[str]:
    """Cut names to a few letters; where two become the same, they are numbered."""
    cut = [name[:_HEAD] for name in theories]
    return [name if cut.count(name) == 1 else f"{name[: _HEAD - 2]}{at:02d}" for at, name in enumerate(cut, start=1)]


def _unknown(shown: Sequence[AthleteShown]) -> Iterator[str]:
    reasons: dict[str, list[str]] = {}
    for each in shown:
        if each.unknown:
            reasons.setdefault(each.unknown, []).append(each.code)
    for reason, codes in reasons.items():
        yield from _lines(f"We do not know for {', '.join(codes)}: {reason}", "  ")


def _unread(unread: Sequence[str]) -> Iterator[str]:
    if not unread:
        return
    yield ""
    yield f"Could not be read ({len(unread)}); everything else was:"
    for each in unread[:_MOST_UNREAD]:
        yield from _lines(f"  {each}", "    ")
    if len(unread) > _MOST_UNREAD:
        yield f"  and {len(unread) - _MOST_UNREAD} more, all on the page"


def _files(folder: Path | None) -> list[str]:
    if folder is None:
        return []
    # Not wrapped: a reader copies the paths.
    named = (("page", words.PAGE_FILE), ("cards", words.CARDS_FILE), ("sheet", words.SHEET_FILE),
             ("data", words.DATA_FILE))  # fmt: skip
    return ["", *(f"{name:<6}{folder / file}" for name, file in named)]


def _lines(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(text, WIDTH, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False)
