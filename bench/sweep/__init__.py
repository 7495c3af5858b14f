"""Kill -9 everywhere: what accepted runs, their effects and their events look like afterwards.

`python -m bench.sweep` (`make sweep`) is the full sweep, `tests/test_sweep.py` a small one for CI.
"""
