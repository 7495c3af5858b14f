"""What a call of a model costs, and how much it can read, from the data that `genai-prices` carries. No network."""

from __future__ import annotations

from agents.models.spec import Spec

_THEIRS = {"google_genai": "google", "mistralai": "mistral"}


def price(spec: Spec, input_tokens: int, output_tokens: int) -> float:
    """US dollars; 0 for a model on this machine, negative when nobody knows."""
    if spec.provider == "ollama" or spec.base_url:
        return 0.0 if spec.provider == "ollama" or spec.local else -1.0
    found = _priced(spec, input_tokens, output_tokens)
    return float(found.total_price) if found is not None else -1.0


def context_of(spec: Spec) -> int:
    """Tokens that the model can read at once; 0 when it is not known."""
    if spec.base_url or spec.provider == "ollama":
        return 0
    found = _priced(spec, 1, 1)
    return int(found.model.context_window or 0) if found is not None else 0


def _priced(spec: Spec, input_tokens: int, output_tokens: int):
    from genai_prices import Usage, calc_price

    usage = Usage(input_tokens=input_tokens, output_tokens=output_tokens)
    try:
        return calc_price(usage, model_ref=spec.name, provider_id=_THEIRS.get(spec.provider, spec.provider))
    except LookupError:
        return None
