"""The chance of a cramp in one event under each theory, side by side, and whether they differ enough to act on.

Every draw of the person has a strength of the theory and a steepness of the hazard of its own; so the interval holds
what is not known of the person, of the theory and of the hazard. Nothing is blended over theories.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cramplab.cohort.cramp_hazard import CrampHazard, chance_of_cramp
from cramplab.cohort.event_looks import EventLooks, Told
from cramplab.core.cramp_chances import CrampChances, TheoryAnswer
from cramplab.core.parameters import declarations_of
from cramplab.core.results import Assumption
from cramplab.core.theory import Theory
from cramplab.inference.chance_words import differ_words, measure_words
from cramplab.inference.stances import Stance, stance_of
from cramplab.safety.tested_range import why_unknown
from cramplab.simulation.cramp_margin import SLOW_INPUTS, cramp_margin, outside_ranges

FloatArray = NDArray[np.float64]
_NOT_CALIBRATED = "not calibrated yet"
_RESTS_ON = (
    "They rest on a base rate: for each theory by itself, the rate of cramps was set so that simulated entrants of two "
    "road races have as many as the entrants of these races reported (dejager2022_safer22: ever in a race, taken as if "
    "of one race). Base rates and strengths stand in cramplab/inference/calibrated. How steeply cramps become more "
    "frequent as the margin falls nobody has measured; it is drawn from a wide range."
)


@dataclass(frozen=True, eq=False)
class _Followed:
    """One theory through the event.

    Parameters
    ----------
    stance
        The theory, with a strength and a hazard for every draw.
    margin_hz : Hz
        Shape [looks, draws].
    chance : 1
        Shape [draws]; empty if the base rate was never set.
    notices
        What lies outside the range of the emulator.
    """

    stance: Stance
    margin_hz: FloatArray
    chance: FloatArray
    notices: tuple[str, ...]


def ask_theories(shelf: Mapping[str, Theory]) -> Callable[[EventLooks], Told]:
    """Give the function that `cramplab.cohort.event.run_event` takes, for the theories of a shelf."""
    return lambda looks: chances_of_event(looks, shelf)


def chances_of_event(looks: EventLooks, shelf: Mapping[str, Theory]) -> Told:
    """Give what each theory makes of one person's event.

    Parameters
    ----------
    looks
        At the worked muscle, in the course of the event.
    shelf
        All theories.
    """
    reason = why_unknown(
        age_y=looks.person.age_y, flags=looks.person.flags, duration_s=looks.duration_s,
        hottest_air_C=looks.hottest_air_C,
    )  # fmt: skip
    if reason:
        return Told(CrampChances(unknown=reason))
    followed = [_follow(shelf[name], shelf, looks) for name in _in_order(shelf)]
    known = {each.stance.name: each.chance for each in followed if each.chance.size}
    if not known:
        reason = "No theory is calibrated yet, so a margin cannot be turned into a chance. Run cramplab calibrate."
        return Told(CrampChances(_answers(followed, looks), looks.time_s, unknown=reason))
    chances = CrampChances(
        _answers(followed, looks),
        looks.time_s,
        differ_words(known),
        measure_words(known, looks.traits, _strengths(followed), followed[0].stance.scale_hz),
        _reference(followed),
    )
    notices = tuple(told for each in followed for told in each.notices)
    return Told(chances, _assumptions(followed), notices)


def chances_of_many(looks: EventLooks, shelf: Mapping[str, Theory], people: int) -> Told:
    """Give what each theory makes of the event of many people at once.

    Whoever asks has seen to it that a number may be told of each of them (`cramplab.safety.tested_range`). All people
    meet the same possible worlds: the strength of a theory is no trait of a person.

    Parameters
    ----------
    looks
        Their draws one world after the other, ``people`` in each; of ``person`` nothing is read.
    """
    followed = [_follow(shelf[name], shelf, looks, people) for name in _in_order(shelf)]
    chances = CrampChances(_answers(followed, looks), looks.time_s, reference=_reference(followed))
    return Told(chances, _assumptions(followed), tuple(told for each in followed for told in each.notices))


def _in_order(shelf: Mapping[str, Theory]) -> list[str]:
    """Name theories: first that nothing moves, last those that join others."""
    return sorted(shelf, key=lambda name: (bool(shelf[name].couplings), bool(shelf[name].members), name))


def _follow(theory: Theory, shelf: Mapping[str, Theory], looks: EventLooks, people: int = 1) -> _Followed:
    """Give the margin and the chance under one theory; every draw is a world with one person in it, or with more."""
    stance = stance_of(theory, shelf, worlds=looks.finished.size // people, seed=looks.seed)
    moved = stance.inputs(looks.states, people)
    slow: dict[str, Any] = {name: moved[name] for name in SLOW_INPUTS if name in moved}
    slow |= {name: factor * slow.get(name, 1.0) for name, factor in looks.pools.items()}
    slow |= {name: looks.states[name] for name in ("fatigue", "fibre_length")}
    shape = (looks.time_s.size, looks.finished.size)
    wide = {name: np.broadcast_to(np.asarray(value, dtype=np.float32), shape) for name, value in slow.items()}
    margin = np.asarray(cramp_margin(wide), dtype=float)
    # What fatigue does alone is told for the common ground.
    told = outside_ranges({name: values for name, values in wide.items() if name != "fatigue"})
    notices = tuple(f"{words} (worked muscle, if {theory.name} were right)" for words in told)
    if "base_rate" not in stance.record:
        return _Followed(stance, margin, np.zeros(0), notices)
    rate, scale = (stance.worlds(each, people) for each in (stance.log_rate, stance.scale_hz))
    chance = chance_of_cramp(margin, looks.seconds[:, None], rate, scale)
    return _Followed(stance, margin, np.where(looks.finished, chance, np.nan), notices)


def _answers(followed: Sequence[_Followed], looks: EventLooks) -> tuple[TheoryAnswer, ...]:
    return tuple(
        TheoryAnswer(
            each.stance.name,
            each.stance.claim,
            each.chance,
            np.median(each.margin_hz[:, looks.finished], axis=1),
            "" if each.chance.size else _NOT_CALIBRATED,
        )
        for each in followed
    )


def _strengths(followed: Sequence[_Followed]) -> dict[str, FloatArray]:
    """Give the strength of each theory in every draw, where calibration left it open; shape [draws]."""
    return {
        each.stance.name: each.stance.parts[0][1]
        for each in followed
        if each.chance.size and len(each.stance.parts) == 1 and np.ptp(each.stance.parts[0][1]) > 0.0
    }


def _reference(followed: Sequence[_Followed]) -> str:
    """Say what the chances rest on, what is open, and what is missing."""
    records = {each.stance.name: each.stance.record for each in followed}
    open_ones = [name for name, record in records.items() if record.get("identifiable") is False]
    missing = [each.stance.name for each in followed if not each.chance.size]
    means = [100.0 * float(np.nanmean(each.chance)) for each in followed if each.chance.size]
    told = (
        f"The counts are medians over the simulated runs; their means are {min(means):.0f} to {max(means):.0f} of 100."
    )
    words = [told, _RESTS_ON]
    if open_ones:
        words.append(f"Strength left open by its founding observation: {_listed(open_ones)}.")
    if missing:
        words.append(f"Not calibrated yet, so without a number: {_listed(missing)}.")
    return " ".join(words)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(name.replace("_", " ") for name in names)


def _assumptions(followed: Sequence[_Followed]) -> tuple[Assumption, ...]:
    declared = declarations_of(CrampHazard, CrampHazard.name)
    scale, rate = declared["cramp_hazard.scale"], declared["cramp_hazard.base_rate"]
    found = [
        Assumption(
            "cramp_hazard.scale", f"{scale.meaning[0].upper()}{scale.meaning[1:]}", scale.value_as_written, scale.unit,
            scale.spread.written if scale.spread else "", scale.origin, scale.source, scale.where,
        ),
        Assumption(
            "cramp_hazard.base_rate", "Rate of cramps at a margin of nothing", "set for each theory by itself", "1",
            origin=rate.origin, source=rate.source, where=rate.where,
        ),
    ]  # fmt: skip
    for each in followed:
        strength = each.stance.record.get("strength")
        if strength:
            spread = f"90 % from {strength['low']:g} to {strength['high']:g}"
            told = f"Strength of the theory {each.stance.name.replace('_', ' ')}"
            where = each.stance.record.get("founding_words", "")
            name = f"theory.{each.stance.name}.strength"
            found.append(Assumption(name, told, strength["mode"], "1", spread, "fitted", where=where))
    return tuple(found)
