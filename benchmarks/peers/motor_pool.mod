: The motor neurons of the benchmark for NEURON: conductances that follow a pulse after each spike, and a persistent
: calcium current. Soma and dendrite are sections of one segment; NEURON couples them.
NEURON {
    SUFFIX spike_pulse
    NONSPECIFIC_CURRENT i
    RANGE g_sodium, g_fast, g_slow, g_leak, fires_at, slow_closes, inactivation, fast, slow, last, spikes, peak
    GLOBAL pulse_length, refractory, sodium_inactivates, sodium_recovers, fast_opens, fast_closes, slow_opens, duration
    THREADSAFE
}
UNITS {
    (mV) = (millivolt)
    (mA) = (milliamp)
    (S) = (siemens)
}
PARAMETER {
    g_sodium = 0 (S/cm2)
    g_fast = 0 (S/cm2)
    g_slow = 0 (S/cm2)
    g_leak = 0 (S/cm2)
    fires_at = 1e9 (mV)
    slow_closes = 0.02 (/ms)
    pulse_length = 0.6 (ms)
    refractory = 5 (ms)
    sodium_inactivates = 4 (/ms)
    sodium_recovers = 0.5 (/ms)
    fast_opens = 1.5 (/ms)
    fast_closes = 0.1 (/ms)
    slow_opens = 1.5 (/ms)
    duration = 1000 (ms)
    peak = 0 (mA/cm2)
}
ASSIGNED {
    v (mV)
    i (mA/cm2)
    last (ms)
    spikes
}
STATE { inactivation fast slow }
INITIAL {
    inactivation = 1
    fast = 0
    slow = 0
    last = -1e4
    spikes = 0
}
BREAKPOINT {
    LOCAL sodium
    SOLVE gates METHOD cnexp
    sodium = 0
    if (t - last < pulse_length) { sodium = g_sodium * inactivation }
    i = sodium * (v - 120) + (g_fast * fast * fast * fast * fast + g_slow * slow * slow) * (v + 10) + g_leak * v - peak * t / duration
}
DERIVATIVE gates {
    LOCAL on
    if (v >= fires_at && t - last > refractory) {
        last = t
        spikes = spikes + 1
    }
    on = 0
    if (t - last < pulse_length) { on = 1 }
    inactivation' = on * (-inactivation * sodium_inactivates) + (1 - on) * (1 - inactivation) * sodium_recovers
    fast' = on * (1 - fast) * fast_opens - (1 - on) * fast * fast_closes
    slow' = on * (1 - slow) * slow_opens - (1 - on) * slow * slow_closes
}
