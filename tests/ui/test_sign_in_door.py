"""Signing in through the door: what others try keeps no known browser out, and takes no thread from anybody."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

from runs.accounts import Accounts
from tests.ui.test_doors import PASSWORD, accounts, ask, home, inner
from ui import doors
from ui.sign_in_door import COOKIE, DEVICE, QUEUE

__all__ = ["accounts", "home"]  # fixtures
WRONG = b"name=ann&password=wrong"
RIGHT = f"name=ann&password={PASSWORD.replace(' ', '+')}".encode()


def test_a_browser_that_was_let_in_is_let_in_while_others_guess(accounts: Accounts, monkeypatch: Any) -> None:
    monkeypatch.setattr("runs.accounts._matches", lambda hashed, password: password == PASSWORD)
    door = doors.Doors(inner)

    def enter(form: bytes, client: str, cookie: str = "") -> tuple[int, dict[str, str], str]:
        return ask("POST", "/sign-in", form, door=door, origin="http://here:1", client=client, cookie=cookie)

    _, told, _ = enter(RIGHT, "198.51.100.7")
    session, known = told["set-cookie"].splitlines()
    assert session.startswith(f"{COOKIE}=")
    assert known.startswith(f"{DEVICE}=")
    assert "; Path=/sign-in; HttpOnly; SameSite=Lax" in known
    known = known.split(";")[0]
    _, told, _ = ask("POST", "/sign-out", cookie=session.split(";")[0])
    assert DEVICE not in told["set-cookie"]  # it stays known
    for n in range(40):
        assert enter(WRONG, f"203.0.113.{n}")[0] == 401
    refused = enter(RIGHT, "198.51.100.7")
    assert (refused[0], "Too many" in refused[2], "A browser in which you" in refused[2]) == (401, True, True)
    status, told, _ = enter(RIGHT, "198.51.100.7", known)
    assert (status, "set-cookie" in told) == (303, True)
    assert enter(RIGHT, "198.51.100.7", known)[0] == 401  # each cookie is good until the next one


def test_a_flood_of_strangers_takes_no_threads_from_others(accounts: Accounts, monkeypatch: Any) -> None:
    """While their tries wait, a known browser signs in, and who has a session is served."""
    go_on, door = threading.Event(), doors.Doors(inner)
    device = accounts.throttle.remember("ann")
    session = accounts.sign_in("ann", PASSWORD)
    monkeypatch.setattr(
        "runs.accounts._matches", lambda hashed, password: password == PASSWORD or (go_on.wait(20) and False)
    )

    async def all_of_it() -> list[int]:
        async def enter(form: bytes, cookie: str = "", path: str = "/sign-in") -> int:
            sent: list[Any] = []
            headers = [(b"host", b"here:1"), (b"cookie", cookie.encode())]
            scope = {"type": "http", "method": "POST" if form else "GET", "path": path, "headers": headers}
            scope |= {"scheme": "http", "server": ("127.0.0.1", 1), "query_string": b"", "client": ("127.0.0.1", 1)}

            async def receive() -> Any:
                return {"type": "http.request", "body": form, "more_body": False}

            async def send(message: Any) -> None:
                sent.append(message)

            await door(scope, receive, send)
            return int(sent[0]["status"])

        flood = [asyncio.create_task(enter(b"name=n%d&password=x" % n)) for n in range(QUEUE + 30)]
        while sum(t.done() for t in flood) < 30:  # those for whom there is no room
            await asyncio.sleep(0.01)
        seen = [await enter(RIGHT, f"{DEVICE}={device}"), await enter(b"", f"{COOKIE}={session}", "/memory")]
        seen.append(sum(not t.done() for t in flood))
        go_on.set()
        return [*seen, *sorted(set(await asyncio.gather(*flood)))]

    assert asyncio.run(all_of_it()) == [303, 200, QUEUE, 401, 503]
