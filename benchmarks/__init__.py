"""Measurements: each module is a program that prints its figures; docs/performance.md says how to read them."""
