"""Filled examples of library files, for ``cramplab new``. What they hold is invented, and says so."""

from __future__ import annotations

_STUDY = """\
schema   = 1
key      = "{name}"
citation = "Somebody A, Somebody B. A title. A Journal 2026;1:1-9."
judge    = "body"                        # body | pool | lab | field
design   = "single"                      # paired | parallel | case_control | cohort | single
note     = "What had to be assumed, and why. This example is invented: replace everything."

[participants]                           # what the paper does not say is a range, marked as assumed
n           = 9
sex         = "male"                     # male | female | mixed | unknown
mass        = {{ value = "74.0 kg", spread = "8.0 kg" }}
height      = {{ range = ["168 cm", "188 cm"], assumed = true }}
fitness     = {{ range = ["40 mL/kg/min", "55 mL/kg/min"], assumed = true }}
acclimated  = {{ value = "no", assumed = true }}

[environment]
air         = "36 degC"
humidity    = "30 %"
wind        = {{ range = ["0.5 m/s", "1.5 m/s"], assumed = true }}
clothing    = {{ value = "0.3 clo", assumed = true }}

[[arm]]
id = "walk"
[[arm.step]]
id        = "in_the_heat"
kind      = "exercise"
mode      = "walk"
intensity = "5 km/h"
grade     = "2 %"
duration  = "2 h"
drink     = "0 L/h"

[[finding]]
id          = "{name}_mass"
measure     = "body_mass_change"         # cramplab measures lists them
arm         = "walk"                     # or contrast = ["first", "second"]: second minus first
value       = "-1.9 %"
spread      = "0.3 %"
spread_kind = "SD"
n           = 9
band        = ["-2.4 %", "-1.4 %"]
band_kind   = "judgement around the published mean"
where       = "table 2"
status      = "memory"                   # verified once you have read it; memory never counts
calibrates  = false
scored      = true
"""

_PERSON = """\
key             = "{name}"
about           = "Who this is, in a sentence."
invented        = true                   # no real person may be in a library
sex             = "female"               # female | male | unspecified
age             = "41 yr"
height          = "168 cm"
mass            = "62 kg"
fitness         = "46 mL/kg/min"         # highest oxygen uptake; leave out what is not known
sweat_rate      = "1.0 L/h"
sweat_sodium    = "48 mmol/L"
heat_acclimated = "no"                   # no | partly | yes
cramp_history   = "sometimes"            # never | sometimes | most_events

[parameters.sweat_composition.sodium_factor]   # cramplab parameters lists the names
value  = "1.3"
source = "invented"
"""

_SOURCE = """\
key      = "{name}"
citation = "Somebody A, Somebody B. A title. A Journal 2026;1:1-9."
doi      = ""
read     = "memory"                      # full text | abstract | secondary | memory
note     = "What to mind when using it."
"""

_PARAMETERS = """\
about    = "What this set of values is, in a sentence."
overlays = ""                            # the set that it is meant to lie on; empty: the reference

[sweat_composition.potassium]            # cramplab parameters lists the names
value      = "5.0 mmol/L"
source     = "montain2007"               # key of a file in sources/ or studies/
where      = "abstract"
population = "seven acclimated adults"
note       = "This example is invented: replace everything."
"""

_MUSCLE = """\
key     = "{name}"
title   = "A muscle"
aliases = []                             # short names; none may mean another muscle
about   = "This example is invented: replace everything."

# Each number needs a source: the key of a file in sources/, or chosen. Origin: read | remembered | chosen.
motor_units              = {{ value = 100, source = "chosen", origin = "chosen" }}
peak_force               = {{ value = "500 N", source = "chosen", origin = "chosen" }}
optimal_fibre_length     = {{ value = "60 mm", source = "chosen", origin = "chosen" }}
tendon_slack_length      = {{ value = "200 mm", source = "chosen", origin = "chosen" }}
pennation                = {{ value = "10 deg", source = "chosen", origin = "chosen" }}
slow_fibre_share         = {{ value = "50 %", source = "chosen", origin = "chosen" }}
nerve_length             = {{ value = "0.8 m", source = "chosen", origin = "chosen" }}
thickness                = {{ value = "20 mm", source = "chosen", origin = "chosen" }}
skin_and_fat             = {{ value = "5 mm", source = "chosen", origin = "chosen" }}
maximal_m_wave           = {{ value = "10 mV", source = "chosen", origin = "chosen" }}
twitch_force_ratio       = {{ value = 100, source = "chosen", origin = "chosen" }}
longest_contraction_time = {{ value = "90 ms", source = "chosen", origin = "chosen" }}
contraction_time_ratio   = {{ value = 3, source = "chosen", origin = "chosen" }}
spindle_primaries        = {{ value = 150, source = "chosen", origin = "chosen" }}
usual_maximal_rate       = {{ value = "25 imp/s", source = "chosen", origin = "chosen" }}
"""

_PROTOCOL = """\
schema = 1
key    = "{name}"
about  = "What it is for, in a sentence. This example is invented: replace everything."
source = "chosen"                        # the key of a source or a study, or chosen
muscle = "flexor_hallucis_brevis"        # may be left out: then it is named with --muscle

[[step]]
kind  = "length"
value = "short"                          # short | neutral | long, or a number of optimal fibre lengths

[[step]]
kind            = "threshold_ladder"
site            = "nerve"                # nerve | tibial_nerve | ... | motor_point | motor_axons
start           = "4 Hz"
step            = "2 Hz"
stop            = "60 Hz"
train           = "2 s"                  # or pulses = 150
gap             = "60 s"
cramp_criterion = "1 s"                  # activity that outlasts the train by this counts as a cramp

[[step]]
kind     = "stretch"                     # at the cramp's onset: a ladder ends with the first train that leaves one
duration = "10 s"
length   = "long"
"""

_EXAMPLES = {
    "study": _STUDY,
    "person": _PERSON,
    "source": _SOURCE,
    "parameters": _PARAMETERS,
    "muscle": _MUSCLE,
    "protocol": _PROTOCOL,
}


def example_of(kind: str, name: str) -> str:
    """Give the text of a filled example file.

    Parameters
    ----------
    kind
        ``study``, ``person``, ``source``, ``parameters``, ``muscle`` or ``protocol``.
    name
        Its key.
    """
    return _EXAMPLES[kind].format(name=name)
