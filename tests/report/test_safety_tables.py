"""Red flags and limits on a web page: every row, with its source and what of it was checked."""

from __future__ import annotations

import html
import re

import pytest

from cramplab.report.document import template
from cramplab.report.safety_tables import limits_context, red_flags_context
from cramplab.safety.limits import load_limits
from cramplab.safety.red_flags import load_red_flags
from cramplab.safety.wording import advice_found


def words_of(text: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", text)))


@pytest.fixture(scope="module")
def flags() -> str:
    return template("red_flags_list.html.j2").render(red_flags_context())


@pytest.fixture(scope="module")
def limits() -> str:
    return template("limits_table.html.j2").render(limits_context())


def test_every_red_flag_says_first_what_to_do(flags):
    parts = flags.split("<li ")[1:]
    assert len(parts) == len(load_red_flags())
    for row, part in zip(load_red_flags(), parts, strict=True):
        text = words_of(part)
        assert text.index(row.say) < text.index(re.sub(r"\s+", " ", row.when))
        assert row.source in text
        assert row.status[1:] in text
        assert ('class="memory"' in part) == row.from_memory
        assert not row.url or f'href="{html.escape(row.url)}"' in part


def test_how_pressing_a_red_flag_is_stands_as_shape_and_word(flags):
    for sign, word in red_flags_context()["urgencies"].values():
        assert f"{sign}</span> {word}</span>" in flags


def test_every_limit_has_value_action_source_and_status(limits):
    rows = re.findall(r'<tr id="limit-.*?</tr>', limits, re.DOTALL)
    assert len(rows) == len(load_limits())
    for limit, row in zip(load_limits().values(), rows, strict=True):
        text = words_of(row)
        for told in (limit.rule, limit.source, limit.status):
            assert re.sub(r"\s+", " ", told) in text
        assert f"{limit.value:.3g}".replace("-", "−") in text or f"{limit.value:g}" in text


def test_every_heat_band_is_there(limits):
    text = words_of(limits)
    for band in load_limits().bands:
        assert band.words in text


def test_a_stricter_limit_says_from_what(tmp_path):
    own = tmp_path / "own.toml"
    own.write_text('[[limit]]\nid = "hourly_default"\nvalue = 0.6\nreason = "club rule"\n', encoding="utf-8")
    text = words_of(template("limits_table.html.j2").render(limits_context(own)))
    assert "made stricter, from 0.8 L/h: club rule" in text


def test_us_limits_are_in_the_readers_units():
    text = words_of(template("limits_table.html.j2").render(limits_context(us_units=True)))
    assert "fl oz/h" in text
    assert "°F" in text


def test_nothing_there_reads_like_advice_on_cramps(flags, limits):
    assert advice_found(flags) == []
    assert advice_found(limits) == []
