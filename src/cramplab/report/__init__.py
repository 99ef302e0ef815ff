"""Cards and reports from saved results; needs neither the engine nor JAX."""
