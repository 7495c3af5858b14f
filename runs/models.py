"""Which language models are used: chosen on the Settings page (kept in the home), overruled by the environment.

Keys are read from the environment only, when a model is opened, and are kept nowhere. A change applies to the next run.
"""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from agents.base import Agent
from agents.models.spec import BadSpec, ModelSettings, Spec
from agents.roles import RoleSpec, built_in_roles, usable_roles
from runs.errors import GroundworkError
from runs.offers import Offer, found
from runs.preferences import Preferences
from tools.base import Json

if TYPE_CHECKING:
    from agents.models.chat import Chat

_VARIABLE = "GROUNDWORK_MODEL"  # also _FALLBACKS, _CONTEXT, _TIMEOUT and one for each role, like _WRITER


_LOOK_AGAIN = 30.0  # seconds
_TEST = 20.0  # seconds for each call of a test
_TEST_LOCAL = 60.0  # on this machine, where the first call may have to load the model


@dataclass(frozen=True)
class Choice:
    """What is in force, and which of it the environment decides (field names, and "role:NAME")."""

    models: ModelSettings
    tokens: int = 0  # of one run; 0: the budget that everything starts with
    money: float = 0.0
    from_environment: Mapping[str, str] = field(default_factory=dict)  # field -> variable
    faults: tuple[str, ...] = ()  # what could not be used, for users


class Models:
    """Thread-safe. `home` is where the choice is kept, and `home/roles` the user's own specialists."""

    def __init__(
        self, home: Path, preferences: Preferences, built_in: Agent, environment: Mapping[str, str] | None = None
    ) -> None:
        self._preferences, self._folder, self._built_in = preferences, home / "roles", built_in
        self._environment = environment
        self._chats: dict[tuple[int, str, str], Chat] = {}
        self._lock = threading.Lock()
        self._offers: list[Offer] = []
        self._looked = -1e9
        self._testing: asyncio.AbstractEventLoop | None = None

    # --- the choice
    def choice(self) -> Choice:
        """What the next run will use. Never raises: what cannot be used is told in `faults`."""
        stored = self._kept()
        faults: list[str] = []
        env = os.environ if self._environment is None else self._environment
        told: dict[str, str] = {}
        values: dict[str, Any] = {**stored, "roles": {**_dict(stored.get("roles"))}}
        for name, variable, read in _FROM_ENVIRONMENT:
            if text := env.get(variable, "").strip():
                try:
                    values[name] = read(text)
                    told[name] = variable
                except ValueError:
                    faults.append(f"{variable} is not a value that can be used, so it was left out.")
        for role in ("planner", *self.roles()):
            variable = f"{_VARIABLE}_{role.upper()}"
            if text := env.get(variable, "").strip():
                values["roles"][role] = text
                told[f"role:{role}"] = variable
        try:
            choice = _choice(values)
        except (TypeError, ValueError):
            choice = Choice(ModelSettings())
            faults.append("The models kept on the Settings page cannot be read, so none of them is used. Choose again.")
        faults += [*_faults(choice.models), *usable_roles(self._folder)[1]]
        return replace(choice, from_environment=told, faults=tuple(faults))

    def save(self, models: ModelSettings, tokens: int = 0, money: float = 0.0) -> None:
        """Keep a choice for the runs to come. Raises BadSpec, BadHome."""
        for name in (models.model, *models.fallbacks, *models.roles.values()):
            if name:
                Spec.parse(name)
        before, chosen = self._kept(), {**asdict(models), "tokens": tokens, "money": money}
        for name in self.choice().from_environment:  # what the environment decides was not chosen here
            field_, _, role = name.partition(":")
            if role:
                was = _dict(before.get("roles")).get(role)
                chosen["roles"] = {k: v for k, v in chosen["roles"].items() if k != role} | ({role: was} if was else {})
            elif field_ in before:
                chosen[field_] = before[field_]
            else:
                del chosen[field_]
        self._preferences.set("models", cast(Json, chosen))

    def _kept(self) -> dict[str, Any]:
        return _dict(self._preferences.get("models"))

    def roles(self) -> Mapping[str, RoleSpec]:
        """The specialists: ours, and those the user added. A file that cannot be read is told in `choice().faults`."""
        return {**built_in_roles(), **usable_roles(self._folder)[0]}

    # --- looking
    def offers(self) -> list[Offer]:
        """Models found on their own; looked for at most twice a minute, because the page asks at every drawing."""
        with self._lock:
            if time.monotonic() - self._looked > _LOOK_AGAIN:
                self._offers, self._looked = found(self._environment), time.monotonic()
            return [*self._offers]

    def test(self, name: str) -> str:
        """Ask a model something small: "answered in 0.8 s, structured output: native …". Blocks up to two minutes.

        Raises GroundworkError, which says why it cannot be used.
        """
        from agents.models.faults import ModelFault
        from agents.models.probe import probe

        try:
            spec = Spec.parse(name)
            seconds = _TEST_LOCAL if spec.local or (spec.provider == "ollama" and not spec.base_url) else _TEST
            asking = asyncio.wait_for(probe(name, replace(self.choice().models, timeout=seconds)), seconds * 2)
            return str(asyncio.run_coroutine_threadsafe(asking, self._loop()).result())
        except (BadSpec, ModelFault) as e:
            raise GroundworkError(str(e)) from e
        except TimeoutError as e:
            raise GroundworkError(f"{name} did not answer within {seconds * 2:g} seconds.") from e

    def _loop(self) -> asyncio.AbstractEventLoop:
        """One loop for all tests: the clients of some providers stay bound to the first that used them."""
        with self._lock:
            if self._testing is None:
                self._testing = asyncio.new_event_loop()
                threading.Thread(target=self._testing.run_forever, name="test-models", daemon=True).start()
            return self._testing

    # --- using it
    def agent(self) -> Agent:
        """The agent for one run."""
        choice = self.choice()
        if not choice.models.model:
            return self._built_in
        from agents.models.agent import ModelAgent

        roles = self.roles()
        own = {name: role.model for name, role in roles.items() if role.model}
        models = replace(choice.models, roles={**own, **choice.models.roles})
        return ModelAgent(models, lambda name: self._chat(name, models), roles, self._built_in)

    def _chat(self, name: str, models: ModelSettings) -> Chat:
        """One chat model for each event loop and way of use: what it was found to be able to do stays known."""
        from agents.models.chat import Chat
        from agents.models.faults import Unusable

        key = (id(asyncio.get_running_loop()), name, f"{models.context}:{models.timeout}")
        with self._lock:
            if key not in self._chats:
                try:
                    self._chats[key] = Chat(Spec.parse(name), models)
                except BadSpec as e:
                    raise Unusable(str(e)) from e
            return self._chats[key]


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _integer(text: str) -> int:
    value = int(text.replace("_", "").replace(",", ""))
    if value < 0:
        raise ValueError(text)
    return value


