"""Benchmarks: each prints a table; never part of the tests."""
