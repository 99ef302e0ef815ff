"""Shelf of theories: each file one claim and its couplings."""
