"""Our own log file. Holds references and tracebacks; no documents, and secrets of the environment are taken out."""

from __future__ import annotations

import logging
import logging.handlers
from pathlib import Path

from runs.redaction import redact


class _Redacting(logging.Formatter):
    """Tracebacks included."""

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


def log_to(path: Path) -> None:
    """Once per process and home; bounded."""
    logger = logging.getLogger("groundwork")
    for old in [*logger.handlers]:
        logger.removeHandler(old)
        old.close()
    handler = logging.handlers.RotatingFileHandler(
        path, maxBytes=2_000_000, backupCount=2, encoding="utf-8", delay=True
    )
    handler.setFormatter(_Redacting("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
