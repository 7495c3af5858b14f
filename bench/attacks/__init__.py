"""Attacks on a model that obeys every instruction it reads: what the machinery around it lets through.

`python -m bench.attacks` (`make attacks`) is the whole matrix, `tests/test_attacks.py` a small form of it for CI.
"""
