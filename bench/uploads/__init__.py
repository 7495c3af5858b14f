"""Files that are broken, lying or made to do harm, and what they cost: to the app, and to the work of others.

`python -m bench.uploads` takes in all of them, `tests/test_uploads.py` some.
"""
