"""What can go wrong with a model's call, in our own words. Provider exceptions are read by their shape, never imported.

The errors::

    ModelFault           read by users
    ├── Busy             worth another try: 429, 5xx, a timeout, a lost connection; knows after how long
    ├── TooLong          the prompt does not fit the model's context
    ├── Unsupported      the server does not know a feature of the request (structured output, tools, ...)
    ├── Invalid          it answers, but what it answered cannot be used, even when asked again
    └── Unusable         no further try helps: a refused key, an unknown model, a missing package
"""

from __future__ import annotations

import email.utils
import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime

_BUSY = {408, 409, 425, 429, 500, 502, 503, 504, 520, 522, 524, 529}
_LOST = re.compile(r"Timeout|Connect|Connection|RemoteProtocol|ReadError|WriteError|IncompleteRead|Overloaded", re.I)
_BROKEN = re.compile(r"Payload|TransferEncoding|IncompleteRead|RemoteProtocol")  # some carry a status of their own
_LONG = re.compile(
    r"context.{0,12}(?:length|window|size)|too many tokens|maximum context|prompt is too long|exceed.{0,20}context|"
    r"token count.{0,30}exceed|reduce the length|request (?:is )?too large",
    re.I,
)
_KEY = re.compile(r"api.?key.{0,20}(?:not valid|invalid|expired)|invalid.{0,12}api.?key", re.I)
_FEATURE = re.compile(
    r"response_?(?:format|schema|json_?schema|mime_?type)|json_schema|structured output|tool_choice|\btools?\b|"
    r"function.?(?:call|declaration)|stream_options|grammar|output_config|"
    r"format\b|not support|unsupported|unrecognized|unknown (?:field|parameter)|extra inputs|additionalProperties",
    re.I,
)


_MADE_BADLY = re.compile(r"json_validate_failed|tool_use_failed|failed_generation|failed to (?:generate json|validate json|call a function)", re.I)  # fmt: skip
_NO_CREDIT = re.compile(r"insufficient_quota|exceeded your current quota|credit balance|billing|payment required", re.I)
_CERTIFICATE = re.compile(r"CERTIFICATE_VERIFY_FAILED|certificate verify failed|self.signed certificate", re.I)


class ModelFault(Exception):
    """The model gave no usable reply."""

    begun = ""  # what of one had come when it broke off: that was paid for


class Busy(ModelFault):
    def __init__(self, message: str, after: float | None = None, slow: bool = False) -> None:
        super().__init__(message)
        self.slow = slow  # it took all the time of a call: tried once more only
        self.after = after  # seconds, when the server said so


class TooLong(ModelFault):
    pass


class Unsupported(ModelFault):
    pass


class Invalid(ModelFault):
    pass


class Unusable(ModelFault):
    pass


def translate(error: BaseException, model: str, seconds: float) -> ModelFault:
    """Any exception of a provider's SDK as one of ours; the text is free of keys."""
    if isinstance(error, ModelFault):
        return error
    status, whole = status_of(error), " ".join(str(error).split())
    said = _sentence(redacted(whole)[:300])
    if isinstance(error, TimeoutError) or "Timeout" in type(error).__name__:
        return Busy(f"{model} did not answer within {seconds:g} seconds.", slow=True)
    if "ContentFilter" in type(error).__name__:
        return Invalid(f"{model} declined to answer (content filter).")
    if any(_BROKEN.search(type(e).__name__) for e in _chain(error)):
        return Busy(f"The connection to {model} failed.")
    if status == 402 or (status in (400, 403, 429) and _NO_CREDIT.search(whole) and not _soon(error, whole)):
        return Unusable(f"The account of {model} has no credit left (HTTP {status}): {said}")
    if status in (401, 403) or (status == 400 and _KEY.search(whole)):
        where = "GROUNDWORK_MODEL_KEY" if "@http" in model else "the key"
        return Unusable(f"{model} refused the key (HTTP {status}). Check {where} in the environment.")
    if status == 404:
        return Unusable(f"{model} is not known at its address (HTTP 404). Check the model's name and address: {said}")
    if status in (500, 501) and re.search(r"grammar|json_?schema|response_format|not implemented", whole, re.I):
        return Unsupported(f"{model} does not support this kind of request: {said}")
    if status in _BUSY:
        what = "has too many requests" if status == 429 else "is out of order at the moment"
        return Busy(f"{model} {what} (HTTP {status}).", _retry_after(error))
    if status and 400 <= status < 500:
        if status == 413 or _LONG.search(whole):
            return TooLong(f"The prompt is too long for {model}.")
        if _FEATURE.search(whole) or _MADE_BADLY.search(whole):
            return Unsupported(f"{model} does not support this kind of request: {said}")
        return Unusable(f"{model} refused the request (HTTP {status}): {said}")
    if any(_CERTIFICATE.search(str(e)) for e in _chain(error)):
        return Unusable(
            f"The certificate of {model} is not trusted by this machine. Name a file with it in SSL_CERT_FILE and start Groundwork again."
        )
    if any(_LOST.search(type(e).__name__) or isinstance(e, ConnectionError) for e in _chain(error)):
        return Busy(f"The connection to {model} failed.")
    if isinstance(error, ImportError):
        return Unusable(said)
    if isinstance(error, AttributeError | ValueError):  # a page where a reply should be: the SDK stumbles over it
        return Unusable(f"What answers at the address of {model} does not speak its protocol. Check the address.")
    return Unusable(f"{model} gave no usable reply ({type(error).__name__}: {said.rstrip('.')}).")


def _soon(error: BaseException, said: str) -> bool:
    """Some call a limit by the minute a quota as well, and say when it is over."""
    return _retry_after(error) is not None or bool(re.search(r"(?:retry|try again) (?:in|after)", said, re.I))


def _sentence(said: str) -> str:
    """What a server said, as the end of a sentence of ours."""
    said = re.sub(r"^Error code: \d+ - ", "", said).rstrip()
    if m := re.search(r"""['"]message['"]: (['"])(.+?)\1(?:[,}]|$)""", said):
        said = m[2]
    return said if said.endswith((".", "!", "?")) else f"{said}."


def redacted(text: str) -> str:
    """Without anything that is, or looks like, a key."""
    for name, value in os.environ.items():
        if len(value) >= 8 and re.search(r"KEY|TOKEN|SECRET|PASSWORD", name, re.I):
            text = text.replace(value, "•••")
    return re.sub(r"\b(?:sk|gsk|pk|key|AIza|Bearer\s)[-_ \w*]{8,}", "•••", text)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    for _ in range(8):
        if error is None:
            return
        yield error
        error = error.__cause__ or error.__context__


def status_of(error: BaseException) -> int:
    for e in _chain(error):
        for holder in (e, getattr(e, "response", None)):
            for name in ("status_code", "code", "status"):
                value = getattr(holder, name, None)
                if isinstance(value, int) and 400 <= value < 600:
                    return value
    return 0


def _retry_after(error: BaseException) -> float | None:
    for e in _chain(error):
        headers = getattr(getattr(e, "response", None), "headers", None)
        if headers is None:
            continue
        if (ms := headers.get("retry-after-ms")) and re.fullmatch(r"\d+(\.\d+)?", ms):
            return float(ms) / 1000
        value = headers.get("retry-after")
        if not value:
            continue
        if re.fullmatch(r"\d+(\.\d+)?", value.strip()):
            return float(value)
        try:
            return max(0.0, (email.utils.parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
        except (TypeError, ValueError):
            return None
    return None
