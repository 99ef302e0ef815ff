"""Tables as people save them: every way of writing the same thing reads the same, and nothing is lost or guessed."""

from __future__ import annotations

import contextlib
import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cramplab.core.errors import FaultsFoundError, UserError
from cramplab.importers.other_languages import NAMES, WEAKER, WORDS
from cramplab.importers.table_columns import UNITS, heading, name_of
from cramplab.importers.table_text import LARGEST_FILE, MOST_ROWS
from cramplab.importers.team_columns import ROSTER, WEIGHINGS
from cramplab.importers.team_table import read_table

NEEDED = [("athlete_id",)]
PLAIN = "athlete_id,date,mass_before_kg,mass_after_kg,drank_L,duration_min\nA1,2026-08-04,62.4,61.3,0.4,75\n"


def read(text, columns=WEIGHINGS, needed=NEEDED):
    return read_table(text if isinstance(text, bytes) else text.encode(), "t.csv", columns, needed)


def values(text, **others):
    (row,) = read(text, **others).rows
    assert row.faults == ()
    return row.values


def fault(text, **others):
    with pytest.raises(FaultsFoundError) as found:
        read(text, **others)
    return str(found.value)


ENCODED = {
    "plain": PLAIN.encode(),
    "byte-order mark": PLAIN.encode("utf-8-sig"),
    "UTF-16": PLAIN.encode("utf-16"),
    "UTF-16 other order": b"\xfe\xff" + PLAIN.encode("utf-16-be"),
    "CRLF": PLAIN.replace("\n", "\r\n").encode(),
    "CR": PLAIN.replace("\n", "\r").encode(),
    "strokes": PLAIN.replace(",", "|").encode(),
    "tabs": PLAIN.replace(",", "\t").encode(),
    "semicolons and decimal commas": PLAIN.replace(",", ";").replace(".", ",").encode(),
    "semicolons and points": PLAIN.replace(",", ";").encode(),
    "sep line": b"sep=;\r\n" + PLAIN.replace(",", ";").encode(),
    "quotes": b'"' + PLAIN.strip().replace(",", '","').replace("\n", '"\n"').encode() + b'"',
    "decimal commas in quotes": PLAIN.replace("62.4", '"62,4"')
    .replace("61.3", '"61,3"')
    .replace("0.4", '"0,4"')
    .encode(),
    "spaces": PLAIN.replace(",", " , ").encode(),
    "spaces without break": PLAIN.replace("62.4", "\u00a062.4\u00a0").encode(),
    "blank lines": b"\n\n" + PLAIN.replace("\n", "\n\n").encode(),
    "empty columns behind": PLAIN.replace("\n", ",,,\n").encode() + b",,,,,,,,\n",
    "capitals": PLAIN.replace("athlete_id", "ATHLETE_ID").replace("mass_before_kg", "Mass_Before_KG").encode(),
    "a title above": b"Team weigh-in,,,,,\n" + PLAIN.encode(),
    "units in cells": PLAIN.replace("62.4", "62.4 kg").replace("0.4,", "400 mL,").replace("drank_L", "drank").encode(),
    "day by points": PLAIN.replace("2026-08-04", "4.8.2026").encode(),
    "clock": PLAIN.replace("duration_min", "duration").replace(",75", ",1:15").encode(),
    "hours": PLAIN.replace("duration_min", "duration (h)").replace(",75", ",1.25").encode(),
    "clock by header": PLAIN.replace("duration_min", "duration h:mm").replace(",75", ",1:15:00").encode(),
    "h and min": PLAIN.replace("duration_min", "Minutes").replace(",75", ",1 h 15 min").encode(),
}


@pytest.mark.parametrize("data", ENCODED.values(), ids=ENCODED)
def test_every_way_to_save_a_table_reads_the_same(data):
    found = values(data)
    assert found == {**values(PLAIN), "drank_L": pytest.approx(0.4)}
    assert found["mass_before_kg"] == 62.4


DAYS = ["28.07.2026", "28.7.26", "28/07/2026", "07/28/2026", "07/28/26", "7-28-26", "2026/07/28", "28-Jul-26",
        "28 juillet 2026", "28. Juli 2026", "28 de julio de 2026", "28-lug-26", "28 jul. 2026", "July 28, 2026",
        "28.07.2026 07:30", "07/28/2026 7:30 AM", "2026-07-28T07:30:00", "46231", "46231.3125"]  # fmt: skip


