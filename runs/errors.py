"""What the service raises. Every message is read by users: what happened, what was kept, what to do next.

The errors::

    GroundworkError
    ├── HomeInUse     another process owns this GROUNDWORK_HOME
    ├── BadHome       the folder cannot be used: not writable, not a folder, made by a newer version
    ├── NoStorage     the disk is full or the database locked; what was there is kept
    ├── BadSetting    a choice that cannot be made; nothing was changed
    ├── BadGoal       nothing to work on, or too long
    ├── OverLimit     what the user may use in a day is used up; nothing was queued
    ├── NotFound      no such run, thread, document or report for this user
    ├── AlreadyDecided  somebody else, or the clock, decided this approval first
    ├── SignInRefused   wrong name or password, or too many tries
    └── NotAllowed      only an admin may do this, or only who is signed in, or the account is being erased
"""

from __future__ import annotations


class GroundworkError(Exception):
    """Base of what the service raises."""


class HomeInUse(GroundworkError):
    """Another process owns this GROUNDWORK_HOME."""


class BadHome(GroundworkError):
    """The home folder cannot be used."""


class NoStorage(GroundworkError):
    """Nothing can be written at the moment: the disk is full, or another program holds the database."""


class BadGoal(GroundworkError):
    """The goal cannot be accepted; nothing was queued."""


class OverLimit(GroundworkError):
    """What the user may use in a day is used up; nothing was queued."""


class BadSetting(GroundworkError):
    """A choice on the Settings page that cannot be made; nothing was changed."""


class NotFound(GroundworkError):
    """No such thing for this user; also what is another user's."""


class AlreadyDecided(GroundworkError):
    """Somebody else, or the clock, decided this approval first; this decision changed nothing."""


class SignInRefused(GroundworkError):
    """Wrong name or password, a disabled account, or too many tries."""


class NotAllowed(GroundworkError):
    """The user's role does not allow it; nothing was changed."""
