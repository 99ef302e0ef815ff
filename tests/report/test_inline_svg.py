"""Drawings inside a page: styles as attributes, ids of their own, words for those who do not see them."""

from __future__ import annotations

import pytest

from cramplab.report.inline_svg import inline_svg

DRAWING = """<?xml version="1.0"?>
<svg xmlns="http://www.w3.org/2000/svg" width="10pt" height="10pt" viewBox="0 0 10 10" version="1.1">
 <metadata>who made it</metadata>
 <defs>
  <style type="text/css">*{{stroke-linejoin: round; stroke-linecap: butt}}</style>
 </defs>
 <defs><clipPath id="p1"><path id="m1" d="M0 0"/></clipPath></defs>
 <g clip-path="url(#p1)"><path d="M 1.23456 2" style="{style}"/></g>
</svg>"""


def drawn(style: str = "fill: none; stroke: #ddd") -> str:
    return inline_svg(DRAWING.format(style=style), "one", "A title & more", "All <words>")


def test_styles_become_attributes():
    text = drawn("fill: none; stroke: #ddd; stroke-dasharray: 5,2; font-family: 'DejaVu Sans'; font-size: 9.5px")
    assert 'fill="none" stroke="#ddd" stroke-dasharray="5,2"' in text
    assert 'font-family="\'DejaVu Sans\', Verdana, sans-serif" font-size="9.5px"' in text
    assert "style" not in text


def test_what_held_for_all_elements_is_inherited_from_the_outermost():
    opening = drawn().split(">", 1)[0]
    assert 'stroke-linejoin="round"' in opening
    assert 'stroke-linecap="butt"' in opening


def test_other_definitions_stay_and_get_ids_of_their_own():
    text = drawn()
    assert '<clipPath id="one-p1">' in text
    assert "url(#one-p1)" in text
    assert "who made it" not in text


@pytest.mark.parametrize("style", ["font: 10px sans-serif", "mix-blend-mode: multiply"])
def test_a_style_that_no_attribute_can_say_is_not_lost_in_silence(style):
    with pytest.raises(ValueError, match=style.split(":")[0]):
        drawn(style)


def test_it_has_words():
    text = drawn()
    assert '<title id="one-title">A title &amp; more</title>' in text
    assert '<desc id="one-desc">All &lt;words&gt;</desc>' in text