@pytest.mark.parametrize("cell", DAYS)
def test_days_as_people_and_spreadsheets_write_them(cell):
    assert values(f"id;date\nA1;{cell}\n") == {"athlete_id": "A1", "date": "2026-07-28"}


def test_days_that_are_numbers_are_told():
    assert any("46231 is 2026-07-28" in each for each in read("id;date\nA1;46231\n").notices)


def test_a_day_that_could_be_two_is_decided_by_the_others_of_its_column():
    table = read("id;date\nA1;04/08/26\nA2;28/07/26\n")
    assert [row.values["date"] for row in table.rows] == ["2026-08-04", "2026-07-28"]
    assert any("day/month/year" in each for each in table.notices)


@pytest.mark.parametrize(
    "cell", ["1h30", "1 h 30 min", "1:30", "1:30 h", "90'", "90 min", "1,5 h", "1 Std. 30 Min.", "1h30mn"]
)
def test_durations_as_people_write_them(cell):
    assert values(f"id;Dauer\nA1;{cell}\n")["duration_min"] == 90.0


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_numbers_with_signs_between_thousands_are_never_read_wrong(delimiter):
    for cell in ("1.234,5", "1 234,5", "1,234.5", "1'234,5", "1\u202f234,5"):
        (row,) = read(f'id{delimiter}drank (mL)\nA1{delimiter}"{cell}"\n').rows
        assert "signs between thousands" in str(row.faults[0])
        assert "drank_L" not in row.values
    mixed = read("id;drank (mL);mass before (kg)\nA1;1.234;62,4\nA2;900;61.5\n").rows
    assert "one way" in str(mixed[0].faults[0])


SHEET = "id;mass before (kg);mass after (kg);drank (L);duration (min)\nA1;62,4;61,3;0,4;75\nA2;70;69;1;75\n"


@pytest.mark.parametrize(
    "text",
    [
        "id;mass before;mass after;drank;duration\n;kg;kg;L;min\n" + SHEET.split("\n", 1)[1],
        "id;mass before;mass after;drank;duration\n-;(kg);[kg];(litres);(Min.)\n" + SHEET.split("\n", 1)[1],
        "id;mass before;mass after (kg);drank;duration\n;kg;;L;min\n" + SHEET.split("\n", 1)[1],
        SHEET.replace("A2", "id;mass before (kg);mass after (kg);drank (L);duration (min)\nA2"),
        SHEET.replace("A2;70;69;1;75", "Player;Notes;Post (lb);Pre (lb)\nA2;x;152,118961;154,323583"),
        SHEET + ";;;;\nMean;66,2;65,2;0,7;75\nSD;5;5;0,3;0\n",
        SHEET + "\nTeam average;66,2;65,2;0,7;75\n",
        SHEET.replace("\n", ";;;\n"),
        "".join(f"Title {each}\n" for each in range(11)) + SHEET,
        "Name;Tigers;Date;4 August\n\n" + SHEET,
    ],
    ids=["units", "units in brackets", "some units", "header twice", "another header", "mean", "average",
         "semicolons behind", "titles", "title that looks like a header"],
)  # fmt: skip
def test_what_stands_around_the_rows_of_athletes(text):
    rows = read(text, needed=[*NEEDED, ("mass_before_kg", "mass_after_kg")]).rows
    assert [row.faults for row in rows] == [(), ()]
    assert [row.values["athlete_id"] for row in rows] == ["A1", "A2"]
    assert [row.values["mass_before_kg"] for row in rows] == pytest.approx([62.4, 70.0])
    assert [row.values["mass_after_kg"] for row in rows] == pytest.approx([61.3, 69.0])


def test_a_unit_beneath_a_header_that_says_another_is_a_fault():
    (row,) = read("id;mass before (kg);mass after (kg)\n;lb;kg\nA1;150;151\n").rows
    assert row.values == {"athlete_id": "A1", "mass_after_kg": 151.0}
    assert row.sizes == {"mass_before_kg": 150.0, "mass_after_kg": 151.0}
    assert "'kg and lb'" in str(row.faults[0])


