"""The engine: wires the submodels, runs them through time, reads off what a laboratory would report."""
