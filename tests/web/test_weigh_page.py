"""The scale: nothing typed is lost or kept twice, and a gain of weight is told at once, whatever else is wrong."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.web.app_client import AppClient

from cramplab.core.team import Athlete, Weighing
from cramplab.web.storage.athletes import add_athlete
from cramplab.web.storage.database import DiskFullError
from cramplab.web.storage.team_settings import TeamSettings, keep_team_settings
from cramplab.web.storage.weighings import all_weighings, history_of, import_weighings
from cramplab.web.team.weigh_form import LARGEST_CHANGE_PCT, doubts, read_weighing
from cramplab.web.typed_numbers import TypedUnits

PLACE = {"athlete": "FB54", "date": "2026-08-04", "session": "AM"}
GAIN = PLACE | {"before": "104.1", "after": "104.9", "drank": "3.9", "minutes": "135"}


def hidden(text: str, name: str) -> str:
    """Give the value of a hidden field of the form of the scale."""
    form = text.partition('id="weigh"')[2]
    found = re.search(rf'name="{name}" value="([^"]*)"', form)
    assert found
    return found[1]


def typed_on(client: AppClient, **values: str) -> dict[str, str]:
    """Open the scale for an athlete, and give the form with what is typed into it."""
    text = client.get("/team/weigh", params=PLACE).text
    return PLACE | {"token": hidden(text, "token"), "replaces": hidden(text, "replaces")} | values


def followed(client: AppClient, form: dict[str, str]) -> Any:
    """Save, and give the page to which that leads."""
    return client.submit("/team/weigh", form, follow_redirects=True)


def kept(client: AppClient) -> list[Weighing]:
    """Give what holds now."""
    return [each.weighing for each in all_weighings(client.database)]


def first_alert(text: str) -> str:
    """Give the first alert of a page."""
    return text.partition('role="alert"')[2].partition("</section>")[0].partition("</div>")[0]


def test_a_saved_weighing_is_on_the_disk_before_it_is_answered_for(app_client: AppClient, data_file: Path) -> None:
    answer = app_client.submit("/team/weigh", typed_on(app_client, before="104,1"))
    assert answer.status_code == 303
    other = sqlite3.connect(data_file)
    try:
        assert other.execute("select code, mass_before_kg from weighing").fetchall() == [("FB54", 104.1)]
    finally:
        other.close()


def test_the_weight_after_completes_the_one_before(app_client: AppClient) -> None:
    followed(app_client, typed_on(app_client, before="136.4"))
    form = typed_on(app_client, before="136.4", after="132.9", drank="1.8", urine="0", minutes="2:15")
    text = followed(app_client, form).text
    assert kept(app_client) == [Weighing("FB54", "2026-08-04", "AM", 136.4, 132.9, 1.8, 0.0, 135.0)]
    assert "Saved: FB54" in text
    assert "−2.6 %" in text
    assert len(history_of(app_client.database, "FB54")) == 2


def test_after_alone_from_a_form_that_knew_no_before_completes_it_too(app_client: AppClient) -> None:
    late = typed_on(app_client, after="103.0")
    followed(app_client, typed_on(app_client, before="104.1", drank="1"))
    followed(app_client, late)
    assert kept(app_client) == [Weighing("FB54", "2026-08-04", "AM", 104.1, 103.0, 1.0)]


def test_a_gain_is_the_first_alert_with_what_to_do(app_client: AppClient) -> None:
    followed(app_client, typed_on(app_client, before="104.1"))
    text = followed(app_client, typed_on(app_client, **GAIN)).text
    alert = first_alert(text)
    for words in ("FB54", "HEAVIER", "+0.8 kg", "+0.8 %", "Stop drinking", "medical help", "/redflags"):
        assert words in alert
    assert text.index('role="alert"') < text.index("<h1")
    # It stays on top of every page until a later weighing shows otherwise.
    assert "FB54 weighed more after than before" in first_alert(app_client.get("/team/weigh").text)
    assert "HEAVIER" in text.partition('id="scale-list"')[2].partition("</li>")[0]


def test_the_smallest_gain_shows_as_a_gain(app_client: AppClient) -> None:
    text = followed(app_client, typed_on(app_client, before="80.00", after="80.01")).text
    assert "+0.01 kg" in first_alert(text)


@pytest.mark.parametrize("wrong", [{"drank": "a lot"}, {"minutes": "-5"}, {"urine": "1.2.3"}, {"drank": "99"}])
def test_a_gain_is_kept_and_told_whatever_else_is_wrong(app_client: AppClient, wrong: dict[str, str]) -> None:
    answer = followed(app_client, typed_on(app_client, **(GAIN | wrong)))
    assert "HEAVIER" in first_alert(answer.text)
    assert [each.gained for each in kept(app_client)] == [True]
    if wrong != {"drank": "99"}:
        assert f'value="{next(iter(wrong.values()))}"' in answer.text


def test_a_gain_waits_for_nobody_in_two_windows(app_client: AppClient) -> None:
    first, second = typed_on(app_client, before="104.1", after="103.0"), typed_on(app_client, **GAIN)
    followed(app_client, first)
    assert "HEAVIER" in first_alert(followed(app_client, second).text)
    assert sorted(each.gained for each in kept(app_client)) == [False, True]


def test_the_same_form_sent_twice_is_kept_once(app_client: AppClient) -> None:
    form = typed_on(app_client, before="84.9", after="83.6")
    answers = [app_client.submit("/team/weigh", form) for _ in range(3)]
    assert {each.status_code for each in answers} == {303}
    assert len({each.headers["location"] for each in answers}) == 1
    assert len(kept(app_client)) == 1


def test_the_second_of_two_windows_is_told_and_nothing_is_lost(app_client: AppClient) -> None:
    followed(app_client, typed_on(app_client, before="84.9", after="83.6"))
    first, second = typed_on(app_client, after="83.5"), typed_on(app_client, after="83.1")
    first["before"] = second["before"] = "84.9"
    assert app_client.submit("/team/weigh", first).status_code == 303
    answer = followed(app_client, second)
    assert answer.status_code == 409
    assert "in another window" in answer.text
    assert "83.5 kg" in answer.text
    assert 'value="83.1"' in answer.text
    assert [each.mass_after_kg for each in kept(app_client)] == [83.5]
    # Knowing that, saving again puts it in its place.
    again = second | {"token": hidden(answer.text, "token"), "replaces": hidden(answer.text, "replaces")}
    followed(app_client, again)
    assert [each.mass_after_kg for each in kept(app_client)] == [83.1]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"before": "12"}, "Before is 12 kg"),
        ({"before": "300"}, "Before is 300 kg"),
        ({"before": "104", "after": "80"}, "in one session"),
        ({"before": "229.3"}, "pounds"),
        ({"before": "84"}, "weighed 104 kg otherwise"),
    ],
)
def test_what_can_hardly_be_right_is_asked_back_and_can_be_saved(
    app_client: AppClient, values: dict[str, str], words: str
) -> None:
    add_athlete(app_client.database, Athlete("FB54", mass_kg=104.0))
    form = typed_on(app_client, **values)
    answer = followed(app_client, form)
    assert answer.status_code == 422
    assert words in answer.text
    assert all(f'value="{value}"' in answer.text for value in values.values())
    assert not kept(app_client)
    assert app_client.submit("/team/weigh", form | {"sure": "yes"}).status_code == 303
    assert len(kept(app_client)) == 1


def test_what_is_no_number_is_told_at_its_field_and_stays(app_client: AppClient) -> None:
    answer = followed(app_client, typed_on(app_client, before="eighty", after="1e3", drank="1,000.5"))
    assert answer.status_code == 422
    assert answer.text.count('aria-invalid="true"') == 3
    assert 'value="eighty"' in answer.text
    assert not kept(app_client)
    assert followed(app_client, typed_on(app_client)).status_code == 422


def test_undo_opens_a_completed_weighing_again_and_withdraws_a_new_one(app_client: AppClient) -> None:
    followed(app_client, typed_on(app_client, before="84.9"))
    followed(app_client, typed_on(app_client, before="84.9", after="83.6"))
    number = all_weighings(app_client.database)[0].id
    app_client.submit(f"/team/weigh/{number}/undo")
    assert [each.mass_after_kg for each in kept(app_client)] == [None]
    assert len(history_of(app_client.database, "FB54")) == 3
    assert app_client.submit(f"/team/weigh/{number}/undo").status_code == 303, "the second of two clicks"
    assert len(history_of(app_client.database, "FB54")) == 3
    new = followed(app_client, typed_on(app_client, session="PM", before="84.0", replaces=""))
    assert new.status_code == 200
    last = max(each.id for each in all_weighings(app_client.database))
    for _ in range(2):
        assert app_client.submit(f"/team/weigh/{last}/undo").status_code == 303
    assert [each.session for each in kept(app_client)] == ["AM"]


def test_undo_of_what_was_corrected_since_is_told(app_client: AppClient) -> None:
    followed(app_client, typed_on(app_client, before="84.9"))
    number = all_weighings(app_client.database)[0].id
    followed(app_client, typed_on(app_client, before="84.8"))
    assert app_client.submit(f"/team/weigh/{number}/undo").status_code == 422
    assert [each.mass_before_kg for each in kept(app_client)] == [84.8]


@pytest.mark.parametrize("after", ["83.6", "85.2"])
def test_a_full_disk_is_told_as_such_and_not_as_another_window(
    app_client: AppClient, monkeypatch: pytest.MonkeyPatch, after: str
) -> None:
    def full(*_: object, **__: object) -> None:
        raise DiskFullError("The disk is full.")

    monkeypatch.setattr("cramplab.web.storage.weighings.add_weighing", full)
    answer = followed(app_client, typed_on(app_client, before="84.9", after=after))
    assert answer.status_code == 507
    assert "The disk is full" in answer.text


def test_pounds_are_read_and_written_and_kept_as_kilograms(app_client: AppClient) -> None:
    keep_team_settings(app_client.database, TeamSettings("us"))
    followed(app_client, typed_on(app_client, before="229.5", drank="32"))
    assert kept(app_client)[0].mass_before_kg == pytest.approx(104.0994, abs=1e-3)
    assert kept(app_client)[0].drank_L == pytest.approx(0.94635, abs=1e-4)
    text = app_client.get("/team/weigh", params=PLACE).text
    assert 'value="229.5"' in text
    # What nobody changed keeps its last digit: no gain comes out of rounding.
    form = typed_on(app_client, before="229.5", after="229.5", drank="32")
    assert "HEAVIER" not in followed(app_client, form).text
    assert kept(app_client)[0].change_kg == 0.0


def test_who_is_not_on_the_roster_can_be_weighed_and_a_name_is_refused(app_client: AppClient) -> None:
    assert "not on the roster" in app_client.get("/team/weigh", params=PLACE).text
    assert app_client.get("/team/weigh", params=PLACE | {"athlete": "Jo Smith"}).status_code == 422
    assert followed(app_client, PLACE | {"athlete": "../x", "before": "80"}).status_code == 404
    add_athlete(app_client.database, Athlete("FB54"))
    followed(app_client, typed_on(app_client, before="80") | {"athlete": "fb54"})
    assert [each.athlete for each in kept(app_client)] == ["FB54"]


def test_session_and_day_stay_from_athlete_to_athlete(app_client: AppClient) -> None:
    add_athlete(app_client.database, Athlete("FB07"))
    answer = followed(app_client, typed_on(app_client, before="80", minutes="90"))
    for words in ("date=2026-08-04", "session=AM", "minutes=90", "athlete=FB07"):
        assert words in answer.text
    assert app_client.get("/team/weigh?date=nonsense&saved=-1").status_code == 200


def test_script_in_the_name_of_a_session_is_inert(app_client: AppClient) -> None:
    form = typed_on(app_client, before="80") | {"session": "<script>alert(1)</script>"}
    assert "<script>alert" not in followed(app_client, form).text


@given(value=st.floats(1.0, 5000.0), us=st.booleans(), unit=st.sampled_from(["kg", "L", "min", "cm", "degC"]))
def test_a_number_written_into_a_field_is_read_back(value: float, us: bool, unit: str) -> None:
    units = TypedUnits(us)
    text = units.write(value, unit)
    again = units.read(text, unit)
    assert again is not None
    assert units.write(again, unit) == text
    assert again == pytest.approx(value, abs=0.6)


@given(
    before=st.floats(1.0, 2000.0),
    gain=st.floats(0.01, 500.0),
    usual=st.none() | st.floats(30.0, 200.0),
    us=st.booleans(),
    junk=st.text(max_size=8),
)
def test_no_check_ever_stands_before_a_gain(
    before: float, gain: float, usual: float | None, us: bool, junk: str
) -> None:
    typed = {"before": f"{before:.2f}", "after": f"{before + gain + 0.01:.2f}", "drank": junk, "minutes": junk}
    weighing, _ = read_weighing(typed, Weighing("A1"), TypedUnits(us), standing=False)
    assert weighing.gained
    assert doubts(weighing, usual, TypedUnits(us)) == []


def test_the_largest_change_that_nobody_asks_about_is_told_in_both_directions() -> None:
    less = Weighing("A1", mass_before_kg=100.0, mass_after_kg=100.0 - LARGEST_CHANGE_PCT - 0.1)
    assert any("session" in each.words for each in doubts(less, None, TypedUnits()))
    assert not doubts(Weighing("A1", mass_before_kg=100.0, mass_after_kg=97.0), None, TypedUnits())


def test_the_gain_just_written_down_comes_before_an_earlier_one(app_client: AppClient) -> None:
    followed(app_client, typed_on(app_client, **GAIN) | {"athlete": "A1"})
    text = followed(app_client, typed_on(app_client, before="80", after="80.2")).text
    assert "FB54" in first_alert(text)
    assert text.index("FB54 is HEAVIER") < text.index("A1 too weighed more") < text.index("<h1")


def test_the_enter_key_never_means_save_anyway(app_client: AppClient) -> None:
    text = followed(app_client, typed_on(app_client, before="300")).text
    form = text.partition('id="weigh"')[2].partition("</form>")[0]
    buttons = re.findall(r'<button type="submit"([^>]*)>', form)
    assert len(buttons) == 2
    assert "sure" not in buttons[0]
    assert "sure" in buttons[1]


def correction(client: AppClient, number: int) -> dict[str, str]:
    """Open one weighing to be corrected, and give its form."""
    text = client.get("/team/weigh", params={"entry": number}).text
    names = ("token", "replaces", "athlete", "date", "session")
    return {name: hidden(text, name) for name in names} | {
        name: found[1] if (found := re.search(rf'name="{name}"[^>]*value="([^"]*)"', text)) else ""
        for name in ("before", "after", "drank", "urine", "minutes")
    }


def test_a_weighing_without_a_day_is_corrected_and_stays_without(app_client: AppClient) -> None:
    import_weighings(app_client.database, [Weighing("FB54", mass_before_kg=104.1, mass_after_kg=103.0)])
    number = all_weighings(app_client.database)[0].id
    assert f"/team/weigh?entry={number}" in app_client.get("/athlete/FB54").text
    form = correction(app_client, number)
    assert (form["before"], form["after"], form["date"]) == ("104.1", "103", "")
    followed(app_client, form | {"after": "102.0"})
    assert kept(app_client) == [Weighing("FB54", mass_before_kg=104.1, mass_after_kg=102.0)]
    assert app_client.get("/team/weigh", params={"entry": number}).status_code == 404


def test_each_of_several_weighings_of_a_session_can_be_corrected(app_client: AppClient) -> None:
    morning = [Weighing("FB54", "2026-08-04", "AM", 104.1, after) for after in (103.0, 102.5)]
    import_weighings(app_client.database, morning)
    first, second = (each.id for each in all_weighings(app_client.database))
    page = app_client.get("/team/weigh", params=PLACE).text
    assert "more than once" in page
    assert f"entry={first}" in page
    followed(app_client, correction(app_client, first) | {"after": "103.5"})
    assert {each.mass_after_kg for each in kept(app_client)} == {102.5, 103.5}
    assert second in {each.id for each in all_weighings(app_client.database)}


def test_a_day_still_to_come_is_asked_back(app_client: AppClient) -> None:
    opened = app_client.get("/team/weigh", params={"athlete": "FB54", "date": "2062-08-04"})
    assert opened.status_code == 422
    assert "2062-08-04 is still to come" in opened.text
    assert 'name="athlete" value="FB54"' in opened.text
    late = {"athlete": "FB54", "date": "2062-08-04", "session": "AM", "before": "104.1"}
    assert app_client.submit("/team/weigh", late | {"after": "103"}).status_code == 422
    assert kept(app_client) == []
    text = followed(app_client, late | {"after": "104.9"}).text
    assert "HEAVIER" in first_alert(text)
    assert [(each.gained, each.date) for each in kept(app_client)] == [(True, "")]


def test_a_gain_that_may_be_a_slip_is_told_in_full_with_a_way_to_correct_it(app_client: AppClient) -> None:
    followed(app_client, typed_on(app_client, before="91.6"))
    alert = first_alert(followed(app_client, typed_on(app_client, before="91.6", after="199.3")).text)
    for words in ("HEAVIER", "Stop drinking", "correct them at once", "are these pounds?", "entry="):
        assert words in alert
    assert alert.index("Stop drinking") < alert.index("correct them at once")
