"""The fault suite: seeded runs through the whole product, with a model and a network that misbehave in every known way.

`wire.py` is what goes wrong between, `minds.py` what the model itself says, good and bad, `cases.py` one seeded run's script,
`drive.py` runs a batch of them, `judge.py` says whether a run ended as it should. `python -m bench.faults` runs all.
"""
