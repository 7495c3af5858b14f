"""Web addresses in running text: when two of them are the same. They are found elsewhere, each place by its own rules."""

from __future__ import annotations

import re


def bare(address: str) -> str:
    """Without the scheme, and without the punctuation of the sentence that it stood in."""
    return re.sub(r"^https?://", "", address, flags=re.IGNORECASE).rstrip(".,;:!?/")
