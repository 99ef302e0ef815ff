"""The null theory: fatigue, water and salt do what physiology says, and none of them changes excitability."""

from __future__ import annotations

from cramplab.core.theory import Theory

THEORY = Theory(
    name="null",
    claim="Fatigue and lost water and salt happen as physiology says; none of them changes how easily a cramp starts.",
)
