"""The null theory: fatigue, water and salt do what physiology undisputedly says, and none of them changes excitability."""

from __future__ import annotations

from cramplab.core.theory import Theory

THEORY = Theory(
    name="null",
    claim="Fatigue, lost water and lost salt happen as physiology says, and none of them changes how easily a cramp starts.",
)
