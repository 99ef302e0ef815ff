"""A sweat test on one page: two weights, what was drunk and how long; nothing is kept, so its address is its memory."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from cramplab.physiology.weighing import breath_and_fuel, constant
from cramplab.planner.sweat_answer import Answer, WeighedTest, answer
from cramplab.planner.sweat_posterior import SPORTS, Density
from cramplab.report.prose import Wording, clock
from cramplab.safety.red_flags import heavier
from cramplab.web.rendering import page
from cramplab.web.sweat_form import EFFORTS, MOST_TESTS, READ_BY, SweatQuestion, read_question

router = APIRouter(include_in_schema=False)


@router.get("/sweat")
def sweat(request: Request) -> Response:
    """Answer the tests of the address, below what is wrong with them; a gain of weight is answered by what to do."""
    typed = {name: value[:40] for name, value in request.query_params.items()}
    question = read_question(typed)
    say = Wording(question.units.us)
    told = None
    if question.asked and not question.gains and not question.faults:
        told = _words(_answered(question), question, say)
    used = max(
        (n for n in range(1, MOST_TESTS + 1) if any(k.endswith(str(n)) and v for k, v in typed.items())), default=1
    )
    flag = heavier()
    return page(
        request, "sweat.html.j2", 422 if question.faults and not question.gains else 200, typed=typed,
        units=question.units, told=told, gains_here=[_gain(each, say) for each in question.gains],
        flag=flag, faults=question.faults,
        wrong={each.field: each.words for each in question.faults}, most_tests=MOST_TESTS, used=used,
        sports=[(name, name.replace("_", " ")) for name in SPORTS], read_by=list(READ_BY.items()),
        efforts=list(EFFORTS.items()),
    )  # fmt: skip


def _answered(question: SweatQuestion) -> Answer:
    mass = question.mass
    if mass is None and question.tests:
        mass = sum(test.mass_before for test in question.tests) / len(question.tests)
    return answer(question.tests, question.sport, mass, question.reading, question.by)


def _gain(weighing: Any, say: Wording) -> str:
    percent = say.with_unit(weighing.change_pct, "%", signed=True)
    size = say.with_unit(weighing.change_kg, "kg", signed=True)
    return f"Weight went up in {weighing.athlete}: {size}, {percent}"


def _words(found: Answer, question: SweatQuestion, say: Wording) -> dict[str, Any]:
    """Word the answer: the person first, then test by test."""

    def of(density: Density) -> str:
        low, high = density.interval
        return say.estimate({"median": density.median, "low": low, "high": high, "unit": "L/h"})

    before = found.known_before
    count = len(found.tests)
    rests = {0: "no test", 1: "the test"}.get(count, f"{count} tests")
    rows = [
        ("Usual sweat rate", of(found.usual), "your mean over many days with weather and effort like these"),
        ("Another such day", of(found.next_day),
         f"wider, because a person's days differ by {100 * constant('session_to_session'):.0f} %"),
    ]  # fmt: skip
    if found.with_more_tests is not None:
        least_rate, most_rate = (say.number(each, "L/h") for each in found.with_more_tests)
        rows.append(
            (
                "After two more tests",
                f"about {least_rate} to {most_rate} {say.unit('L/h')}",
                "the range of the usual rate",
            )
        )
    low, high = found.sodium.range
    rows.append((
        "Sweat sodium", f"{found.sodium.value:.0f} mmol/L (95 %: {low:.0f} to {high:.0f})",
        "of the whole body, from your reading" if question.by is not None else "not measured: published athletes",
    ))  # fmt: skip
    middle, least, most = found.loss
    rows.append(("Sodium lost", f"{middle:.0f} mmol/h ({least:.0f} to {most:.0f})", "on another such day"))
    return {
        "rows": rows,
        "rests": f"{rests}, and {before.whom} ({say.number(before.mean, 'L/h')} ± "
        f"{say.with_unit(before.deviation, 'L/h')})",
        "tests": [_test(each, say) for each in found.tests],
        "checks": found.checks,
        "rate": say.unit("L/h"),
    }


def _test(tested: WeighedTest, say: Wording) -> tuple[str, ...]:
    test, (low, high) = tested.test, tested.interval
    entry = {"median": max(tested.rate.value, 0.0), "low": low, "high": high, "unit": "L/h"}
    burnt = breath_and_fuel(test).value
    shown = say.with_unit(burnt, "kg") if say.us_units else f"{burnt:.2f} kg"
    urine = "not told" if test.urine is None else say.with_unit(test.urine, "L")
    change = (
        f"{say.with_unit(test.mass_change, 'kg', signed=True)}, {say.with_unit(test.percent_change, '%', signed=True)}"
    )
    return (
        change, say.with_unit(test.drank, "L"), f"{clock(3600.0 * test.hours)} h", urine,
        say.with_unit(test.guideline_rate, "L/h"), say.estimate(entry), shown,
    )  # fmt: skip