def test_windows_text_is_read_and_told():
    table = read(PLAIN.replace("\n", ",größe\n", 1).encode("cp1252"))
    assert table.rows[0].faults == ()
    assert any("Windows-1252" in each for each in table.notices)


@pytest.mark.parametrize(
    ("header", "cell", "key", "expected"),
    [
        ("Weight before [kg]", "62.4", "mass_before_kg", 62.4),
        ("mass before (lb)", "150", "mass_before_kg", 68.038856),
        ("mass_before_lb", "150", "mass_before_kg", 68.038856),
        ("Weight In (lb)", "150 lbs", "mass_before_kg", 68.038856),
        ("weight in lb", "150", "mass_before_kg", 68.038856),
        ("Pre-weight, kg", "62,4", "mass_before_kg", 62.4),
        ("drank_oz", "20", "drank_L", 0.591471),
        ("Drank (fl oz)", "20", "drank_L", 0.591471),
        ("drank_mL", "1250", "drank_L", 1.25),
        ("duration_h", "2.25", "duration_min", 135.0),
        ("hours", "2.25", "duration_min", 135.0),
        ("minutes", "135", "duration_min", 135.0),
        ("Air (F)", "86", "air_C", 30.0),
        ("air temp °F", "86", "air_C", 30.0),
        ("air_C", "−3", "air_C", -3.0),
        ("RH %", "55 %", "humidity_pct", 55.0),
    ],
)
def test_units_of_weighings_come_from_header_or_cell(header, cell, key, expected):
    assert values(f'id;"{header}"\nA1;{cell}\n')[key] == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(
    ("header", "cell", "key", "expected"),
    [
        ("height_in", "70", "height_cm", 177.8),
        ("Height (m)", "1.78", "height_cm", 178.0),
        ("Sweat rate oz/h", "40", "sweat_rate_L_per_h", 1.182941),
        ("sweat rate (L/h)", "1.2", "sweat_rate_L_per_h", 1.2),
        ("Sweat Na (mg/L)", "2299", "sweat_sodium_mmol_per_L", 100.0),
        ("sodium mmol/L", "48", "sweat_sodium_mmol_per_L", 48.0),
        ("weight in kg", "70", "mass_kg", 70.0),
        ("Age", "24", "age_y", 24.0),
        ("SCT", "Yes", "sickle_cell_trait", True),
        ("Gender", "F", "sex", "female"),
        ("Acclimatised", "partially", "heat_acclimated", "partly"),
        ("cramps", "most events", "cramp_history", "most_events"),
        ("NSAID", "x", "nsaid", True),
        ("Conditions", "Diabetes; past heat stroke", "flags", ("diabetes", "past_heat_stroke")),
    ],
)
def test_units_and_words_of_a_roster(header, cell, key, expected):
    assert values(f'id,"{header}"\nA1,"{cell}"\n', columns=ROSTER)[key] == pytest.approx(expected)


@pytest.mark.parametrize("columns", [ROSTER, WEIGHINGS], ids=["roster", "weighings"])
def test_no_name_means_two_columns_or_two_things_also_in_other_languages(columns):
    said = [(name_of(name), column.key) for column in columns
            for name in (column.key, *column.names, *column.telling)]  # fmt: skip
    assert len({name for name, _ in said}) == len(set(said))
    # What was written in here is what is compared with: else a name could never be found.
    assert all(name_of(name) == name for column in columns for name in (*column.names, *column.telling, *column.words))
    for column in columns:
        for name in (*NAMES.get(column.key, ()), *WEAKER.get(column.key, "").split("|")):
            for each in name.split("|"):
                assert not each.strip() or heading(each.strip().upper(), columns).column == column


@pytest.mark.parametrize("words", [each for column in WORDS.values() for each in [column]], ids=[*WORDS])
def test_no_word_of_a_cell_means_two_things(words):
    said = [(name_of(each), means) for means, text in words.items() for each in text.split("|")]
    assert len({each for each, _ in said}) == len(set(said))


