/* The production motor neurons in plain C: what a compiler makes of the same equations without Python.

   Same layout of state and parameters as cramplab.simulation.pool_step (groups of sixteen neurons), same numbers, same
   noise (Threefry 2x32 with 13 rounds, four 16-bit uniforms from a call, keyed by person and neuron). People outside,
   time inside them, neurons innermost. No intrinsics: the compiler vectorises the loops over sixteen neurons. */
#include <math.h>
#include <stdint.h>
#include <string.h>

enum { LANES = 16, MOST_GROUPS = 64 };
enum { SOMA, DENDRITE, INACTIVATION, FAST, SLOW, PERSISTENT, SINCE, NOISE, PUMP, FIRES, STATES };
enum {
    TWICE_SOMA_CAPACITANCE, TWICE_DENDRITE_CAPACITANCE, SOMA_LEAK, DENDRITE_LEAK, COUPLING, G_SODIUM, G_FAST, G_SLOW,
    G_PERSISTENT, THRESHOLD, SLOW_CLOSES, NOISE_SIZE, EXCITATION_SHARE, PERSISTENT_SHARE, PROPERTIES
};
typedef struct {
    float sodium_recovers, sodium_inactivates, fast_opens, fast_closes, slow_opens, persistent_follows, persistent_half,
        per_persistent_slope, noise_keeps, noise_gets, pump_per_spike, pump_keeps, pump_conductance, pulse, refractory,
        step;
} Shared;

static const float E_SODIUM = 120.0f, E_POTASSIUM = -10.0f, E_CALCIUM = 140.0f, E_EXCITATION = 70.0f,
                   E_INHIBITION = -16.0f;

static inline float fast_exp(float x)
{
    float y = x * 1.44269504f;
    y = y < -100.0f ? -100.0f : y;
    y = y > 100.0f ? 100.0f : y;
    float whole = floorf(y), part = y - whole;
    float power = 1.8775767e-3f;
    power = power * part + 8.9893397e-3f;
    power = power * part + 5.5826318e-2f;
    power = power * part + 2.4015361e-1f;
    power = power * part + 6.9315308e-1f;
    power = power * part + 1.0f;
    int32_t bits = ((int32_t)whole + 127) << 23;
    float scale;
    memcpy(&scale, &bits, sizeof scale);
    return power * scale;
}

#define MIX(x0, x1, left) x0 += x1, x1 = (x1 << (left) | x1 >> (32 - (left))) ^ x0

static inline void threefry(uint32_t key0, uint32_t key1, uint32_t *first, uint32_t *second)
{
    uint32_t key2 = key0 ^ key1 ^ 0x1BD11BDAu, x0 = *first + key0, x1 = *second + key1;
    MIX(x0, x1, 13); MIX(x0, x1, 15); MIX(x0, x1, 26); MIX(x0, x1, 6);
    x0 += key1; x1 += key2 + 1u;
    MIX(x0, x1, 17); MIX(x0, x1, 29); MIX(x0, x1, 16); MIX(x0, x1, 24);
    x0 += key2; x1 += key0 + 2u;
    MIX(x0, x1, 13); MIX(x0, x1, 15); MIX(x0, x1, 26); MIX(x0, x1, 6);
    x0 += key0; x1 += key1 + 3u;
    MIX(x0, x1, 17);
    *first = x0;
    *second = x1;
}

static inline float uniform(uint32_t sixteen_bits, float scale, float shift)
{
    return (float)(int32_t)sixteen_bits * scale - shift;
}

static void draw_noise(float *restrict noise, int groups, uint32_t person, uint32_t seed, uint32_t counter)
{
    const float scale = (float)(2.0 * sqrt(3.0) / 65536.0), shift = (float)(sqrt(3.0) * (1.0 - 1.0 / 65536.0));
    const int size = groups * LANES;
    float *restrict first = noise, *restrict second = noise + size, *restrict third = noise + 2 * size,
          *restrict fourth = noise + 3 * size;
    for (int i = 0; i < size; i++) {
        uint32_t one = counter, other = seed;
        threefry(person, (uint32_t)i, &one, &other);
        first[i] = uniform(one & 0xFFFFu, scale, shift);
        second[i] = uniform(one >> 16, scale, shift);
        third[i] = uniform(other & 0xFFFFu, scale, shift);
        fourth[i] = uniform(other >> 16, scale, shift);
    }
}

