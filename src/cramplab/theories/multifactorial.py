"""Several causes at once, each weak: the theories together."""

from __future__ import annotations

from cramplab.core.theory import Theory

THEORY = Theory(
    name="multifactorial",
    claim="Several causes act at once, each weaker than its own theory has it, and differ in weight from case to case.",
    predicts=(
        "No single cause, given or taken away, moves the cramp threshold frequency as far as its own theory says.",
        "Two causes together move it further than either does.",
        "Crampers of one race do not share one cause.",
    ),
    sources=("miller2022",),
    founding_words="None of its own: it joins the others, at equal strengths until something is fitted.",
    strongest=7.0,
    members=(
        "neuromuscular_control",
        "electrolyte",
        "dehydration",
        "vascular",
        "medication",
        "motor_neuron_plateau",
        "oropharyngeal_reflex",
    ),
)
