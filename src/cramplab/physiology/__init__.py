"""Shelf of submodels: each file holds one part of the body and reads like a methods section."""
