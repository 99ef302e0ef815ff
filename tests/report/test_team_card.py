"""What a team prints on the terminal: the gains first, everybody in a line, and it fits."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from tests.report import team_fake
from tests.report.team_fake import GAINED, HEAVIER, SEVERE, UNREAD, YOUNG

from cramplab.core.team_result import team_tree
from cramplab.report import team_words
from cramplab.report.prose import WIDTH
from cramplab.report.team_card import team_card
from cramplab.safety.red_flags import stop_line
from cramplab.safety.wording import advice_found, sentences

TREES = {
    "metric": team_fake.tree(),
    "us": team_fake.tree("us"),
    "no outlook": team_fake.tree(with_outlook=False),
    "sixty": team_fake.large(),
}


def in_one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text)


@pytest.mark.parametrize("name", TREES)
def test_it_fits_and_the_gains_come_first(name):
    text = team_card(TREES[name], None)
    lines = text.splitlines()
    assert max(map(len, lines)) <= WIDTH
    assert lines[0].startswith("!! WEIGHT GAIN")
    assert HEAVIER.say in in_one_line(text)
    up = [row["athlete"]["id"] for row in TREES[name]["rows"] if team_words.gained(row)]
    assert sum(line.startswith("!! WEIGHT GAIN") for line in lines) == len(up)
    table = next(number for number, line in enumerate(lines) if line.startswith("athlete"))
    assert lines[table + 1].split()[0] == up[0]


@pytest.mark.parametrize("name", TREES)
def test_no_sentence_joins_intake_and_cramp(name):
    text = team_card(TREES[name], Path("out/team"))
    assert advice_found(text) == []
    assert not [each for each in sentences(text) if re.search("cramp(?!lab)", each) and "drink" in each.lower()]
    assert stop_line() in in_one_line(text)


def test_each_theory_has_its_widest_range_under_the_table():
    told = in_one_line(team_card(TREES["metric"], None))
    for at, name in enumerate(team_fake.CLAIMS):
        every = [each["theories"][name] for each in TREES["metric"]["outlook"]["athletes"].values()
                 if not each["unknown"]]  # fmt: skip
        low, high = max(((each["low"], each["high"]) for each in every), key=lambda ends: ends[1] - ends[0])
        assert f"{name.replace('_', ' ')} ({low:.0f}-{high:.0f})" in told, at
    assert "widest range" not in team_card(TREES["no outlook"], None)


def test_the_session_is_told_in_the_readers_units():
    assert "air of 31 °C" in in_one_line(team_card(TREES["metric"], None))
    assert "air of 88 °F" in in_one_line(team_card(TREES["us"], None))


def test_everybody_has_a_line_with_change_amount_and_sweat_rate():
    text = team_card(TREES["metric"], None)
    line = next(line for line in text.splitlines() if line.startswith(SEVERE))
    assert re.search(r"-5\.5 +9\.4-11\.2 +2\.40 \(1\.80-3\.12\)", line)
    for row in TREES["sixty"]["rows"]:
        assert f"\n{row['athlete']['id']} " in team_card(TREES["sixty"], None)


def test_sixty_athletes_stay_readable():
    assert len(team_card(TREES["sixty"], None).splitlines()) < 130


def test_no_flag_is_cut():
    text = in_one_line(team_card(TREES["metric"], None))
    for row in TREES["metric"]["rows"]:
        for flag in row["flags"]:
            for word in flag["short"].split():
                assert word in text or word.upper() in text


def test_who_is_told_no_number_gets_a_question_mark_and_the_reason():
    text = team_card(TREES["metric"], None)
    line = next(line for line in text.splitlines() if line.startswith(YOUNG))
    assert line.count("?") == len(team_fake.CLAIMS)
    assert f"We do not know for {YOUNG}: Nobody under 18" in in_one_line(text)


def test_the_theories_are_named_and_nobody_is_said_to_know():
    text = in_one_line(team_card(TREES["metric"], None))
    for name in team_fake.CLAIMS:
        assert name.replace("_", " ") in text
    assert team_words.NOT_BLENDED in text
    assert team_words.NOT_BLENDED not in in_one_line(team_card(TREES["no outlook"], None))


def test_what_could_not_be_read_stands_below_the_table():
    text = in_one_line(team_card(TREES["metric"], None))
    for sentence in UNREAD:
        assert text.index(GAINED) < text.index(sentence)
    many = tuple(f"weighins.csv, row {number}: no mass." for number in range(40))
    assert "more, all on the page" in team_card(team_tree(team_fake.team(unread=many)), None)


def test_files_are_named_only_if_they_were_written():
    folder = Path("out/some-very-long-name-of-a-folder" * 3)
    text = team_card(TREES["metric"], folder)
    for name in (team_words.PAGE_FILE, team_words.CARDS_FILE, team_words.SHEET_FILE, team_words.DATA_FILE):
        assert str(folder / name) in text
    assert ".html" not in team_card(TREES["metric"], None)


def test_a_long_code_keeps_its_letters_and_two_theories_may_begin_alike():
    code = "A" * 32
    rows = (team_fake.row(code, "", 80.0, 79.0),)
    told = team_fake.outlook(rows)
    alike = {"vascular_one": "x", "vascular_two": "y"}
    text = team_card(team_tree(team_fake.team(rows=rows, outlook=replace(told, claims=alike))), None)
    assert code in text
    head = next(line for line in text.splitlines() if line.startswith("athlete"))
    assert {"va01", "va02"} <= set(head.split())


def test_a_team_without_anybody_is_borne():
    assert "0 athletes" in team_card(team_tree(team_fake.team(rows=(), outlook=None)), None)