@pytest.mark.parametrize("columns", [ROSTER, WEIGHINGS], ids=["roster", "weighings"])
def test_every_alias_means_its_column_and_no_other(columns):
    owners: dict[str, str] = {}
    for column in columns:
        for name in (column.key, *column.names, *column.telling):
            found = heading(name, columns).column
            assert found is not None, name
            assert found.key == column.key, name
            assert owners.setdefault(name, column.key) == column.key
        for name in column.names:
            for unit in UNITS.get(column.unit, {}):
                written = heading(f"{name.title()} ({unit})", columns)
                assert (written.column, written.unit) == (column, unit), name


@pytest.mark.parametrize("header", ["weight before", "mass_before", "Pre", "Weight In"])
def test_pounds_or_kilograms_are_never_guessed(header):
    table = read(f"id,{header}\nA1,150\nA2,160\nA3,70 kg\n")
    first, second, third = table.rows
    assert first.faults == second.faults
    assert "does not tell its unit" in str(first.faults[0])
    assert "kg or lb" in str(first.faults[0])
    assert "mass_before_kg" not in first.values
    assert third.values["mass_before_kg"] == 70.0


@pytest.mark.parametrize(
    ("header", "cell"),
    [
        ("drank mL", "1,250"), ("drank mL", "1 250"), ("drank mL", "1'250"), ("drank mL", "1,250.5"),
        ("mass before kg", "1.234.567"), ("mass before kg", "heavy"), ("mass before kg", "62.4 stone"),
        ("mass before (kg)", "150 lb"), ("mass before (stone)", "10"), ("duration (min)", "1:75"), ("date", "4/8/2026"),
        ("date", "2026-13-01"), ("date", "31.2.2026"), ("date", "20.7.26"), ("date", "=TODAY()"),
        ("date", "46231000"), ("date", "11111"), ("date", "31-Feb-26"), ("date", "4-8-26-1"), ("date", "24/07/25"),
        ("mass before kg", "1.234,5"), ("mass before kg", "1 234,5"), ("mass before kg", "1,234"),
        ("duration (min)", "12:45"), ("duration (min)", "12:45 h"), ("time", "1:30"),
        ("intensity", "insane"),
        ("mass before kg", "=61+1"), ("mass before kg", "#N/A"), ("mass before kg", "1e400"), ("mass before kg", "nan"),
        ("mass before kg", "9" * 400),
    ],
)  # fmt: skip
def test_what_could_be_two_things_or_nothing_is_a_fault_and_is_kept(header, cell):
    (row,) = read(f'id,"{header}"\nA1,"{cell}"\n').rows
    assert len(row.faults) == 1
    assert "line 2" in row.faults[0].place or "line 1" in row.faults[0].place
    assert row.faults[0].expected
    assert row.cells == {"id": "A1", header: cell}
    assert set(row.values) == {"athlete_id"}


def test_days_are_read_in_the_order_that_one_of_them_decides():
    table = read("id,date\nA1,4/8/2026\nA2,13/8/2026\n")
    assert [row.values["date"] for row in table.rows] == ["2026-08-04", "2026-08-13"]
    assert any("day/month/year" in each for each in table.notices)
    table = read("id,date\nA1,8/4/2026\nA2,8/13/2026\n")
    assert [row.values["date"] for row in table.rows] == ["2026-08-04", "2026-08-13"]
    table = read("id,date\nA1,8/13/2026\nA2,13/8/2026\nA3,4/8/2026\n")
    assert table.rows[2].faults


def test_columns_that_mean_the_same_and_columns_that_are_missing_are_told_at_once():
    said = fault("Pre (kg),weight in (lb),drank L,fluid mL\n1,2,3,4\n", needed=[("athlete_id",)])
    for word in (
        "'Pre (kg)' and 'weight in (lb)' both mean",
        "'drank L' and 'fluid mL'",
        "There is no column 'athlete_id'",
    ):
        assert word in said


def test_sodium_and_labels_among_weighings_are_no_weights_and_no_days():
    table = read("id,Date,Tag,pre (kg),post (kg),Na (mmol/L),Day\nA1,2026-08-04,blue,62,61,48,Tuesday\n")
    assert table.rows[0].faults == ()
    assert table.rows[0].values["mass_after_kg"] == 61.0
    assert table.rows[0].values["date"] == "2026-08-04"


