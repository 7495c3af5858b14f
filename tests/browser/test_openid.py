"""Signing in through an organisation's OpenID provider, in Chromium: who gets in, as whom, and who does not."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from runs.accounts import Accounts
from runs.database import Database
from tests.browser.conftest import ROOT, _environment, _wait_until_up
from tests.browser.openid import CLIENT, SECRET, OpenID

HOME = "groundwork"


@pytest.fixture(scope="module")
def provider() -> Iterator[OpenID]:
    with OpenID() as made:
        yield made
        assert made.failures == []


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, provider: OpenID) -> Iterator[str]:
    home = tmp_path_factory.mktemp("home")
    (home / HOME).mkdir()
    database = Database(home / HOME / "groundwork.sqlite3")
    accounts = Accounts(database)
    accounts.add("test", "bob@example.org", "admin", None)
    accounts.add("test", "root", "admin", "a long password of root")
    database.close()
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    told = {
        "redirect_uri": f"http://127.0.0.1:{port}/oauth2callback",
        "cookie_secret": "a-cookie-secret-of-the-test-0123456789",
        "client_id": CLIENT,
        "client_secret": SECRET,
        "server_metadata_url": f"{provider.url}/.well-known/openid-configuration",
    }
    secrets = home / "secrets.toml"
    secrets.write_text("[auth]\n" + "".join(f"{k} = {json.dumps(v)}\n" for k, v in told.items()))
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    command += ["--secrets.files", str(secrets)]
    with (home / "app.log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**_environment(home), "GROUNDWORK_MEMBERS": "example.org"}, stdout=log, stderr=log
        )
        try:
            _wait_until_up(f"http://127.0.0.1:{port}", process, home / "app.log")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(20)
        written = (home / "app.log").read_text()
        assert SECRET not in written
        assert "eyJ" not in written, "a token stands in the log"


def sign_in(page: Any, person: str) -> None:
    page.get_by_role("button", name="Sign in with your organisation").click()
    page.get_by_role("link", name=person, exact=True).click()


def test_a_member_signs_in_works_and_signs_out(visit: Any, app: str, provider: OpenID) -> None:
    page = visit()
    page.get_by_text("Sign in with your organisation").wait_for()
    assert page.get_by_test_id("stChatInputTextArea").count() == 0
    sign_in(page, "ann")
    page.get_by_text(
        "Signed in as ann@example.org", exact=True
    ).wait_for()  # one account however the address is written
    page.get_by_test_id("stChatInputTextArea").fill("What is 17.5% of 2,340?")
    page.get_by_test_id("stChatInputTextArea").press("Enter")
    page.get_by_text("409.5").first.wait_for()
    assert page.get_by_role("link", name="Admin").count() == 0
    page.reload()
    page.get_by_text("409.5").first.wait_for()
    copied = page.context.cookies()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_text("Sign in with your organisation").wait_for()
    assert page.get_by_text("409.5").count() == 0
    assert provider.ended == 1
    page.context.add_cookies(copied)  # somebody who has a copy of the cookie has nothing of it
    page.goto(app)
    page.get_by_text("Your session has ended").wait_for()
    assert page.get_by_text("Signed in as").count() == 0


def test_a_link_leads_on_and_an_admin_ends_the_session(visit: Any, app: str) -> None:
    page = visit("/audit")
    sign_in(page, "zoe")
    page.get_by_role("heading", name="Audit").wait_for()
    page.get_by_text("signed in", exact=True).first.wait_for()
    page.goto(f"{app}/admin")
    page.get_by_text("This page is for admins").wait_for()
    admin = visit("/admin")
    sign_in(admin, "bob")
    admin.get_by_role("heading", name="What tools may do").wait_for(timeout=60_000)  # the page is long
    admin.locator("[class*='st-key-end-zoe'] button").click()
    admin.locator("[class*='st-key-end-zoe']").wait_for(state="detached")
    page.reload()
    page.get_by_text("Your session has ended").wait_for()
    assert page.get_by_role("link", name="Memory").count() == 0  # no dead links beside it
    sign_in(page, "zoe")
    page.get_by_text("Signed in as zoe@example.org").wait_for()
    admin.locator("[class*='st-key-disable-zoe'] button").click()
    admin.get_by_role("button", name="Enable", exact=True).wait_for()
    page.reload()
    page.get_by_text("This account is disabled").wait_for()


def test_others_see_nothing_of_it_and_an_admin_is_one(visit: Any) -> None:
    page = visit()
    sign_in(page, "bob")
    page.get_by_text("Signed in as bob@example.org").wait_for()
    page.get_by_role("link", name="Admin").wait_for()
    assert page.locator(".st-key-threads button").count() == 0


@pytest.mark.parametrize("person", ["eve", "root", "out"])
def test_an_unverified_address_the_name_of_another_account_and_a_stranger_get_nobody_in(
    visit: Any, person: str
) -> None:
    page = visit()
    sign_in(page, person)
    page.get_by_text("may not use Groundwork").wait_for()
    assert page.get_by_test_id("stChatInputTextArea").count() == 0


@pytest.mark.parametrize("how", ["another key", "another nonce", "another audience", "long over"])
def test_a_token_that_is_not_the_providers_is_refused(visit: Any, provider: OpenID, how: str) -> None:
    def twist(claims: dict[str, Any]) -> Any:
        claims |= {
            "another nonce": {"nonce": "x"},
            "another audience": {"aud": "somebody else"},
            "long over": {"iat": 1_000_000, "exp": 1_000_300},
        }.get(how, {})
        return provider.other if how == "another key" else None

    page = visit()
    provider.twist = twist
    try:
        page.get_by_role("button", name="Sign in with your organisation").click()
        page.get_by_role("link", name="ann", exact=True).click()
        page.wait_for_load_state()
        page.goto(page.url.split("/oauth2callback")[0])
        page.get_by_role("button", name="Sign in with your organisation").wait_for()
    finally:
        provider.twist = lambda claims: None
    assert page.get_by_text("Signed in as").count() == 0
