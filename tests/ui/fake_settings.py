"""What a page asks of the settings and the accounts, without any: strict parts of `fake_service.py`."""

from __future__ import annotations

from agents.models.spec import ModelSettings
from runs.models import Choice
from runs.offers import Offer


class FakeModels:
    """No language model is chosen, and none is found."""

    def choice(self) -> Choice:
        return Choice(ModelSettings())

    def offers(self) -> list[Offer]:
        return []


class FakeAccounts:
    """Nobody has to sign in."""

    def any(self) -> bool:
        return False

    def has_password(self, user: str) -> bool:
        return False


class FakeControl:
    accounts = FakeAccounts()

    def is_admin(self, user: str) -> bool:
        return user == "local"
