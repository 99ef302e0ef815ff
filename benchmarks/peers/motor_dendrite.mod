: The dendrite of the benchmark's motor neurons: persistent calcium, an excitation that rises in proportion to time, the
: sodium pump's slow conductance left out (it is below a thousandth here), and noise with a correlation time.
NEURON {
    SUFFIX motor_dendrite
    NONSPECIFIC_CURRENT i
    RANGE g_persistent, g_leak, peak_excitation, noise_size, persistent, noise
    RANDOM chance
    GLOBAL half, slope, follow_time, noise_keeps, noise_gets, duration
    THREADSAFE
}
UNITS {
    (mV) = (millivolt)
    (mA) = (milliamp)
    (S) = (siemens)
}
PARAMETER {
    g_persistent = 0 (S/cm2)
    g_leak = 0 (S/cm2)
    peak_excitation = 0 (S/cm2)
    noise_size = 0 (mA/cm2)
    half = 9 (mV)
    slope = 2.5 (mV)
    follow_time = 40 (ms)
    noise_keeps = 0.98
    noise_gets = 0.2
    duration = 1000 (ms)
}
ASSIGNED {
    v (mV)
    i (mA/cm2)
    noise
}
STATE { persistent }
INITIAL {
    persistent = 0
    noise = 0
}
BEFORE STEP { noise = noise * noise_keeps + noise_gets * random_uniform(chance, -1.7320508, 1.7320508) }
BREAKPOINT {
    SOLVE follow METHOD cnexp
    i = g_persistent * persistent * (v - 140) + peak_excitation * t / duration * (v - 70) + g_leak * v - noise_size * noise
}
DERIVATIVE follow {
    persistent' = (1 / (1 + exp((half - v) / slope)) - persistent) / follow_time
}
