"""What the user chose on the Settings page, kept in the home: one small JSON file, written atomically.

Not for secrets (they come from the environment, and only the names of variables may stand here), and not for what the
environment says already: an environment variable wins over a choice made here (see `web_search`).
"""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path
from typing import cast

from runs.errors import BadHome
from runs.settings import Settings
from tools.base import Json


class Preferences:
    """A name and a JSON value each. Thread-safe; the process that owns the home is the only writer."""

    def __init__(self, home: Path) -> None:
        """Raises BadHome when the file is there but is not what was written."""
        self._path = home / "preferences.json"
        self._lock = threading.Lock()
        self._values = _read(self._path)

    def get(self, name: str, default: Json = None) -> Json:
        with self._lock:
            return cast(Json, json.loads(json.dumps(self._values[name]))) if name in self._values else default

    def set(self, name: str, value: Json) -> None:
        """None removes the choice. On disk when this returns; raises BadHome (and changes nothing) when it cannot be."""
        with self._lock:
            values = {k: v for k, v in {**self._values, name: value}.items() if v is not None}
            write_atomically(self._path, json.dumps(values, indent=2, ensure_ascii=False))
            self._values = values


def web_search(settings: Settings, preferences: Preferences) -> bool:
    """May goals search the web? What the environment or the command line says wins."""
    return bool(preferences.get("web_search", False)) if settings.web_search is None else settings.web_search


def write_atomically(path: Path, text: str) -> None:
    """The old file or the new one, never half of it; readable by its owner only. Raises BadHome."""
    fresh = path.with_name(f"{path.name}.new")
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as f:
            f.write(text)
            f.flush()
            os.fsync(f.fileno())
        fresh.replace(path)
    except OSError as e:
        raise BadHome(f"{path} cannot be written ({e.strerror or e}). What was chosen before is kept.") from e


def _read(path: Path) -> dict[str, Json]:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as e:
        raise BadHome(
            f"{path} cannot be read ({e}). Nothing was changed. Correct it, or move it away to start anew."
        ) from e
    if not isinstance(values, dict):
        raise BadHome(f"{path} does not hold settings. Nothing was changed. Correct it, or move it away to start anew.")
    return values
