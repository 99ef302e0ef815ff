"""Searches the plan for an event: what to drink and how hard to go, inside every limit, for all that is not known."""
