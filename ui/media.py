"""Files that a page offers (downloads, drawn pages of documents) are handed to whoever was shown their address.

Streamlit serves /media/ID to everybody who is let in and knows the ID, and an address is easily passed on. So the door
notes which addresses went to whom, in what it sends to a page, and finds no file for anybody else. Forgotten with the
process, as the files are.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
PATH = "/media/"
_ADDRESS = re.compile(rb"/media/([0-9a-f]{32,128})")
_MOST = 5_000  # addresses remembered of one user, the latest
_NAME = re.compile(r"/media/([0-9a-f]{32,128})(?:\.\w+)?$")


class Shown:
    """Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._of: dict[str, OrderedDict[str, None]] = {}

    def to(self, whose: Callable[[], str], send: Send) -> Send:
        """The same `send`, for what goes to a page. whose: whose page it is, asked then: with a provider that is known
        only once the page is being drawn."""

        async def noting(message: MutableMapping[str, Any]) -> None:
            if ids := {m.decode() for m in _ADDRESS.findall(message.get("bytes") or b"")}:
                self._note(whose(), ids)
            await send(message)

        return noting

    def may(self, user: str, path: str) -> bool:
        found = _NAME.search(path)
        with self._lock:
            return bool(found) and found[1] in self._of.get(user, ())

    def _note(self, user: str, ids: set[str]) -> None:
        with self._lock:
            mine = self._of.setdefault(user, OrderedDict())
            for id in ids:
                mine[id] = None
                mine.move_to_end(id)
            while len(mine) > _MOST:
                mine.popitem(last=False)
