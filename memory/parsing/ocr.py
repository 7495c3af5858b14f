"""Text in pictures: `rapidocr` with the PP-OCR models that come in its package. Latin and Chinese script; no network.

Handwriting and pictures with little contrast are read badly; a line that it is not sure of is left out.
"""

from __future__ import annotations

import logging
import os
from functools import cache
from typing import Any

_SURE = 0.6
_UPRIGHT = 0.85  # a page whose lines are read more surely than that is not turned
_LARGEST = 3000  # pixels of the longer side; more takes longer and finds no more


@cache
def _engine() -> Any:
    from rapidocr import RapidOCR

    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    threads = max(1, min(4, (os.cpu_count() or 1)))
    return RapidOCR(
        params={
            "Global.log_level": "error",
            "EngineConfig.onnxruntime.intra_op_num_threads": threads,
            "EngineConfig.onnxruntime.enable_cpu_mem_arena": False,
        }
    )


Found = tuple[float, float, float, float, str]  # left, top, right, bottom in pixels from the upper left corner; text


def paragraphs(image: Any) -> list[str]:
    """The text of a Pillow picture, in reading order: one string a block, its lines joined."""
    return blocks(lines(image))


def lines(image: Any) -> list[Found]:
    """Each line of a Pillow picture, from the top; turned first when the page lies on its side or stands on its head."""
    return upright(image)[1]


def upright(image: Any) -> tuple[Any, list[Found]]:
    """(the picture as it was read: turned, and not too large; its lines, in the pixels of that)."""
    picture = _fitted(image)
    found, sure = _recognised(picture)
    tall = sum(f[3] - f[1] > f[2] - f[0] for f in found) * 2 > len(found)
    if not found or (sure >= _UPRIGHT and not tall):
        return picture, found
    # Each line of a page on its side is turned before it is read, so that one way round reads as well as it should.
    ways = [_fitted(image.rotate(by, expand=True)) for by in ((90, 270) if tall else (180,))]
    turned = [(way, *_recognised(way)) for way in ways]
    among = turned if tall and len(found) > 1 else [(picture, found, sure), *turned]
    return max(among, key=lambda r: r[2] * sum(len(f[4]) for f in r[1]))[:2]


def _recognised(picture: Any) -> tuple[list[Found], float]:
    """Lines that are sure enough, and how sure all of them are on average.

    Without the model that turns single lines by half a circle: it hides that the page is upside down.
    """
    import numpy as np

    found = _engine()(np.asarray(picture)[:, :, ::-1], use_cls=False)
    if found.boxes is None or found.txts is None or not found.scores:
        return [], 0.0
    out = []
    for box, text, score in zip(found.boxes, found.txts, found.scores, strict=False):
        if score >= _SURE and text.strip():
            xs, ys = [float(p[0]) for p in box], [float(p[1]) for p in box]
            out.append((min(xs), min(ys), max(xs), max(ys), text.strip()))
    return sorted(out, key=lambda b: (b[1], b[0])), sum(found.scores) / len(found.scores)


def rows(found: list[Found]) -> list[list[Found]]:
    """Pieces that stand beside each other, from left to right; the rows from the top."""
    out: list[list[Found]] = []
    for piece in found:
        middle = (piece[1] + piece[3]) / 2
        if out and out[-1][0][1] <= middle <= out[-1][0][3]:
            out[-1].append(piece)
        else:
            out.append([piece])
    return [sorted(row) for row in out]


def blocks(found: list[Found]) -> list[str]:
    """Lines to paragraphs: a gap, another height or a line that is much shorter ends a paragraph."""
    out: list[str] = []
    widest = max((p[2] for p in found), default=0.0)
    before: list[Found] | None = None
    for row in rows(found):
        height = max(p[3] - p[1] for p in row)
        if before and len(row) == len(before) == 1 and before[0][2] > 0.75 * widest:
            gap, old = row[0][1] - before[0][3], before[0][3] - before[0][1]
            if gap < 0.9 * height and abs(height - old) < 0.35 * old:
                out[-1] = out[-1][:-1] + row[0][4] if out[-1].endswith("-") else f"{out[-1]} {row[0][4]}"
                before = row
                continue
        out.append("  ".join(p[4] for p in row))
        before = row
    return out


def _fitted(image: Any) -> Any:
    """A Pillow picture in RGB, turned as its camera says, not larger than is useful."""
    from PIL import ImageOps

    fitted = ImageOps.exif_transpose(image).convert("RGB")
    if max(fitted.size) > _LARGEST:
        fitted.thumbnail((_LARGEST, _LARGEST))
    return fitted
