"""Limits and red flags that every plan must pass, as data."""