def _positive(text: str) -> float:
    value = float(text)
    if not 0 <= value < 1e9:
        raise ValueError(text)
    return value


def _names(text: str) -> tuple[str, ...]:
    return tuple(x.strip() for x in text.split(",") if x.strip())


_FROM_ENVIRONMENT: tuple[tuple[str, str, Callable[[str], Any]], ...] = (
    ("model", _VARIABLE, str),
    ("fallbacks", f"{_VARIABLE}_FALLBACKS", _names),
    ("context", f"{_VARIABLE}_CONTEXT", _integer),
    ("timeout", f"{_VARIABLE}_TIMEOUT", _positive),
    ("backoff", f"{_VARIABLE}_BACKOFF", _positive),
    ("tokens", "GROUNDWORK_TOKENS", _integer),
    ("money", "GROUNDWORK_MONEY", _positive),
)


def _choice(values: Mapping[str, Any]) -> Choice:
    base = ModelSettings()
    models = ModelSettings(
        model=str(values.get("model") or ""),
        fallbacks=tuple(str(x) for x in values.get("fallbacks") or ()),
        roles={str(k): str(v) for k, v in (values.get("roles") or {}).items() if v},
        context=int(values.get("context") or 0),
        timeout=float(values.get("timeout") or base.timeout),
        backoff=float(values.get("backoff") or base.backoff),
    )
    return Choice(models, int(values.get("tokens") or 0), float(values.get("money") or 0.0))


def _faults(models: ModelSettings) -> list[str]:
    out = []
    for name in (models.model, *models.fallbacks, *models.roles.values()):
        try:
            if name:
                Spec.parse(name)
        except BadSpec as e:
            out.append(str(e))
    return out