static void step_neurons(
    float *restrict state, const float *restrict properties, const float *restrict noise_now, int groups,
    const Shared *restrict shared, float g_excitation, float g_inhibition, float g_recurrent, float persistent_gain,
    float soma_current, float dendrite_current)
{
    const Shared a = *shared;
    for (int group = 0; group < groups; group++) {
        float *restrict s = state + group * STATES * LANES;
        const float *restrict p = properties + group * PROPERTIES * LANES;
        const float *restrict uniforms = noise_now + group * LANES;
#pragma GCC ivdep
        for (int i = 0; i < LANES; i++) {
#define OWN(row) s[(row) * LANES + i]
#define HAS(row) p[(row) * LANES + i]
            float soma = OWN(SOMA), dendrite = OWN(DENDRITE), pump = OWN(PUMP);
            float since = OWN(SINCE) + a.step;
            int in_pulse = since < a.pulse;
            float inactivation = OWN(INACTIVATION), fast = OWN(FAST), slow = OWN(SLOW);
            inactivation = in_pulse ? inactivation * a.sodium_inactivates
                                    : 1.0f - (1.0f - inactivation) * a.sodium_recovers;
            fast = in_pulse ? 1.0f - (1.0f - fast) * a.fast_opens : fast * a.fast_closes;
            slow = in_pulse ? 1.0f - (1.0f - slow) * a.slow_opens : slow * HAS(SLOW_CLOSES);
            float wanted = 1.0f / (1.0f + fast_exp((a.persistent_half - dendrite) * a.per_persistent_slope));
            float persistent = OWN(PERSISTENT);
            persistent = persistent + (wanted - persistent) * a.persistent_follows;
            float noise = OWN(NOISE) * a.noise_keeps + a.noise_gets * uniforms[i];
            pump = pump * a.pump_keeps;

            float to_sodium = in_pulse ? HAS(G_SODIUM) * inactivation : 0.0f;
            float squared = fast * fast;
            float to_potassium = HAS(G_FAST) * squared * squared + HAS(G_SLOW) * slow * slow + g_recurrent;
            float to_calcium =
                HAS(G_PERSISTENT) * persistent * (1.0f + (persistent_gain - 1.0f) * HAS(PERSISTENT_SHARE));
            float to_excitation = g_excitation * HAS(EXCITATION_SHARE);
            float to_pump = a.pump_conductance * pump * HAS(DENDRITE_LEAK);
            float coupling = HAS(COUPLING);
            float soma_total = HAS(TWICE_SOMA_CAPACITANCE) + to_sodium + to_potassium + HAS(SOMA_LEAK) + coupling;
            float soma_drive = HAS(TWICE_SOMA_CAPACITANCE) * soma + to_sodium * E_SODIUM + to_potassium * E_POTASSIUM
                               + soma_current;
            float dendrite_total = HAS(TWICE_DENDRITE_CAPACITANCE) + to_calcium + HAS(DENDRITE_LEAK) + coupling
                                   + to_excitation + g_inhibition + to_pump;
            float dendrite_drive = HAS(TWICE_DENDRITE_CAPACITANCE) * dendrite + to_calcium * E_CALCIUM
                                   + to_excitation * E_EXCITATION + g_inhibition * E_INHIBITION + to_pump * E_POTASSIUM
                                   + dendrite_current + HAS(NOISE_SIZE) * noise;
            float per_determinant = 2.0f / (soma_total * dendrite_total - coupling * coupling);
            float new_soma = (soma_drive * dendrite_total + coupling * dendrite_drive) * per_determinant - soma;
            float new_dendrite = (dendrite_drive * soma_total + coupling * soma_drive) * per_determinant - dendrite;

            int fires = (new_soma >= HAS(THRESHOLD)) & (since > a.refractory);
            OWN(SOMA) = new_soma;
            OWN(DENDRITE) = new_dendrite;
            OWN(INACTIVATION) = inactivation;
            OWN(FAST) = fast;
            OWN(SLOW) = slow;
            OWN(PERSISTENT) = persistent;
            OWN(SINCE) = fires ? 0.0f : since;
            OWN(NOISE) = noise;
            OWN(PUMP) = fires ? pump + (1.0f - pump) * a.pump_per_spike : pump;
            OWN(FIRES) += fires ? 1.0f : 0.0f;
        }
    }
}

/* Clear the counts of spikes, and what has all but died away. */
static void flush(float *restrict state, int groups)
{
    for (int i = 0; i < groups * STATES * LANES; i++) state[i] = fabsf(state[i]) > 1e-18f ? state[i] : 0.0f;
    for (int group = 0; group < groups; group++)
        for (int i = 0; i < LANES; i++) state[(group * STATES + FIRES) * LANES + i] = 0.0f;
}

/* Let some people's pools run under a shared course of input; counts has shape [people, groups * 16]. */
void run_pools(
    int people, int groups, int inputs, int steps_per_input, float *state, const float *properties, const Shared *shared,
    const float *g_excitation, const float *soma_current, const uint32_t *keys, uint32_t seed, float *counts, int threads)
{
#pragma omp parallel for num_threads(threads) schedule(static)
    for (int person = 0; person < people; person++) {
        float noise[4 * MOST_GROUPS * LANES] __attribute__((aligned(64)));
        float *own = state + (size_t)person * groups * STATES * LANES;
        const float *has = properties + (size_t)person * groups * PROPERTIES * LANES;
        float *restrict count = counts + (size_t)person * groups * LANES;
        uint32_t quartet = 0;
        for (int input = 0; input < inputs; input++) {
            flush(own, groups);
            for (int k = 0; k < steps_per_input; k++) {
                if (k % 4 == 0) draw_noise(noise, groups, keys[person], seed, quartet++);
                step_neurons(
                    own, has, noise + (k % 4) * groups * LANES, groups, shared, g_excitation[input], 0.0f, 0.0f, 1.0f,
                    soma_current[input], 0.0f);
            }
            for (int group = 0; group < groups; group++)
                for (int i = 0; i < LANES; i++)
                    count[group * LANES + i] += own[(group * STATES + FIRES) * LANES + i];
        }
    }
    (void)threads;
}
