"""Fetches one address, guarded: for `fetch_page`, and for what is taken into memory from the web. No tool itself.

Guarded by `microsoft-antissrf`: every connection, redirects included, goes to an address that was checked (private,
loopback, link-local and metadata addresses are refused) and to no other. Proxies of the environment and .netrc are
ignored, because a proxy would connect in our place, unchecked. What this does not cover: what a public page says (it
is external content and is treated as such), and a server that drips its headers, which only the caller's timeout ends.
"""

from __future__ import annotations

import re
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tools.base import RetryTool, ToolFailed

# Old ways to write an IPv4 address as an IPv6 one ("::127.0.0.1"), which the guard's own list lacks.
_IPV4_INSIDE = ["::/96", "::ffff:0:0:0/96"]
_MOST_BYTES = 5_000_000
_SECONDS = 25.0  # for all of a page, redirects included
TEXTS = (
    "text/html",
    "application/xhtml+xml",
    "text/plain",
    "text/markdown",
    "application/json",
    "text/csv",
    "application/xml",
    "text/xml",
)


@dataclass(frozen=True)
class Fetched:
    url: str  # after redirects
    kind: str  # content type
    body: bytes
    charset: str  # from the header, or ""


def fetch(
    url: str,
    allow_private: bool = False,
    kinds: Collection[str] = TEXTS,
    most_bytes: int = _MOST_BYTES,
    seconds: float | None = None,
) -> Fetched:
    """kinds: the content types that are wanted, empty for any. Raises RetryTool or ToolFailed, both for users to read."""
    address = _checked(url)
    with _translated(address):
        return _get(address, allow_private, kinds, most_bytes, seconds or _SECONDS)


def _checked(url: str) -> str:
    address = url.strip().strip("<>")
    if re.match(r"^[\w-]+(\.[\w-]+)+(:\d+)?(/|$)", address):
        address = "https://" + address  # "example.com/page"
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError as e:
        raise ToolFailed(f"“{url}” is not a web address.") from e
    if parts.scheme not in ("http", "https"):
        raise ToolFailed(f"“{url}” cannot be fetched: only http:// and https:// addresses can.")
    if not host:
        raise ToolFailed(f"“{url}” is not a web address.")
    if parts.username or parts.password:
        raise ToolFailed("The address carries a user name or password; those are not sent. Give it without them.")
    return address


def _session(allow_private: bool) -> Any:
    from AntiSSRF import AntiSSRFPolicy, PolicyConfigOptions

    policy = AntiSSRFPolicy(PolicyConfigOptions.NONE if allow_private else PolicyConfigOptions.EXTERNAL_ONLY_LATEST)
    if not allow_private:
        policy.add_denied_addresses(_IPV4_INSIDE)
    policy.allow_plain_text_http = True
    session = policy.get_antissrf_session()
    session.trust_env = False
    session.max_redirects = 5
    session.headers.update(
        {
            "User-Agent": "Groundwork/1 (fetches single pages for its user)",
            "Accept": "text/html, text/plain, application/json;q=0.9, */*;q=0.1",
        }
    )
    return session


def _get(url: str, allow_private: bool, kinds: Collection[str], most_bytes: int, seconds: float) -> Fetched:
    until = time.monotonic() + seconds
    with _session(allow_private) as session, session.get(url, stream=True, timeout=(6, 10)) as r:
        _check_status(r)
        kind = r.headers.get("Content-Type", "text/html").split(";")[0].strip().casefold()
        if kinds and kind == "application/pdf":
            raise ToolFailed("That address is a PDF. Download it and upload it here, then it can be read and searched.")
        if kinds and kind not in kinds and not kind.endswith("+json"):
            raise ToolFailed(
                f"That address is not a page of text but {kind or 'of unknown type'}, which cannot be read."
            )
        body = bytearray()
        # read1 returns what has arrived; iter_content would wait for a full chunk, however slowly it drips in.
        while chunk := r.raw.read1(65536, decode_content=True):
            body += chunk
            if len(body) > most_bytes:
                raise ToolFailed(f"The page is larger than {most_bytes // 1_000_000} MB and was not read to its end.")
            if time.monotonic() > until:
                raise RetryTool("The page came too slowly.", after=2)
        charset = re.search(r"charset=[\"']?([\w-]+)", r.headers.get("Content-Type", ""), re.IGNORECASE)
        return Fetched(r.url, kind, bytes(body), charset[1] if charset else "")


def _check_status(r: Any) -> None:
    if r.status_code == 429 or r.status_code >= 500:
        wait = r.headers.get("Retry-After", "")
        after = float(wait) if wait.isdigit() else 2.0
        said = "asks to wait" if r.status_code == 429 else f"has a fault of its own (HTTP {r.status_code})"
        if after > 60:
            raise ToolFailed(f"{urlsplit(r.url).hostname} {said}, for {after:g} seconds. Try again later.")
        raise RetryTool(f"{urlsplit(r.url).hostname} {said}.", after=after)
    if r.status_code in (401, 403):
        raise ToolFailed(f"{r.url} cannot be read without signing in, or refuses programs (HTTP {r.status_code}).")
    if r.status_code in (404, 410):
        raise ToolFailed(f"There is no page at {r.url} (HTTP {r.status_code}).")
    if r.status_code >= 400:
        raise ToolFailed(f"{r.url} could not be read (HTTP {r.status_code}).")


@contextmanager
def _translated(url: str) -> Iterator[None]:
    """Errors of requests, its urllib3 and the guard to ours, once."""
    import socket

    import requests
    import urllib3.exceptions
    from AntiSSRF import AntiSSRFError

    host = urlsplit(url).hostname
    try:
        yield
    except AntiSSRFError as e:
        raise ToolFailed(
            f"{url} was not fetched: it leads to a private or internal address, and those are out of bounds."
        ) from e
    except (socket.gaierror, requests.exceptions.ConnectionError) as e:
        raise _no_connection(e, str(host)) from e
    except requests.exceptions.Timeout as e:
        raise RetryTool(f"{host} did not answer in time.", after=2) from e
    except requests.exceptions.TooManyRedirects as e:
        raise ToolFailed(f"{url} sends from one address to the next without end.") from e
    except urllib3.exceptions.ReadTimeoutError as e:
        raise RetryTool(f"{host} did not answer in time.", after=2) from e
    except urllib3.exceptions.HTTPError as e:  # while the body is read: cut off, or not decodable
        raise RetryTool(f"{host} broke off in the middle of the page.", after=1) from e
    except (requests.exceptions.RequestException, ValueError, UnicodeError) as e:
        raise ToolFailed(f"{url} could not be fetched: {type(e).__name__}.") from e


def _no_connection(e: Exception, host: str) -> RetryTool | ToolFailed:
    import socket

    import requests

    if isinstance(e, requests.exceptions.SSLError):
        return ToolFailed(f"{host} has no valid certificate, so the page was not fetched.")
    if isinstance(e, requests.exceptions.ConnectTimeout):
        return RetryTool(f"{host} did not answer in time.", after=2)
    if isinstance(e, socket.gaierror) or "NameResolution" in repr(e):
        return ToolFailed(f"No network, or there is no site called {host}: its address could not be found.")
    if "Network is unreachable" in repr(e) or "No route to host" in repr(e):
        return ToolFailed(f"No network: {host} cannot be reached from here.")
    if "refused" in repr(e):
        return ToolFailed(f"{host} refuses the connection.")
    return RetryTool(f"The connection to {host} broke.", after=1)
