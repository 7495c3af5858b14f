"""Pages from a real server on the loopback address."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tools import guarded_fetch as module
from tools.base import RetryTool, ToolContext, ToolFailed
from tools.fetch_page import fetch_page

PARAGRAPH = (
    "The harbour of Lindau was rebuilt in 1856 after the flood, and its lighthouse has guided ships since then. "
    "Visitors can climb its 139 steps between April and October for a fee of 2.10 euros. "
)
PAGE = f"""<!doctype html><html><head><title>The harbour of Lindau</title><meta name="date" content="2024-05-01"></head><body>
<nav><a href="/">Home</a> <a href="/shop">Shop</a></nav>
<main><article><h1>The harbour of Lindau</h1>{"".join(f"<p>Part {i}. {PARAGRAPH}</p>" for i in range(1, 13))}</article></main>
<footer>Imprint Cookies Newsletter</footer><script>alert("no")</script></body></html>"""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args: object) -> None:
        return

    def reply(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined]
        match self.path.split("?")[0]:
            case "/page":
                self.reply(200, PAGE.encode(), Content_Type="text/html; charset=utf-8")
            case "/moved":
                self.reply(302, Location="/page")
            case "/loop":
                self.reply(302, Location="/loop")
            case "/to-file":
                self.reply(302, Location="file:///etc/passwd")
            case "/to-metadata":
                self.reply(302, Location="http://169.254.169.254/latest/meta-data/")
            case "/plain":
                self.reply(
                    200,
                    "Grüße aus Köln, eine Zeile Text.".encode("latin-1"),
                    Content_Type="text/plain; charset=iso-8859-1",
                )
            case "/json":
                self.reply(200, b'{"price": 12.5}', Content_Type="application/json")
            case "/pdf":
                self.reply(200, b"%PDF-1.7", Content_Type="application/pdf")
            case "/image":
                self.reply(200, b"\x89PNG", Content_Type="image/png")
            case "/empty":
                self.reply(200, b"<html><body><script>render()</script></body></html>", Content_Type="text/html")
            case "/busy":
                self.reply(429, Retry_After="7")
            case "/busy-for-long":
                self.reply(429, Retry_After="3600")
            case "/broken":
                self.reply(500)
            case "/gone":
                self.reply(404)
            case "/private":
                self.reply(403)
            case "/large":
                self.endless(b"<p>" + b"x" * 65536)
            case "/bomb":
                body = gzip.compress(b"0" * 50_000_000)
                self.reply(200, body, Content_Type="text/html", Content_Encoding="gzip")
            case "/slow":
                self.endless(b"a", 0.05)
            case "/cut":
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", "1000")
                self.end_headers()
                self.wfile.write(b"<p>only this")
                self.close_connection = True
            case _:
                self.reply(404)

    def endless(self, piece: bytes, pause: float = 0.0) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        try:
            for _ in range(2000):
                self.wfile.write(piece)
                time.sleep(pause)
        except OSError:
            return  # the reader had enough


@pytest.fixture(scope="module")
def server() -> Iterator[ThreadingHTTPServer]:
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    httpd.daemon_threads = True
    httpd.asked = []  # type: ignore[attr-defined]
    threading.Thread(target=httpd.serve_forever, daemon=True).start()
    yield httpd
    httpd.shutdown()


@pytest.fixture
def base(server: ThreadingHTTPServer) -> str:
    server.asked.clear()  # type: ignore[attr-defined]
    return f"http://127.0.0.1:{server.server_port}"


@pytest.fixture
def open_ctx(ctx: ToolContext) -> ToolContext:
    return replace(ctx, allow_private_addresses=True)


def test_the_main_text_comes_without_the_rest(open_ctx: ToolContext, base: str) -> None:
    result = fetch_page.run(open_ctx, base + "/page")
    text = str(result.data["value"])
    assert result.data["title"] == "The harbour of Lindau"
    assert result.data["date"] == "2024-05-01"
    assert "rebuilt in 1856" in text
    assert "Newsletter" not in text
    assert "alert" not in text
    assert result.data["characters"] == len(text)
    assert len(result.sources) >= 3
    for s in result.sources:
        assert s["trust"] == "external"
        assert s["locator"] == base + "/page"
        assert s["quote"] in text
        assert len(s["quote"]) < 1500
    assert "".join("".join(s["quote"] for s in result.sources).split()) == "".join(text.split())


def test_redirects_are_followed_to_where_they_lead(open_ctx: ToolContext, base: str) -> None:
    assert fetch_page.run(open_ctx, base + "/moved").data["url"] == base + "/page"


def test_plain_text_and_json_come_as_they_are(open_ctx: ToolContext, base: str) -> None:
    assert fetch_page.run(open_ctx, base + "/plain").data["value"] == "Grüße aus Köln, eine Zeile Text."
    assert fetch_page.run(open_ctx, base + "/json").data["value"] == '{"price": 12.5}'


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/pdf", "upload"),
        ("/image", "image/png"),
        ("/empty", "no text"),
        ("/gone", "no page"),
        ("/private", "signing in"),
        ("/busy-for-long", "Try again later"),
        ("/large", "larger than 5 MB"),
        ("/bomb", "larger than 5 MB"),
        ("/loop", "without end"),
        ("/to-file", "could not be fetched"),
    ],
)
def test_what_cannot_be_read_is_said(open_ctx: ToolContext, base: str, path: str, message: str) -> None:
    with pytest.raises(ToolFailed, match=message):
        fetch_page.run(open_ctx, base + path)


def test_a_busy_server_is_tried_again_when_it_says(open_ctx: ToolContext, base: str) -> None:
    with pytest.raises(RetryTool) as e:
        fetch_page.run(open_ctx, base + "/busy")
    assert e.value.after == 7
    for path in ("/broken", "/cut"):
        with pytest.raises(RetryTool):
            fetch_page.run(open_ctx, base + path)


def test_a_page_that_drips_is_given_up(open_ctx: ToolContext, base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_SECONDS", 0.3)
    with pytest.raises(RetryTool, match="slowly"):
        fetch_page.run(open_ctx, base + "/slow")


def test_private_addresses_are_out_of_bounds(ctx: ToolContext, base: str, server: ThreadingHTTPServer) -> None:
    port = server.server_port
    for url in (
        base + "/page",
        f"http://localhost:{port}/page",
        f"http://[::1]:{port}/page",
        f"http://[::ffff:127.0.0.1]:{port}/page",
        f"http://0.0.0.0:{port}/page",
        f"http://2130706433:{port}/page",
        f"http://0x7f000001:{port}/page",
        f"http://127.1:{port}/page",
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "http://192.168.1.1/",
        "http://[fd00::1]/",
        "http://100.64.0.1/",
    ):
        with pytest.raises(ToolFailed):
            fetch_page.run(ctx, url)
    assert server.asked == []  # type: ignore[attr-defined]


def test_a_redirect_to_a_private_address_is_not_followed(
    ctx: ToolContext, base: str, server: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first address is allowed (as a public one would be), the one it leads to is checked again."""
    from AntiSSRF import AntiSSRFPolicy, PolicyConfigOptions

    def only_loopback_besides(allow_private: bool) -> object:
        assert allow_private is False
        policy = AntiSSRFPolicy(PolicyConfigOptions.EXTERNAL_ONLY_LATEST)
        policy.add_allowed_addresses(["127.0.0.1"])
        policy.allow_plain_text_http = True
        session = policy.get_antissrf_session()
        session.trust_env = False
        return session

    monkeypatch.setattr(module, "_session", only_loopback_besides)
    with pytest.raises(ToolFailed, match="private or internal"):
        fetch_page.run(ctx, base + "/to-metadata")
    assert server.asked == ["/to-metadata"]  # type: ignore[attr-defined]


def test_a_proxy_of_the_environment_is_not_used(
    open_ctx: ToolContext, base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert fetch_page.run(open_ctx, base + "/page").data["title"]


@pytest.mark.parametrize(
    "url",
    ["ftp://example.com/", "file:///etc/passwd", "javascript:alert(1)", "http://", "https://user:secret@example.com/", "not a url", "",
     "http://[::1", "data:text/html,hello", "gopher://x/", "http://exa mple.com/"],
)  # fmt: skip
def test_what_is_no_web_address_is_refused(ctx: ToolContext, url: str) -> None:
    with pytest.raises(ToolFailed):
        fetch_page.run(ctx, url)


def test_no_network_is_a_failure_of_its_own(ctx: ToolContext, monkeypatch: pytest.MonkeyPatch) -> None:
    def offline(*args: object, **kwargs: object) -> None:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", offline)
    with pytest.raises(ToolFailed, match="No network"):
        fetch_page.run(ctx, "https://example.org/page")


def test_a_closed_port_is_said(open_ctx: ToolContext) -> None:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    with pytest.raises(ToolFailed, match="refuses the connection"):
        fetch_page.run(open_ctx, f"http://127.0.0.1:{port}/")
