"""What fetch_page may not reach, in every spelling: no connection is even tried. Names are resolved by the test."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

import pytest

from tools.base import RetryTool, ToolContext, ToolFailed
from tools.fetch_page import fetch_page

PRIVATE = [
    "127.0.0.1", "127.0.0.2", "127.255.255.254", "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "172.16.0.1",
    "172.31.255.254", "192.168.0.1", "192.168.255.255", "169.254.169.254", "169.254.170.2", "169.254.0.1", "100.64.0.1",
    "100.100.100.200", "192.0.0.1", "192.0.0.192", "198.18.0.1", "224.0.0.1", "239.255.255.255", "240.0.0.1",
    "255.255.255.255", "168.63.129.16",
]  # fmt: skip
PRIVATE6 = [
    "::1", "::", "fe80::1", "fc00::1", "fd00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "::ffff:127.0.0.1",
    "::ffff:169.254.169.254", "::ffff:10.0.0.1", "::127.0.0.1", "::ffff:0:127.0.0.1", "64:ff9b::127.0.0.1", "64:ff9b::169.254.169.254",
    "64:ff9b:1::10.0.0.1", "2002:7f00:1::", "2002:a9fe:a9fe::", "2002:c0a8:101::1", "2001:0:4136:e378:8000:63bf:80ff:fffe",
]  # fmt: skip


def spellings(address: str) -> list[str]:
    """The ways in which URLs have been seen to write an IPv4 address."""
    a, b, c, d = (int(x) for x in address.split("."))
    n = (a << 24) + (b << 16) + (c << 8) + d
    return [
        address, str(n), hex(n), f"0{n:o}", f"{a}.{b}.{(c << 8) + d}", f"{a}.{(b << 16) + (c << 8) + d}",
        f"0x{a:x}.0x{b:x}.0x{c:x}.0x{d:x}", f"0{a:o}.0{b:o}.0{c:o}.0{d:o}", f"{address}.", f"[::ffff:{address}]",
        f"[::ffff:{a * 256 + b:x}:{c * 256 + d:x}]", f"[::{address}]", f"[64:ff9b::{address}]",
    ]  # fmt: skip


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Where a connection was tried."""
    seen: list[Any] = []

    def connect(self: socket.socket, to: Any) -> None:
        seen.append(to)
        raise ConnectionRefusedError(111, "Connection refused")

    monkeypatch.setattr(socket.socket, "connect", connect)
    return seen


@pytest.mark.parametrize("address", PRIVATE)
def test_no_spelling_of_a_private_address_is_connected_to(ctx: ToolContext, tried: list[Any], address: str) -> None:
    for host in spellings(address):
        for url in (f"http://{host}/latest/meta-data/", f"https://{host}:8443/", f"http://{host}:80\\@example.org/"):
            with pytest.raises((ToolFailed, RetryTool)):
                fetch_page.run(ctx, url)
    assert tried == []


@pytest.mark.parametrize("address", PRIVATE6)
def test_no_private_ipv6_address_is_connected_to(ctx: ToolContext, tried: list[Any], address: str) -> None:
    for url in (
        f"http://[{address}]/",
        f"https://[{address}]:8443/x",
        f"http://[{ipaddress.ip_address(address).exploded}]/",
    ):
        with pytest.raises((ToolFailed, RetryTool)):
            fetch_page.run(ctx, url)
    assert tried == []


def resolving(monkeypatch: pytest.MonkeyPatch, *answers: str) -> list[str]:
    """Names resolve to the first of `answers`, then the second, and so on in turns; an address is itself."""
    asked: list[str] = []

    def getaddrinfo(host: Any, port: Any, *args: Any, **kwargs: Any) -> list[Any]:
        found = host.decode() if isinstance(host, bytes) else str(host)
        try:
            ipaddress.ip_address(found)
        except ValueError:
            asked.append(found)
            found = answers[(len(asked) - 1) % len(answers)]
        family = socket.AF_INET6 if ":" in found else socket.AF_INET
        to = (found, int(port or 0), 0, 0) if family == socket.AF_INET6 else (found, int(port or 0))
        return [(family, socket.SOCK_STREAM, 6, "", to)]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


@pytest.mark.parametrize("address", [*PRIVATE, *PRIVATE6])
def test_a_name_that_resolves_to_a_private_address_is_not_connected_to(
    ctx: ToolContext, tried: list[Any], monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    asked = resolving(monkeypatch, address)
    with pytest.raises((ToolFailed, RetryTool)):
        fetch_page.run(ctx, "http://harmless.example.org/page")
    assert asked, "the name was never looked up, so this shows nothing"
    assert tried == []


@pytest.mark.parametrize("second", ["127.0.0.1", "169.254.169.254", "10.0.0.1", "::1"])
def test_a_name_that_changes_its_mind_after_the_check_gains_nothing(
    ctx: ToolContext, tried: list[Any], monkeypatch: pytest.MonkeyPatch, second: str
) -> None:
    """Rebinding: a public address when it is checked, a private one a moment later."""
    resolving(monkeypatch, "93.184.216.34", second)
    for _ in range(3):
        with pytest.raises((ToolFailed, RetryTool)):
            fetch_page.run(ctx, "http://rebinding.example.org/page")
    reached = {str(to[0]) for to in tried}
    assert "93.184.216.34" in reached, "the public address was not tried, so this shows nothing"
    assert reached == {"93.184.216.34"}
