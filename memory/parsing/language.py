"""Which language a text is in, by a model that ships in its package (`py3langid`). A guess: short texts get none."""

from __future__ import annotations

from functools import cache
from typing import Any

_SAMPLE = 4000  # characters looked at
_FEWEST = 80  # letters below which nothing is said
_SURE = 0.9
_NOT_PROSE = ("code", "delimited", "parquet", "records", "xlsx")


def language_of(text: str, module: str) -> str:
    """ISO 639-1, or "" when the text is short, no prose (`module` is its parser), or the guess is not a sure one."""
    if module in _NOT_PROSE:
        return ""
    middle = max(0, len(text) // 2 - _SAMPLE // 2)  # the beginning is often a cover page, names and addresses
    sample = " ".join(text[middle : middle + _SAMPLE].split())
    if sum(c.isalpha() for c in sample) < _FEWEST:
        return ""
    language, probability = _identifier().classify(sample)
    return language if probability >= _SURE else ""


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
