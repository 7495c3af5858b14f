"""Signing in and out at the door: what the form sent, the session's cookie, and the one by which a browser is known.

Strangers have one thread to themselves, and known browsers (`runs/throttle.py`) another: a flood of guesses takes neither
the turn of who has signed in here before, nor the threads in which the door looks at sessions.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit

from runs.accounts import LONGEST, Accounts
from runs.errors import SignInRefused
from runs.throttle import DEVICE_LASTS
from ui import provider, sign_in_form
from ui.asgi import Receive, Scope, Send, body, client, cookies, header, reply, set_cookie

COOKIE, DEVICE = "groundwork_session", "groundwork_device"
PATH = "/sign-in"
QUEUE = 20  # strangers who wait at once; more are told to come back


class Crowded(Exception):
    """So many strangers wait that no more are taken on."""


class SignInDoor:
    def __init__(self) -> None:
        self._strangers, self._known = ThreadPoolExecutor(1, "sign-in"), ThreadPoolExecutor(1, "sign-in-known")
        self._waiting = 0  # strangers; counted in the server's one loop

    async def sign_in(self, accounts: Accounts, scope: Scope, receive: Receive, send: Send) -> None:
        asked = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("next", ["/"])[0]
        if scope["method"] != "POST":
            if await asyncio.to_thread(accounts.user, token(scope)):
                await reply(send, 303, "", [("location", provider.inside(asked))])
            else:
                await reply(send, 200, sign_in_form.page("", wanted=asked))
            return
        origin, host = header(scope, b"origin"), header(scope, b"host")
        if origin and urlsplit(origin).netloc != host:
            await reply(send, 403, sign_in_form.page("This form came from another site, so it was not used."))
            return
        form = parse_qs((await body(receive)).decode("utf-8", "replace"), keep_blank_values=True)
        name, password, wanted = (form.get(k, [""])[0] for k in ("name", "password", "next"))
        try:
            opened = await self._opened(accounts, name.strip(), password, scope)
        except SignInRefused as e:
            await reply(send, 401, sign_in_form.page(str(e), name, wanted))
            return
        except Crowded as e:
            await reply(send, 503, sign_in_form.page(str(e), name, wanted), [("retry-after", "10")])
            return
        session, device = opened
        kept = set_cookie(scope, COOKIE, session, int(LONGEST))
        known = set_cookie(scope, DEVICE, device, int(DEVICE_LASTS), PATH)
        await reply(send, 303, "", [("location", provider.inside(wanted)), kept, known])

    async def _opened(self, accounts: Accounts, name: str, password: str, scope: Scope) -> tuple[str, str]:
        """(session, device). Raises SignInRefused, Crowded."""
        device, address = cookies(scope).get(DEVICE, ""), client(scope)

        def tried() -> tuple[str, str]:
            return accounts.sign_in(name, password, address, device), accounts.throttle.remember(name, device)

        loop = asyncio.get_running_loop()
        if await asyncio.to_thread(accounts.throttle.knows, name, device):
            return await loop.run_in_executor(self._known, tried)
        if self._waiting >= QUEUE:
            raise Crowded("Very many try to sign in at this moment. Try again in a few seconds.")
        self._waiting += 1
        try:
            return await loop.run_in_executor(self._strangers, tried)
        finally:
            self._waiting -= 1


async def sign_out(accounts: Accounts, scope: Scope, send: Send) -> None:
    """Of both kinds of session; the browser stays known. The provider is told by Streamlit, at an address to which a form
    may not lead on (the policy for forms covers redirects), so the browser is sent there by the page."""
    theirs, gone = provider.token(cookies(scope)), set_cookie(scope, COOKIE, "", 0)
    await asyncio.to_thread(accounts.sign_out, token(scope))
    await asyncio.to_thread(accounts.sign_out, theirs)
    if theirs and provider.configured():
        to = f'<!doctype html><meta http-equiv="refresh" content="0;url={provider.LOGOUT}"><p>Signing out …</p>'
        await reply(send, 200, to, [gone])
    else:
        await reply(send, 303, "", [("location", "/" if provider.configured() else PATH), gone])


def token(scope: Scope) -> str:
    return cookies(scope).get(COOKIE, "")
