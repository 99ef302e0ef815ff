"""Turns a drawing of matplotlib into an element of a page: ids of its own, words to be read aloud, no style sheet."""

from __future__ import annotations

import re
from html import escape

# What matplotlib asks for of every element, and the properties that SVG knows as attributes.
_INHERITED = 'stroke-linejoin="round" stroke-linecap="butt"'
_DRAWN_BY = frozenset(
    ("fill", "fill-opacity", "fill-rule", "font-family", "font-size", "font-style", "font-weight", "opacity", "stroke",
     "stroke-dasharray", "stroke-dashoffset", "stroke-linecap", "stroke-linejoin", "stroke-miterlimit",
     "stroke-opacity", "stroke-width", "text-anchor")
)  # fmt: skip


def inline_svg(svg: str, name: str, title: str, described: str) -> str:
    """Turn a standalone SVG file into an element of the page: no prologue, no foreign addresses, ids of its own.

    Parameters
    ----------
    name
        Stands before every id, so that two figures of a page have none in common.
    title, described
        What a screen reader says of it, in short and in full.
    """
    start = svg.index("<svg")
    opening, drawing = svg[start : svg.index(">", start)], svg[svg.index(">", start) + 1 :]
    opening = re.sub(r'\s(?:xmlns(?::\w+)?|width|height|version)="[^"]*"', "", opening)
    drawing = re.sub(r"<metadata>.*?</metadata>", "", drawing, flags=re.DOTALL)
    drawing = drawing.replace("xlink:href=", "href=").replace("'DejaVu Sans'", "'DejaVu Sans', Verdana, sans-serif")
    for reference in ('id="', "url(#", 'href="#'):
        drawing = drawing.replace(reference, f"{reference}{name}-")
    opening, drawing = f"{opening} {_INHERITED}", _without_styles(drawing)
    drawing = re.sub(r"-?\d+\.\d{3,}", lambda found: f"{float(found.group()):.2f}", drawing)
    words = f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(described)}</desc>'
    return f'{opening} role="img" aria-labelledby="{name}-title {name}-desc">{words}{drawing}'.strip()


def _without_styles(drawing: str) -> str:
    """Write styles as attributes: a page that allows style sheets from files alone would not draw them."""
    drawing = re.sub(r"\s*(?:<defs>\s*)?<style.*?</style>(?:\s*</defs>)?", "", drawing, flags=re.DOTALL)
    return re.sub(r'style="([^"]*)"', lambda found: _attributes(found.group(1)), drawing)


def _attributes(style: str) -> str:
    pairs = [each.split(":", 1) for each in style.split(";") if each.strip()]
    told = {name.strip(): value.strip() for name, value in pairs}
    if not set(told) <= _DRAWN_BY:
        raise ValueError(f"no attribute of SVG: {sorted(set(told) - _DRAWN_BY)}")
    return " ".join(f'{name}="{value}"' for name, value in told.items())
