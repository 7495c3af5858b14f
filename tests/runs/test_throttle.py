"""A guesser gets few tries, from wherever; and shuts out nobody whose browser is known."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from runs.accounts import Accounts
from runs.audit_book import Book
from runs.database import Database
from runs.errors import SignInRefused
from runs.throttle import (
    BUSY,
    DAY,
    DEVICE_LASTS,
    DEVICES,
    PAUSE,
    PER_ACCOUNT,
    PER_ACCOUNT_DAY,
    PER_ADDRESS,
    PER_DEVICE,
    PER_PAIR,
    WINDOW,
    network,
)
from tests.runs.clock import Clock

PASSWORD = "correct horse battery"
HERE, THERE = "198.51.100.7", "203.0.113.9"


@pytest.fixture
def paused() -> list[float]:
    return []


@pytest.fixture
def accounts(tmp_path: Path, clock: Clock, paused: list[float], monkeypatch: pytest.MonkeyPatch) -> Iterator[Accounts]:
    """Passwords are compared as they are: what is measured is how often, not how slowly."""
    monkeypatch.setattr("runs.accounts._matches", lambda hashed, password: bool(password == PASSWORD))
    database = Database(tmp_path / "groundwork.sqlite3")
    made = Accounts(database, clock, paused.append)
    for name in ("root", "ann", "bob"):
        made.add("x", name, "admin", PASSWORD)
    yield made
    assert Book(database).verify()[1] == []
    database.close()


def guesses(accounts: Accounts, name: str, address: str = "", device: str = "", most: int = 1_000) -> int:
    """How many wrong passwords are looked at before it is said that there were too many."""
    for n in range(most):
        try:
            accounts.sign_in(name, f"guess {n}", address, device)
        except SignInRefused as e:
            if "Too many" in str(e):
                return n
    return most


def known(accounts: Accounts, name: str, address: str = HERE, device: str = "") -> str:
    accounts.sign_in(name, PASSWORD, address, device)
    return accounts.throttle.remember(name, device)


def test_fifty_wrong_tries_by_anybody_lock_out_nobody_else(accounts: Accounts) -> None:
    for n in range(50):
        guesses(accounts, f"name {n}", THERE, most=1)
        guesses(accounts, f"name {n}", most=1)
    assert accounts.sign_in("ann", PASSWORD, HERE)
    assert accounts.sign_in("root", PASSWORD)


def test_one_address_guesses_a_little_and_the_owner_elsewhere_comes_in(accounts: Accounts, clock: Clock) -> None:
    assert guesses(accounts, "ann", THERE) == PER_PAIR
    with pytest.raises(SignInRefused, match="Wait 15 minutes"):
        accounts.sign_in("ann", PASSWORD, THERE)
    assert accounts.sign_in("ann", PASSWORD, HERE)
    clock.now += WINDOW - 60
    with pytest.raises(SignInRefused, match="Wait 1 minute,"):
        accounts.sign_in("ann", PASSWORD, THERE)
    clock.now += 61
    assert accounts.sign_in("ann", PASSWORD, THERE)


def test_many_addresses_together_guess_no_more_in_a_day_and_a_known_browser_comes_in(
    accounts: Accounts, clock: Clock
) -> None:
    device, tried = known(accounts, "ann"), 0
    for _ in range(int(DAY / WINDOW / 2)):
        tried += sum(guesses(accounts, "ann", f"203.0.113.{n}") for n in range(20))
        assert accounts.sign_in("ann", PASSWORD, HERE, device)
        clock.now += WINDOW
    assert tried == PER_ACCOUNT_DAY
    with pytest.raises(SignInRefused, match=r"Wait 1[23] hours.*A browser in which you have signed in"):
        accounts.sign_in("ann", PASSWORD, HERE)
    clock.now += DAY
    assert guesses(accounts, "ann") == PER_ACCOUNT


def test_one_address_does_not_try_one_password_at_all_names(accounts: Accounts) -> None:
    device = known(accounts, "bob", THERE)
    admitted = sum(guesses(accounts, f"name {n}", THERE, most=1) for n in range(100))
    assert admitted == PER_ADDRESS
    with pytest.raises(SignInRefused, match="Too many"):
        accounts.sign_in("ann", PASSWORD, THERE)
    assert accounts.sign_in("bob", PASSWORD, THERE, device)  # who works behind the same address


def test_what_may_be_anybodys_address_is_counted_for_nobody(accounts: Accounts) -> None:
    """A proxy on this machine that does not say for whom it asks."""
    for n in range(PER_ADDRESS + 5):
        guesses(accounts, f"name {n}", "127.0.0.1", most=1)
    assert accounts.sign_in("ann", PASSWORD, "127.0.0.1")
    assert guesses(accounts, "ann", "::1") == PER_ACCOUNT


def test_a_known_browser_has_a_few_tries_of_its_own(accounts: Accounts, clock: Clock) -> None:
    device = known(accounts, "ann")
    assert guesses(accounts, "ann", HERE, device) == PER_DEVICE
    with pytest.raises(SignInRefused, match=r"then try again\.$"):
        accounts.sign_in("ann", PASSWORD, HERE, device)
    assert accounts.sign_in("ann", PASSWORD, HERE)  # its failures are not those of strangers
    clock.now += WINDOW + 1
    for _ in range(3):  # mistyped, then right: begins anew
        assert guesses(accounts, "ann", HERE, device, most=PER_DEVICE - 1) == PER_DEVICE - 1
        assert accounts.sign_in("ann", PASSWORD, HERE, device)


def test_a_guesser_gains_nothing_by_being_known_for_another_account(accounts: Accounts) -> None:
    device = known(accounts, "bob", THERE)
    assert guesses(accounts, "ann", THERE, device) == PER_PAIR
    assert guesses(accounts, "ann", THERE, "made up") == 0
    accounts.sign_in("bob", PASSWORD, THERE, device)
    accounts.sign_in("ann", PASSWORD, HERE)  # the owner's success gives the guesser no new tries either
    assert guesses(accounts, "ann", THERE, device) == 0


def test_one_browser_is_known_for_several_accounts_and_its_cookie_is_another_each_time(accounts: Accounts) -> None:
    first = known(accounts, "ann")
    second = known(accounts, "bob", HERE, first)
    assert [accounts.throttle.knows(n, second) for n in ("ann", "bob", "root")] == [True, True, False]
    assert not accounts.throttle.knows("ann", first)  # who planted it, or took a copy


def test_a_browser_is_forgotten_with_its_sessions_and_in_time(accounts: Accounts, clock: Clock) -> None:
    def ended(after: object) -> bool:
        return not accounts.throttle.knows("ann", device)

    device = known(accounts, "ann")
    assert ended(accounts.end_sessions("root", "ann"))
    device = known(accounts, "ann")
    assert ended(accounts.change("root", "ann", disabled=True))
    accounts.change("root", "ann", disabled=False)
    device, others = known(accounts, "ann"), known(accounts, "bob")
    for _ in range(DEVICES):
        clock.now += 1
        known(accounts, "ann")
    assert ended(None)
    assert accounts.throttle.knows("bob", others)
    clock.now += DEVICE_LASTS
    assert not accounts.throttle.knows("bob", others)


def test_when_many_strangers_fail_each_waits_and_known_browsers_do_not(accounts: Accounts, paused: list[float]) -> None:
    device = known(accounts, "ann")
    for n in range(BUSY):
        guesses(accounts, f"name {n}", most=1)
    assert set(paused) == {0.0}
    accounts.sign_in("ann", PASSWORD, HERE, device)
    assert paused.pop() == 0.0
    accounts.sign_in("ann", PASSWORD, HERE)
    assert paused.pop() == PAUSE


def test_tries_at_the_same_moment_are_no_more_and_a_restart_forgets_none(
    accounts: Accounts, clock: Clock, tmp_path: Path
) -> None:
    with ThreadPoolExecutor(16) as many:
        told = [*many.map(lambda n: guesses(accounts, "ann", THERE, most=1), range(50))]
    assert sum(told) == PER_PAIR
    again = Database(tmp_path / "groundwork.sqlite3")
    assert guesses(Accounts(again, clock), "ann", THERE) == 0
    again.close()


def test_passwords_guessed_in_an_open_session_shut_nobody_out(accounts: Accounts) -> None:
    token = accounts.sign_in("ann", PASSWORD)
    for n in range(PER_DEVICE):
        with pytest.raises(SignInRefused, match="not your password"):
            accounts.change_password("ann", f"guess {n}", "another long one", token)
    with pytest.raises(SignInRefused, match="Too many"):
        accounts.change_password("ann", PASSWORD, "another long one", token)
    assert accounts.sign_in("ann", PASSWORD, HERE)
    with pytest.raises(SignInRefused, match="name or the password"):
        accounts.sign_in("ann", "guess", "", "(session)")  # the word is no cookie


@pytest.mark.parametrize(
    ("address", "one"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::1]", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        *((x, "") for x in ("127.0.0.1", "::1", "::ffff:127.0.0.1", "", "unknown", "testclient", "1.2.3.4; x")),
    ],
)
def test_what_counts_as_one_address(address: str, one: str) -> None:
    assert network(address) == one
