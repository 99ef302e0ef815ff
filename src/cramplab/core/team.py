"""What is known of a team: its athletes by code, and their weighings, as a trainer writes them down.

Whatever is not known is None. A weighing is kept as it was read on the scale, also where it makes no sense as a sweat
test: a gain of weight is the one reading that must never be thrown away.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Sex = Literal["female", "male", "unspecified"]
CODE_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,31}$"
"""An athlete's code; never a name."""


@dataclass(frozen=True)
class Athlete:
    """What is known of one athlete.

    Parameters
    ----------
    id
        Code, never a name; `CODE_PATTERN`.
    position
        Group or position, in the team's own word; empty if not told.
    age_y : y
    mass_kg : kg
        Usual body mass.
    height_cm : cm
    sweat_rate_L_per_h : L/h
        As told by the roster, whatever it was measured by.
    sweat_sodium_mmol_per_L : mmol/L
        Of whole-body sweat, as told.
    heat_acclimated
        ``no``, ``partly`` or ``yes``.
    sickle_cell_trait
        None if not told: many do not know.
    cramp_history
        ``never``, ``sometimes`` or ``most_events``.
    flags
        Conditions and medicines by the names of a scenario's flags.
    """

    id: str
    position: str = ""
    sex: Sex = "unspecified"
    age_y: float | None = None
    mass_kg: float | None = None
    height_cm: float | None = None
    sweat_rate_L_per_h: float | None = None
    sweat_sodium_mmol_per_L: float | None = None
    heat_acclimated: str | None = None
    sickle_cell_trait: bool | None = None
    cramp_history: str | None = None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Weighing:
    """One athlete at the scale before and after one session.

    Parameters
    ----------
    athlete
        Code.
    date
        ISO day; empty if not told.
    session
        In the team's own word, such as ``AM``.
    mass_before_kg, mass_after_kg : kg
        None while that weighing is still to come.
    drank_L, urine_L : L
        Between the two.
    duration_min : min
    air_C, humidity_pct : degC, %
    intensity
        ``easy``, ``moderate``, ``race_pace`` or ``hard``.
    scale_sd_kg : kg
        Standard deviation of one weighing.
    """

    athlete: str
    date: str = ""
    session: str = ""
    mass_before_kg: float | None = None
    mass_after_kg: float | None = None
    drank_L: float | None = None
    urine_L: float | None = None
    duration_min: float | None = None
    air_C: float | None = None
    humidity_pct: float | None = None
    intensity: str | None = None
    scale_sd_kg: float | None = None

    @property
    def told(self) -> str:
        """Day and session in one line."""
        return " ".join(part for part in (self.date, self.session) if part)

    @property
    def change_kg(self) -> float | None:
        """After minus before (kg); a loss is negative, None while one of them is missing."""
        if self.mass_before_kg is None or self.mass_after_kg is None:
            return None
        # A scale shows grams at best: what is left of two decimal fractions beyond that is no gain.
        return round(self.mass_after_kg - self.mass_before_kg, 4)

    @property
    def change_pct(self) -> float | None:
        """Change in percent of the mass before; a loss is negative."""
        change = self.change_kg
        return None if change is None or self.mass_before_kg is None else 100.0 * change / self.mass_before_kg

    @property
    def gained(self) -> bool:
        """True if the scale showed more after than before, by however little."""
        return (self.change_kg or 0.0) > 0.0

    @property
    def drinking_rate(self) -> float | None:
        """Rate of drinking over the session (L/h)."""
        if self.drank_L is None or not self.duration_min:
            return None
        return self.drank_L / (self.duration_min / 60.0)


def latest(weighings: Iterable[Weighing]) -> Weighing | None:
    """Give the last weighing that has a change of mass, by day and then by order; None if there is none."""
    whole = [each for each in weighings if each.change_kg is not None]
    return max(enumerate(whole), key=lambda each: (each[1].date, each[0]))[1] if whole else None
