"""The balance of water, ions, protein and sugar: what is inside, what came in, what went out.

Written once, for flows at one moment and for totals over hours. A compartment that a submodel gains has to be named
here, or the tests of conservation fail: that is meant.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MUSCLES = ("worked", "rested")
Known = Mapping[str, Any]


def _both(name: str) -> tuple[str, str]:
    return f"worked_{name}", f"rested_{name}"


@dataclass(frozen=True)
class Account:
    """One conserved substance.

    Parameters
    ----------
    stores
        Names of states that hold it, each with the sign of its share.
    intake, losses
        Names of flows (per second) with their sign.
    unit
        Of the stores.
    """

    stores: Mapping[str, float]
    intake: Mapping[str, float]
    losses: Mapping[str, float]
    unit: str

    def inside(self, states: Known) -> Any:
        """Total in all compartments; also the total's rate, given the rates of the states."""
        return sum(sign * states[name] for name, sign in self.stores.items())

    def gained(self, flows: Known) -> Any:
        """Intake minus losses at this moment, or over some time if the flows are totals."""
        return sum(sign * flows[name] for name, sign in self.intake.items()) - sum(
            sign * flows[name] for name, sign in self.losses.items()
        )

    def moved(self, flows: Known) -> Any:
        """How much passed in or out in all, to measure an error by."""
        return sum(abs(flows[name]) for name in (*self.intake, *self.losses))


def _plus(*names: str) -> dict[str, float]:
    return dict.fromkeys(names, 1.0)


def _minus(*names: str) -> dict[str, float]:
    return dict.fromkeys(names, -1.0)


_WATER_OUT = ("sweat_rate", "respiratory_water_loss", "skin_diffusion", "urine_flow")

ACCOUNTS: dict[str, Account] = {
    "water": Account(
        _plus("plasma_volume", "rest_water", *_both("muscle_water"), "stomach_volume", "gut_volume"),
        _plus("drink_flow", "food_water", "metabolic_water"),
        _plus(*_WATER_OUT),
        "L",
    ),
    # Cells give potassium for sodium, so the potassium that they lost is the sodium that they hold.
    "sodium": Account(
        _plus(
            "extracellular_sodium",
            *_both("interstitial_sodium_amount"),
            *_both("cell_potassium_lost"),
            "stomach_sodium",
            "gut_sodium",
        )
        | _minus("cell_potassium_gained"),
        _plus("drunk_sodium", "food_sodium"),
        _plus("sweat_sodium_flow", "urine_sodium_flow"),
        "mmol",
    ),
    "potassium": Account(
        _plus(
            "extracellular_potassium",
            *_both("interstitial_potassium_amount"),
            "cell_potassium_gained",
            "stomach_potassium",
            "gut_potassium",
        )
        | _minus(*_both("cell_potassium_lost")),
        _plus("drunk_potassium", "food_potassium"),
        _plus("sweat_potassium_flow", "urine_potassium_flow"),
        "mmol",
    ),
    # A drink's chloride goes by charge: as much as its sodium and potassium together.
    "chloride": Account(
        _plus("extracellular_chloride", "stomach_sodium", "stomach_potassium", "gut_sodium", "gut_potassium"),
        _plus("drunk_sodium", "drunk_potassium", "food_chloride"),
        _plus("sweat_chloride_flow", "urine_chloride_flow"),
        "mmol",
    ),
    "calcium": Account(
        _plus("extracellular_calcium") | _minus("bone_calcium_lent"),
        _plus("food_calcium"),
        _plus("sweat_calcium_flow", "urine_calcium_flow"),
        "mmol",
    ),
    "magnesium": Account(
        _plus("extracellular_magnesium"),
        _plus("food_magnesium"),
        _plus("sweat_magnesium_flow", "urine_magnesium_flow"),
        "mmol",
    ),
    "protein": Account(_plus("plasma_protein", "interstitial_protein"), {}, {}, "kg"),
    "carbohydrate": Account(
        _plus("stomach_carbohydrate", "gut_carbohydrate"),
        _plus("drunk_carbohydrate"),
        _plus("absorbed_carbohydrate"),
        "mmol",
    ),
}

# The running totals that the body itself keeps of those flows; what it keeps no total of, the caller adds up.
TOTALS: dict[str, str] = {
    "drink_flow": "fluid_intake",
    "food_water": "food_water_total",
    "metabolic_water": "metabolic_water_total",
    "sweat_rate": "sweat_loss",
    "respiratory_water_loss": "respiratory_loss",
    "skin_diffusion": "skin_loss",
    "urine_flow": "urine_volume",
    "drunk_sodium": "drunk_sodium_total",
    "drunk_potassium": "drunk_potassium_total",
    **{
        f"{way}_{ion}_flow": f"{way}_{ion}_total"
        for way in ("sweat", "urine")
        for ion in ("sodium", "potassium", "chloride", "calcium", "magnesium")
    },
}


def totals_between(before: Known, after: Known, extra: Known) -> dict[str, Any]:
    """Give each flow's total between two moments, from the body's own totals and from ``extra`` (food)."""
    return {flow: after[total] - before[total] for flow, total in TOTALS.items()} | dict(extra)


def error_of(account: Account, before: Known, after: Known, totals: Known) -> Any:
    """Change of what is inside, less what came in, in the account's unit."""
    return account.inside(after) - account.inside(before) - account.gained(totals)


def error_of_flows(account: Account, rates: Known, flows: Known) -> Any:
    """The same for one moment, per second."""
    return account.inside(rates) - account.gained(flows)