def test_other_columns_are_a_notice_and_their_cells_are_kept():
    table = read("id,mass before kg,Coach notes\nA1,62,=HYPERLINK(1)\n")
    assert table.rows[0].faults == ()
    assert table.rows[0].cells["Coach notes"] == "=HYPERLINK(1)"
    assert any("'Coach notes'" in each for each in table.notices)


def test_lines_are_counted_as_the_spreadsheet_counts_them():
    text = 'id,mass before kg,notes\n\nA1,62,"two\nlines"\nA2,x,\n'
    assert [row.line for row in read(text).rows] == [3, 4]
    assert [row.line for row in read("sep=,\n" + text).rows] == [3, 4]


@pytest.mark.parametrize("title", ["", "Weigh-in\n", 'Weigh-in;"4 August";;\n'])
def test_headings_and_notes_over_several_lines(title):
    table = read(f'{title}"id";"mass\nbefore\n(kg)";"mass\nafter (kg)";"notes"\nA1;62,4;61,3;"two\nlines"\nA2;70;69\n')
    assert [row.values for row in table.rows] == [
        {"athlete_id": "A1", "mass_before_kg": 62.4, "mass_after_kg": 61.3},
        {"athlete_id": "A2", "mass_before_kg": 70.0, "mass_after_kg": 69.0},
    ]
    assert [row.faults for row in table.rows] == [(), ()]


@pytest.mark.parametrize("code", ["#12", "# 12", "12"])
def test_a_number_as_on_a_shirt(code):
    assert values(f"id;mass before (kg)\n{code};70\n")["athlete_id"] == "12"


def test_a_quote_that_nobody_closed_in_a_table_full_of_quotes():
    rows = read('"id","mass before kg","notes"\n"A1","62","open\n"A2","63","fine"\n"A3","64","also"\n').rows
    assert [row.cells["id"] for row in rows if "A" in row.cells["id"]] == ['"A1"', "A2", "A3"]


def test_a_quote_that_nobody_closed_swallows_nobody():
    rows = read('id,mass before kg,notes\nA1,62,"open\nA2,63,fine\nA3,64,also"\nA4,65,\n').rows
    assert [row.values["athlete_id"] for row in rows] == ["A1", "A2", "A3", "A4"]
    assert [row.values["mass_before_kg"] for row in rows] == [62, 63, 64, 65]


def test_a_row_with_too_many_cells_is_kept_and_told():
    (row,) = read("id,mass before kg,mass after kg\nA1,62,4,61,3\n").rows
    assert "5 cells and the header 3" in str(row.faults[0])
    assert list(row.cells.values()) == ["A1", "62", "4", "61", "3"]


def _workbook() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "empty"), (b"\n\n  \n", "empty"), (_workbook(), "XLSX"), (b"%PDF-1.7\n", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1", "XLS"), (b"<html>", "web page"), (b"\xff\xfe\x00", "no text"),
        (PLAIN.encode() + b"\x00", "NUL"), (PLAIN.encode("utf-16-le"), "NUL"), (b"\x81\x8d\x8f", "no text"),
        (b"x" * (LARGEST_FILE + 1), "too large"), (b"athlete_id\n" + b"A1\n" * (MOST_ROWS + 1), "too many rows"),
        (b"athlete_id\n" + b",,\n" * 1_000_000, "too many rows"), (b'"\n' * 2_000_000, "too many rows"),
        (b"athlete_id" + b"," * 500_000, "too many columns"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)  # fmt: skip
def test_what_is_no_table_is_refused_with_what_to_do(data, word):
    assert word in fault(data)


@settings(deadline=None, derandomize=True)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_in_our_words(data):
    for content in (data, PLAIN.encode() + data, b"id;Pre (lb);date\n" + data):
        with contextlib.suppress(UserError):
            read(content)


@settings(deadline=None, derandomize=True)
@given(st.text(alphabet='A1,;\t"\n\r.- /:kglb%=+\u2212', max_size=120))
def test_any_text_is_read_and_no_line_is_lost(text):
    content = "id;mass before kg;notes\n" + text
    try:
        table = read(content)
    except UserError:
        return
    kept = sum(len(cell) for row in table.rows for cell in row.cells.values())
    assert kept > 0 or not any(each.isalnum() for each in text)
