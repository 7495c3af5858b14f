"""What one browser session knows: who is looking, at which conversation, and what it has read of each run.

Not a place for truth: everything here can be lost at a refresh and is read again from the service.
"""

from __future__ import annotations

import gc
import itertools
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import streamlit as st

from graph.events import OPEN
from memory.types import MemoryFault
from runs.accounts import LOCAL
from runs.errors import GroundworkError
from runs.types import Run
from ui import provider
from ui.render import label
from ui.sign_in_door import COOKIE
from ui.timeline import RunView, fold

if TYPE_CHECKING:
    from runs.service import Groundwork

_COLLECT_EVERY = 200  # script runs; the collector is off after each run (see .streamlit/config.toml)


@st.cache_resource(show_spinner="Opening Groundwork …")
def groundwork() -> Groundwork:
    """The one Groundwork of this process. Raises HomeInUse; a failure is not kept, so the next load tries again."""
    from runs.service import Groundwork
    from runs.settings import Settings

    return Groundwork.open(Settings.from_environment())


def user() -> str:
    """Who is looking: from the session alone. "" when nobody is signed in who has to be."""
    accounts = groundwork().control.accounts
    if provider.configured() and st.user.is_logged_in:
        return _vouched_for(str(st.user.get("email") or st.user.get("sub") or ""))
    if provider.configured() or accounts.any():
        return accounts.user(st.context.cookies.get(COOKIE, ""))
    return LOCAL


def _vouched_for(name: str) -> str:
    """Somebody whom the organisation's provider knows. An address that it has not verified is nobody's."""
    if not name or st.user.get("email_verified") is False:
        return ""
    accounts, domains = groundwork().control.accounts, groundwork().settings.members
    return attempt(accounts.from_provider, name, provider.token(st.context.cookies), domains) or ""


def belongs_to(name: str) -> None:
    """What a tab has kept (a draft, a prepared export) is its user's: it goes when the tab comes back as somebody else,
    which happens when it reconnects after another tab has signed in anew."""
    if not name:
        return  # the end of a session may leave a word, as that the account is erased
    if st.session_state.get("who", name) != name:
        st.session_state.clear()
    st.session_state["who"] = name


def has_ended() -> bool:
    """The provider knows who it is, but the session here is over."""
    return not groundwork().control.accounts.is_open(provider.token(st.context.cookies))


def role() -> str:
    return groundwork().control.accounts.role(user())


def is_admin() -> bool:
    return groundwork().control.is_admin(user())


def pages() -> dict[str, Any]:
    """The app's pages by name, as `app.py` made them for this drawing."""
    return st.session_state["pages"]


def thread() -> str:
    """The conversation on show: the address bar wins, session state survives a change of page; "" is a new one."""
    asked = st.query_params.get("thread")
    if asked is not None:
        st.session_state["thread"] = asked
    return st.session_state.get("thread", "")


def show_thread(thread_id: str) -> None:
    """Switch to a conversation ("" for a new one). Callable from callbacks."""
    st.session_state["thread"] = thread_id
    st.session_state.pop("turns", None)
    if thread_id:
        st.query_params["thread"] = thread_id
    else:
        st.query_params.pop("thread", None)


def show_run(thread_id: str, run: str) -> None:
    """Switch to a conversation, at this turn."""
    show_thread(thread_id)
    st.session_state["wanted-run"] = run


def wanted_run() -> str:
    """The turn to bring into view at this drawing, told once; "" for the latest."""
    asked = st.query_params.get("run", "")
    if asked:
        st.query_params.pop("run", None)
    return st.session_state.pop("wanted-run", "") or asked


def notice(text: str = "") -> str:
    """Leave a message for the next drawing, or (without a text) take what was left."""
    if text:
        st.session_state["notice"] = text
        return text
    return st.session_state.pop("notice", "")


def tell_notice() -> None:
    """Show what was left: at the head of the page, and where the reader is, who may have scrolled far from there."""
    if message := notice():
        st.error(label(message), icon=":material/error:")
        st.toast(label(message), icon=":material/error:", duration="long")


def redraw() -> None:
    """From a callback of a fragment: the whole page is to be drawn anew, not the fragment alone."""
    st.session_state["redraw"] = True


def attempt(action, *args):
    """Call the service from a callback; what it refuses is shown at the next drawing. Returns its result or None."""
    try:
        return action(*args)
    except (GroundworkError, MemoryFault) as e:
        notice(str(e))
        return None


def mine(action, *args):
    """Like `attempt`, for whoever is looking when it is clicked: a button outlives the session in which it was drawn."""
    who = user()
    return attempt(action, who, *args) if who else None


def follow(run: Run) -> RunView:
    """The run's events so far, folded. An ended run is kept for the process, an open one only for this session: of it,
    only what is new is read and folded, as the page looks many times a second while an answer is written."""
    if run.status not in OPEN:
        st.session_state.get("views", {}).pop(run.id, None)
        return _ended(groundwork(), user(), run.id, run.last)
    views: dict[str, RunView] = st.session_state.setdefault("views", {})
    view = views.setdefault(run.id, RunView())
    fold(groundwork().events(user(), run.id, view.last), view)
    return replace(view)  # the next look does not put an answer into what is being drawn


@st.cache_resource(max_entries=200, show_spinner=False)
def _ended(_service: Groundwork, owner: str, run_id: str, last: int) -> RunView:  # noqa: ARG001 (a run with more events is cached anew)
    return fold(_service.events(owner, run_id))


def forget_runs() -> None:
    """After a deletion: nothing of it stays in the process's cache."""
    _ended.clear()


@st.cache_resource(show_spinner=False)
def _script_runs() -> itertools.count:
    return itertools.count(1)


def collect_now_and_then() -> None:
    if next(_script_runs()) % _COLLECT_EVERY == 0:
        gc.collect()
