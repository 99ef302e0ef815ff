"""Red flags and limits: every row is on the page, the answer comes first, and nobody needs a log-in or a script."""

from __future__ import annotations

import re

import pytest

from cramplab.safety.limits import load_limits
from cramplab.safety.red_flags import URGENCIES, load_red_flags
from cramplab.safety.wording import advice_found

ROWS = load_red_flags()
NONE_TRUE = "is true now.</strong>"


def plain(html: str) -> str:
    return " ".join(
        re.sub(r"<[^>]+>", " ", html).replace("&#39;", "'").replace("&amp;", "&").replace("&gt;", ">").split()
    )


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_every_row_says_what_to_do_and_then_when(app_client):
    page = app_client.get("/redflags").text
    places = [page.index(f'id="{row.id}"') for row in ROWS]
    assert places == sorted(places)
    for row, start, end in zip(ROWS, places, [*places[1:], page.index('id="ask"')], strict=True):
        told = squeezed(plain(page[start:end]))
        assert told.index(squeezed(row.say)) < told.index(squeezed(row.when))
        for words in (row.more, row.source, row.status):
            assert squeezed(words) in told


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_what_is_ticked_is_answered_before_the_list(app_client, row):
    page = app_client.get("/redflags", params={"yes": row.id}).text
    answer = page[page.index('id="answer"') : page.index("First what to do")]
    assert squeezed(row.say) in squeezed(plain(answer))
    assert ("No plan is made" in answer) is (row.plan == "none")
    assert f'value="{row.id}" checked' in page


def test_the_most_urgent_comes_first_whatever_the_order_of_ticks(app_client):
    page = app_client.get("/redflags", params={"yes": [row.id for row in reversed(ROWS)]}).text
    answer = squeezed(plain(page[page.index('id="answer"') : page.index("First what to do")]))
    by_urgency = sorted(ROWS, key=lambda row: URGENCIES.index(row.urgency))
    assert answer.index(squeezed(by_urgency[0].say)) < answer.index(squeezed(by_urgency[-1].say))
    assert "Noplanismadewiththis" in answer


def test_none_is_an_answer_and_nothing_ticked_is_none(app_client):
    assert NONE_TRUE in app_client.get("/redflags?yes=none").text
    assert 'id="answer"' not in app_client.get("/redflags").text
    # None and some at once: what is true is told.
    both = app_client.get("/redflags", params={"yes": ["none", ROWS[0].id]}).text
    assert NONE_TRUE not in both
    assert squeezed(ROWS[0].say) in squeezed(plain(both))


def test_an_unknown_id_is_never_taken_for_none(app_client):
    page = app_client.get("/redflags", params={"yes": ["<script>alert(1)</script>", "none"]}).text
    assert "<script>alert" not in page
    assert NONE_TRUE not in page


def test_every_limit_with_its_value_source_and_status(app_client):
    page = app_client.get("/limits").text
    told = squeezed(plain(page))
    for each in load_limits().values():
        row = page[page.index(f'id="{each.id}"') :].partition("</tr>")[0]
        assert f"{each.value:g}" in row
        assert squeezed(each.status) in squeezed(plain(row))
        assert squeezed(each.source) in told
    for band in load_limits().bands:
        assert squeezed(band.words) in told


@pytest.mark.parametrize("path", ["/redflags", "/limits", "/about", "/data", "/theories", "/research"])
def test_no_page_gives_advice(app_client, path):
    assert advice_found(app_client.get(path).text) == []
