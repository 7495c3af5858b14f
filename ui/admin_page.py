"""The admin page: who may come in, and what each role may do with each tool. The service checks the role again."""

from __future__ import annotations

from typing import get_args

import streamlit as st

from graph.policy import ROLES, Word, default
from runs.accounts import Account
from ui import admin_limits, session
from ui.approvals import RISKS
from ui.render import escape, label

_WORDS = {"allow": "allowed", "ask": "ask every time", "deny": "not allowed"}


def page() -> None:
    st.title("Admin", anchor=False)
    if not session.is_admin():
        st.html(
            '<p class="gw-lead">This page is for admins, who look after accounts, limits and rules. Your role is '
            f"{escape(session.role())}. Nothing was changed. Ask an admin if you need it.</p>"
        )
        return
    session.tell_notice()
    _users()
    admin_limits.draw()
    _rules()


def _users() -> None:
    st.subheader("Users", anchor=False)
    users = session.groundwork().control.users(session.user())
    if not users:
        st.html(
            '<p class="gw-quiet">There are no accounts: this is a single-user install, open to this machine only. Once you '
            "add one, everybody has to sign in, so make the first one an admin with a password that you know. Conversations "
            "and documents of before are not moved to an account: take them along first, on the Settings page.</p>"
        )
    for account in users:
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"user-{account.name}"):
            _user(account)
    with st.expander("Add a user", key="add-user", expanded=not users), st.form("new-user", clear_on_submit=True):
        st.text_input("Name", key="new-name")
        st.text_input("Password (10 characters or more)", type="password", key="new-password")
        usual = "member" if users else "admin"  # nobody becomes an admin by being overlooked
        st.selectbox("Role", ROLES[::-1], ROLES[::-1].index(usual), key="new-role")
        st.form_submit_button("Add", on_click=_add)


def _user(a: Account) -> None:
    facts = [
        a.role,
        "disabled" if a.disabled else "",
        f"{a.sessions} session{'' if a.sessions == 1 else 's'}",
        f"since {a.created[:10]}",
    ]
    st.html(
        f'<div class="gw-doc"><b>{escape(a.name)}</b><div class="gw-facts">{" · ".join(escape(f) for f in facts if f)}</div></div>',
        width="stretch",
    )
    st.selectbox(
        f"Role of {label(a.name)}",
        ROLES,
        index=ROLES.index(a.role),
        key=f"role-{a.name}",
        label_visibility="collapsed",
        width=120,
        on_change=_role,
        args=(a.name,),
    )
    if a.sessions:
        st.button("End sessions", key=f"end-{a.name}", on_click=_end, args=(a.name,))
    word = "Enable" if a.disabled else "Disable"
    st.button(word, key=f"disable-{a.name}", on_click=_disable, args=(a.name, not a.disabled))


def _rules() -> None:
    st.subheader("What tools may do", anchor=False)
    st.html(
        '<p class="gw-quiet">“By risk” is: reading is allowed; writing is allowed to members and admins, and asked for once '
        "a run has read content of others; what leaves the machine is asked for every time. A viewer only reads. After "
        "content of others, even what is allowed here is asked for.</p>"
    )
    control, user = session.groundwork().control, session.user()
    rules = control.rules(user)
    with st.container(key="rules", gap="small"):
        for name, tool in sorted(control.tools(user).items()):
            with st.container(gap=None, key=f"rules-of-{name}"):
                st.html(
                    f'<div class="gw-doc"><b>{escape(name)}</b> <span class="gw-facts">{RISKS[tool.risk]}</span></div>'
                )
                for column, role in zip(st.columns(len(ROLES), gap="small"), ROLES, strict=True):
                    with column:
                        _rule_of(name, role, default(tool, role), rules.get((name, role), ""))


def _rule_of(tool: str, role: str, by_risk: Word, chosen: str) -> None:
    choices = ("", *get_args(Word))
    st.selectbox(
        role,
        choices,
        index=choices.index(chosen),
        format_func=lambda w: _WORDS.get(w, f"{_WORDS[by_risk]} (by risk)"),
        key=f"rule-{tool}-{role}",
        on_change=_rule,
        args=(tool, role),
    )


def _add() -> None:
    s = st.session_state
    control = session.groundwork().control
    session.attempt(control.add_user, session.user(), s["new-name"], s["new-role"], s["new-password"])


def _role(name: str) -> None:
    key = f"role-{name}"
    changed = session.groundwork().control.change_user
    session.attempt(lambda: changed(session.user(), name, role=st.session_state[key]))
    st.session_state.pop(key, None)


def _disable(name: str, disabled: bool) -> None:
    changed = session.groundwork().control.change_user
    session.attempt(lambda: changed(session.user(), name, disabled=disabled))


def _end(name: str) -> None:
    session.attempt(session.groundwork().control.end_sessions, session.user(), name)


def _rule(tool: str, role: str) -> None:
    word = st.session_state[f"rule-{tool}-{role}"]
    session.attempt(session.groundwork().control.set_rule, session.user(), tool, role, word)
