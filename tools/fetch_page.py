"""The tool `fetch_page`: the main text of one web page.

Guarded by `microsoft-antissrf`: every connection, redirects included, goes to an address that was checked (private,
loopback, link-local and metadata addresses are refused) and to no other. Proxies of the environment and .netrc are
ignored, because a proxy would connect in our place, unchecked. What this does not cover: what a public page says (its
text is external content and is treated as such), and a server that drips its headers, which only the executor's
timeout ends.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any
from urllib.parse import urlsplit

from tools.base import RetryTool, Source, ToolContext, ToolFailed, ToolResult, source, tool

_MOST_BYTES = 5_000_000
_SECONDS = 25.0  # for all of a page, redirects included
_PIECE = 1000
_TYPES = (
    "text/html",
    "application/xhtml+xml",
    "text/plain",
    "text/markdown",
    "application/json",
    "text/csv",
    "application/xml",
    "text/xml",
)


@tool(risk="read", timeout=40, retries=2, external=True)
def fetch_page(
    ctx: ToolContext,
    url: Annotated[str, "the page's address, beginning with http:// or https://"],
) -> ToolResult:
    """Fetch one web page and extract its main text, without navigation and advertisements.

    Use it when the goal names an address, or to read a result of web_search. Not for uploads; not for PDF addresses.

    data: {"title", "url": the address after redirects, "date": of publication or "", "value": the text, "characters"}.
    The text comes as several external sources of about 1,000 characters each.
    """
    address = _checked(url)
    with _translated(address):
        final, kind, raw, charset = _get(address, ctx.allow_private_addresses)
    title, date, text = _main_text(raw, kind, charset, final)
    if not text:
        raise ToolFailed(f"{final} has no text to read (it may need a browser that runs its scripts).")
    host = urlsplit(final).hostname or final
    sources: list[Source] = [source(title or host, piece, locator=final, trust="external") for piece in _pieces(text)]
    data = {"title": title, "url": final, "date": date, "value": text, "characters": len(text)}
    return ToolResult(f"{title}\n{final}\n\n{text}" if title else f"{final}\n\n{text}", data, sources)


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


def _get(url: str, allow_private: bool) -> tuple[str, str, bytes, str]:
    """(final address, content type, body, charset from the header or "")."""
    until = time.monotonic() + _SECONDS
    with _session(allow_private) as session, session.get(url, stream=True, timeout=(6, 10)) as r:
        _check_status(r)
        kind = r.headers.get("Content-Type", "text/html").split(";")[0].strip().casefold()
        if kind == "application/pdf":
            raise ToolFailed("That address is a PDF. Download it and upload it here, then it can be read and searched.")
        if kind not in _TYPES and not kind.endswith("+json"):
            raise ToolFailed(
                f"That address is not a page of text but {kind or 'of unknown type'}, which cannot be read."
            )
        body = bytearray()
        # read1 returns what has arrived; iter_content would wait for a full chunk, however slowly it drips in.
        while chunk := r.raw.read1(65536, decode_content=True):
            body += chunk
            if len(body) > _MOST_BYTES:
                raise ToolFailed(f"The page is larger than {_MOST_BYTES // 1_000_000} MB and was not read to its end.")
            if time.monotonic() > until:
                raise RetryTool("The page came too slowly.", after=2)
        charset = re.search(r"charset=[\"']?([\w-]+)", r.headers.get("Content-Type", ""), re.IGNORECASE)
        return r.url, kind, bytes(body), charset[1] if charset else ""


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


def _main_text(raw: bytes, kind: str, charset: str, url: str) -> tuple[str, str, str]:
    """(title, date, text)."""
    if kind not in ("text/html", "application/xhtml+xml"):
        return "", "", _decoded(raw, charset).strip()
    import trafilatura

    html = _decoded(raw, charset) if charset else raw
    found = trafilatura.bare_extraction(
        html, url=url, include_comments=False, include_tables=True, favor_recall=True, with_metadata=True
    )
    if found is None:
        return "", "", ""
    part = found if isinstance(found, dict) else found.as_dict()
    return (part.get("title") or "").strip(), part.get("date") or "", (part.get("text") or "").strip()


def _decoded(raw: bytes, charset: str) -> str:
    for name in (charset or "utf-8", "utf-8"):
        try:
            return raw.decode(name)
        except (LookupError, UnicodeDecodeError):
            continue
    return raw.decode("latin-1")


def _pieces(text: str) -> list[str]:
    """Paragraphs gathered to about 1,000 characters; each piece stands in `text` as it is. At most 60, for long pages."""
    out: list[str] = []
    start = end = 0
    for m in re.finditer(r"[^\n]+", text):
        if m.end() - start > _PIECE and end > start:
            out.append(text[start:end])
            start = m.start()
        elif not out and end == 0:
            start = m.start()
        end = m.end()
    out.append(text[start:end])
    return [piece.strip() for piece in out if piece.strip()][:60]
