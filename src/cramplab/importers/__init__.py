"""Reads what users bring: recorded activities (FIT, GPX, TCX), weather, and the scenario that ties them together."""
