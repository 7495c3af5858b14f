"""Settings: who plans, acts and checks: the built-in agent, or a language model, and which for which specialist."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from agents.base import BUILT_IN
from agents.models.spec import BadSpec, ModelSettings
from runs.errors import GroundworkError
from ui import session
from ui.render import escape, label

if TYPE_CHECKING:
    from runs.models import Choice
    from runs.service import Groundwork

_EXAMPLES = "openai:gpt-5-mini, anthropic:claude-sonnet-4-5, ollama:qwen3, openai:NAME@http://127.0.0.1:8080/v1"


def draw(service: Groundwork) -> None:
    st.subheader("Agent", anchor=False)
    choice = service.models.choice()
    _who(service.agent)
    for fault in choice.faults:
        st.html(f'<div class="gw-note gw-note-warn">{escape(fault)}</div>')
    _offers(service, choice)
    _form(service, choice)
    _tested(service, choice)


def _who(agent: str) -> None:
    if agent == BUILT_IN:
        st.html(
            "<p>The <b>built-in agent</b> works on your goals. It needs no key and no network; it quotes and computes, "
            "and says so when a goal needs a language model.</p>"
        )
    else:
        st.html(
            f"<p><b>{escape(agent)}</b> works on your goals. What it writes is compared with the sources, sentence by "
            "sentence; when it cannot be reached, the built-in agent does what it can.</p>"
        )


def _offers(service: Groundwork, choice: Choice) -> None:
    """One click for each model that was found on its own."""
    if "model" in choice.from_environment:
        return
    for i, offer in enumerate(o for o in service.models.offers() if o.model != choice.models.model):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.button(
                label(f"Use {offer.model}", 60),
                key=f"offer-{i}",
                on_click=_use,
                args=(service, offer.model),
                type="primary",
            )
            st.html(f'<span class="gw-quiet">{escape(offer.why)}.</span>')
    if choice.models.model:
        st.button("Go back to the built-in agent", key="model-none", on_click=_use, args=(service, ""), type="tertiary")


def _form(service: Groundwork, choice: Choice) -> None:
    models, fixed = choice.models, choice.from_environment
    with st.expander("Choose a language model", expanded=False, key="models"):
        with st.form("models-form", border=False):
            st.text_input("Model", models.model, key="model", placeholder="provider:name", **_fixed(fixed, "model"))
            st.html(
                f'<p class="gw-quiet">For example {escape(_EXAMPLES)}. Keys are read from the environment only '
                "(OPENAI_API_KEY and so on; GROUNDWORK_MODEL_KEY for an address of its own).</p>"
            )
            st.text_input(
                "When it fails, these in order",
                ", ".join(models.fallbacks),
                key="fallbacks",
                **_fixed(fixed, "fallbacks"),
            )
            st.markdown("**A different model for a specialist**")
            for role in ("planner", *service.models.roles()):
                name = f"role:{role}"
                value = models.roles.get(role, "")
                st.text_input(
                    role,
                    value,
                    key=name,
                    placeholder="the model above",
                    label_visibility="visible",
                    **_fixed(fixed, name),
                )
            left, right = st.columns(2)
            with left:
                st.number_input(
                    "Context, tokens (0: what is known of it)",
                    0,
                    10_000_000,
                    models.context,
                    1024,
                    key="context",
                    **_fixed(fixed, "context"),
                )
                st.number_input(
                    "Tokens for one run (0: as usual)",
                    0,
                    1_000_000_000,
                    choice.tokens,
                    10_000,
                    key="tokens",
                    **_fixed(fixed, "tokens"),
                )
            with right:
                st.number_input(
                    "Seconds for one call",
                    1.0,
                    3600.0,
                    float(models.timeout),
                    10.0,
                    key="timeout",
                    **_fixed(fixed, "timeout"),
                )
                st.number_input(
                    "US dollars for one run (0: no limit)",
                    0.0,
                    1e6,
                    float(choice.money),
                    0.1,
                    key="money",
                    **_fixed(fixed, "money"),
                )
            st.html(
                '<p class="gw-quiet">A run ends before it passes these. Money counts only for models whose price is known; '
                "for an address of its own set a limit of tokens.</p>"
            )
            st.form_submit_button("Save", on_click=_save, args=(service,))


def _fixed(fixed: Mapping[str, str], name: str) -> dict:
    """Disabled, with the reason, where the environment decides."""
    return {"disabled": name in fixed, "help": f"Set by {fixed[name]} in the environment." if name in fixed else None}


def _tested(service: Groundwork, choice: Choice) -> None:
    if not choice.models.model:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if st.button("Test the connection", key="model-test", icon=":material/wifi_tethering:"):
            with st.spinner("Asking the model something small"):
                uses = _uses(choice.models)
                st.session_state["model-tested"] = [(name, who, *_ask(service, name)) for name, who in uses.items()]
        tested = st.session_state.get("model-tested", [])
        if [(name, who) for name, who, *_ in tested] == [*_uses(choice.models).items()]:
            lines = [
                f'<div class="{"gw-good" if good else "gw-bad"}">{escape(f"{who}: {said}" if len(tested) > 1 else said)}</div>'
                for _, who, good, said in tested
            ]
            st.html("".join(lines))


def _uses(models: ModelSettings) -> dict[str, str]:
    """Every model that a run may ask, once, with what it is for."""
    out = {models.model: "the model"}
    for name in models.fallbacks:
        out.setdefault(name, "when it fails")
    for role, name in models.roles.items():
        if name and out.get(name) != "the model":
            out[name] = f"{out[name]}, {role}" if name in out else role
    return out


def _ask(service: Groundwork, name: str) -> tuple[bool, str]:
    try:
        return True, service.models.test(name)
    except GroundworkError as e:
        return False, str(e)


def _use(service: Groundwork, model: str) -> None:
    choice = service.models.choice()
    st.session_state["model"] = model
    _keep(service, replace(choice.models, model=model), choice.tokens, choice.money)


def _save(service: Groundwork) -> None:
    said, models = st.session_state, service.models.choice().models
    roles = {
        r: said[f"role:{r}"].strip() for r in ("planner", *service.models.roles()) if said.get(f"role:{r}", "").strip()
    }
    chosen = replace(
        models,
        model=said["model"].strip(),
        fallbacks=tuple(x.strip() for x in said["fallbacks"].split(",") if x.strip()),
        roles=roles,
        context=int(said["context"]),
        timeout=float(said["timeout"]),
    )
    _keep(service, chosen, int(said["tokens"]), float(said["money"]))


def _keep(service: Groundwork, models: ModelSettings, tokens: int, money: float) -> None:
    try:
        service.shared.choose_models(session.user(), models, tokens, money)
    except (BadSpec, GroundworkError) as e:
        session.notice(str(e))
