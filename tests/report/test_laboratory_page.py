"""Page and card of a laboratory run: complete by themselves, true to the record, and readable without colour."""

from __future__ import annotations

import math
import re
from html.parser import HTMLParser

import numpy as np
import pytest
from tests.laboratory_fake import PROTOCOL, SOURCES, VALUES, make_laboratory_run

from cramplab.core.laboratory_folder import laboratory_record
from cramplab.core.laboratory_run import ECTOPIC, MEASURES, SPINAL, STIMULUS, Measured
from cramplab.report import laboratory_figures
from cramplab.report.laboratory_card import ASCII, UNICODE, measures_table, picture
from cramplab.report.laboratory_figures import record_figures
from cramplab.report.laboratory_page import render_laboratory_page
from cramplab.safety.red_flags import load_red_flags

THREE_MB = 3_000_000


class Elements(HTMLParser):
    """Collects elements, ids and words of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, {key: value or "" for key, value in attrs}))

    def handle_data(self, data):
        self.words.append(data)


def page_of(run) -> str:
    return render_laboratory_page(run, laboratory_record(run, PROTOCOL, SOURCES))


@pytest.fixture(scope="module")
def run():
    return make_laboratory_run()


@pytest.fixture(scope="module")
def page(run):
    return page_of(run)


@pytest.fixture(scope="module")
def read(page):
    return Elements(page)


def test_every_red_flag_stands_on_the_page_before_any_number(read):
    words = " ".join(" ".join(read.words).split())
    for row in load_red_flags():
        assert words.index(row.say) < words.index(row.when) < words.index("What was measured")


def test_the_page_loads_nothing_and_runs_nothing(read, page):
    assert "default-src 'none'" in page
    assert not [tag for tag, _ in read.found if tag in ("script", "link", "img", "iframe", "object")]
    for _, attributes in read.found:
        assert not [name for name in attributes if name.startswith("on")]
        for name in ("src", "href", "xlink:href"):
            assert attributes.get(name, "#").startswith("#")


def test_ids_are_used_once_and_every_reference_has_its_target(read, page):
    ids = [attributes["id"] for _, attributes in read.found if "id" in attributes]
    assert len(ids) == len(set(ids))
    named = {each for _, attributes in read.found for each in attributes.get("aria-labelledby", "").split()}
    named |= {attributes["href"][1:] for _, attributes in read.found if "href" in attributes}
    named |= set(re.findall(r"url\(#([^)]+)\)", page))
    assert named <= set(ids)


def test_the_same_run_gives_the_same_page(page):
    assert page_of(make_laboratory_run()) == page


def test_every_measure_stands_there_with_its_unit(read):
    words = " ".join(" ".join(read.words).split())
    for told in ("18.0 Hz", "15.0 s", "41.0 %", "14.5 imp/s", "28.7 N"):
        assert told in words
    assert set(VALUES) == set(MEASURES)
    assert all(meaning[1:] in words for _, meaning in MEASURES.values())


def test_what_could_not_be_measured_is_said(run):
    none = make_laboratory_run(measures={"cramp_duration": Measured(math.nan, "s", "no cramp came")})
    words = " ".join(Elements(page_of(none)).words)
    assert "Not to be measured here" in words
    assert "no cramp came" in words


def test_trials_events_and_protocol_stand_there(read):
    words = " ".join(" ".join(read.words).split())
    assert "stretched to 1.25 optimal lengths" in words
    assert "A ladder, invented for a test." in words
    assert words.count(" no ") >= 2
    assert "Trains of the ladder" in words


def test_assumptions_come_with_their_origin_those_from_memory_first(page):
    assert page.index("spindle.rate") < page.index("motor_terminal.gain")
    assert "FROM MEMORY" in page
    assert "size &lt;of&gt; a neuron" in page


def test_discharges_are_counted_by_origin(read, run):
    words = " ".join(read.words)
    for origin in (SPINAL, STIMULUS, ECTOPIC):
        assert f"{np.count_nonzero(run.spike_origin == origin):,}" in words


def test_origins_are_drawn_at_different_heights_of_a_row(run):
    spans = [laboratory_figures._MARKS[origin][1:3] for origin in (SPINAL, STIMULUS, ECTOPIC)]
    assert len(set(spans)) == 3
    (_, top_of_stimulus), (bottom_of_ectopic, _) = spans[1], spans[2]
    assert top_of_stimulus < bottom_of_ectopic
    for figure in record_figures(run):
        assert "lower third" in figure.caption
        assert "upper third" in figure.caption


def test_a_short_record_is_drawn_whole_and_a_long_one_around_the_cramp_too(run):
    assert [each.name for each in record_figures(run)] == ["record", "onset"]
    assert [each.name for each in record_figures(make_laboratory_run(trains=20))] == ["detail", "record", "onset"]
    calm = make_laboratory_run(trains=20, events=())
    assert [each.name for each in record_figures(calm)] == ["detail", "record"]


def test_every_figure_has_the_numbers_behind_it(run):
    for each in record_figures(run):
        assert 5 <= len(each.rows) <= 12
        assert {len(row) for row in each.rows} == {len(each.columns)}


def test_the_page_stays_light_and_says_what_it_leaves_out():
    heavy = make_laboratory_run(unit_count=120, trains=30, rate=60.0)
    assert heavy.spike_time_s.size > 6 * laboratory_figures.MOST_SPIKES
    page = page_of(heavy)
    assert len(page.encode()) < THREE_MB
    assert re.search(r"Only \d+ of the 120 motor units are drawn", page)


def test_too_many_discharges_are_thinned_evenly_over_the_pool(monkeypatch, run):
    monkeypatch.setattr(laboratory_figures, "MOST_SPIKES", run.spike_time_s.size // 3)
    rows, told = laboratory_figures._rows_to_draw(run, (0.0, run.duration_s), single=True)
    assert rows[0] == 0
    assert rows[-1] == run.unit_count - 1
    assert 2 <= rows.size <= run.unit_count // 2
    assert told.startswith(f"Only {rows.size} of the {run.unit_count}")


def test_no_peak_is_lost_when_a_line_is_thinned():
    times = np.linspace(0, 1000, 100_001)
    values = np.zeros(times.size, dtype=np.float32)
    values[77_777] = 5.0
    x, y = laboratory_figures._thinned(times, values, (0.0, 1000.0))
    assert y.max() == 5.0
    assert x.size < 2000
    assert np.all(np.diff(x) > 0)


@pytest.mark.filterwarnings("error")
def test_a_muscle_that_does_nothing_can_be_drawn(run):
    still = {name: np.zeros(run.time_s.size) for name in ("force", "emg", "stimulation")}
    silent = make_laboratory_run(spike_time_s=[], spike_unit=[], spike_origin=[], events=(), trials=(), series=still)
    assert "Laboratory" in page_of(silent)
    assert picture(silent)


def test_one_motor_unit_can_be_drawn():
    assert "Laboratory" in page_of(make_laboratory_run(unit_count=1))


# --- on the terminal


def test_the_table_names_every_measure_with_its_unit(run):
    table = measures_table(laboratory_record(run, PROTOCOL, SOURCES), "out/here")
    for name, value in VALUES.items():
        row = next(line for line in table.splitlines() if line.strip().startswith(name))
        assert f"{value:.3g}" in row
    assert "simulated, not measured" in table
    assert "out/here/report.html" in table


@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_picture_fits_the_terminal(run, width):
    assert max(map(len, picture(run, width).splitlines()[:-1])) <= width


def test_the_picture_tells_the_origins_apart_without_colour(run):
    for signs in (UNICODE, ASCII):
        drawn = picture(run, 100, signs)
        assert len(set(signs.origins.values())) == 3
        for sign in signs.origins.values():
            assert sign in drawn
        assert "\x1b" not in drawn
    assert picture(run, 100, ASCII).isascii()


def test_the_picture_shows_the_train_the_cramp_and_the_stretch_in_this_order(run):
    lines = picture(run, 110, ASCII).splitlines()
    marked = next(line for line in lines if "^stretch" in line)
    train = next(line for line in lines if line.strip().startswith("stimulation"))
    assert train.index("#") < marked.index("=") < marked.index("^stretch")
    force = next(line for line in lines if line.strip().startswith("force"))
    assert force[marked.index("=") + 5] == "#"
    assert "to 28 N" in force


def test_the_smallest_motor_unit_is_at_the_bottom(run):
    rows = [line.split()[1] for line in picture(run, 80).splitlines() if line.strip().startswith("unit ")]
    assert rows == [str(each) for each in range(run.unit_count, 0, -1)]
