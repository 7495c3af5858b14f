"""A page of a PDF, or a picture of text, as a picture with some of its words marked. In the child, as all reading of
strangers' files.

Where the page has no text of its own (a scan, a photograph), it is recognised once more, in the same way as when it was
read, to know where the words stand. Not a format: it writes `page.png` into the folder it is given, and a word of text so
that the child has an answer.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Any

from memory.parsing.ocr import Found, upright
from memory.parsing.parsed import Source, TextBuilder
from memory.parsing.pdf import FEWEST, drawn_to_read

_WIDTH, _HIGHEST = 1300, 3000  # pixels
_MARK = (255, 214, 64, 110)
_WORDS = 5  # a phrase is looked for in pieces of so many words: lines are broken and hyphenated anywhere
_BETWEEN = r"[\W_]+"  # words: also a bullet, or the line's end
_BROKEN = r"(?:[\x02\ufffe\u00ad-]\s*)?"  # inside a word: where a line's end divides it
_LINE = 12  # letters of a line that is known by standing inside a phrase: shorter ones stand in many
Box = tuple[float, float, float, float]  # left, top, right, bottom in pixels


def read(source: Source, out: TextBuilder) -> None:
    number, phrases = int(source.wanted["page"]), source.wanted["phrases"]
    draw = _of_pdf if source.format == "pdf" else _of_picture
    picture, boxes = draw(source.data, number, phrases)
    _marked(picture, boxes).save(out.folder / "page.png", optimize=True)
    out.paragraph("drawn")


def _of_pdf(data: bytes, number: int, phrases: Sequence[str]) -> tuple[Any, list[Box]]:
    import pypdfium2

    page = pypdfium2.PdfDocument(data)[number - 1]
    chars = page.get_textpage()
    if phrases and sum(c.isalnum() for c in chars.get_text_range()) < FEWEST:
        picture, found = upright(drawn_to_read(page)[0])
        return picture, [*_said(found, phrases)]
    width, height = page.get_size()
    scale = min(_WIDTH / width, _HIGHEST / height)
    picture = page.render(scale=scale).to_pil().convert("RGB")
    places = _places(chars, phrases)
    return picture, [(a * scale, (height - d) * scale, c * scale, (height - b) * scale) for a, b, c, d in places]


def _of_picture(data: bytes, number: int, phrases: Sequence[str]) -> tuple[Any, list[Box]]:
    from PIL import Image, ImageOps

    picture = Image.open(io.BytesIO(data))
    picture.seek(number - 1)
    if not phrases:
        return ImageOps.exif_transpose(picture).convert("RGB"), []
    picture, found = upright(picture)
    return picture, [*_said(found, phrases)]


def _marked(picture: Any, boxes: Iterable[Box]) -> Any:
    from PIL import Image, ImageDraw

    marks = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    pen = ImageDraw.Draw(marks)
    for box in boxes:
        pen.rectangle(box, fill=_MARK)
    done = Image.alpha_composite(picture.convert("RGBA"), marks).convert("RGB")
    done.thumbnail((_WIDTH, _HIGHEST))
    return done


def _places(chars: Any, phrases: Sequence[str]) -> Iterator[Box]:
    """(left, bottom, right, top) in points of every piece of the phrases that stands on the page."""
    text = chars.get_text_range()
    if len(text) != chars.count_chars():  # characters outside the basic plane: positions would be wrong
        return
    for phrase in phrases:
        words = [w for w in phrase.split() if any(c.isalnum() for c in w)]
        for at in range(0, len(words), _WORDS):
            piece = words[at : at + _WORDS]
            if len("".join(piece)) < 4 and len(words) > _WORDS:
                continue
            for m in re.finditer(_BETWEEN.join(_BROKEN.join(map(re.escape, w)) for w in piece), text):
                for i in range(chars.count_rects(m.start(), len(m[0]))):
                    yield chars.get_rect(i)
                break  # the first place: short pieces occur again elsewhere


def _said(found: Sequence[Found], phrases: Sequence[str]) -> Iterator[Box]:
    """Where the recognised lines say the phrases: one after the other where they do, else the lines that stand in one."""
    lines = [_letters(text) for *_, text in found]
    ends = [*accumulate(map(len, lines))]
    together = "".join(lines)
    for phrase in filter(None, map(_letters, phrases)):
        begin = together.find(phrase)
        for (left, top, right, bottom, _), line, end in zip(found, lines, ends, strict=True):
            start = end - len(line)
            a, b = max(start, begin) - start, min(end, begin + len(phrase)) - start
            if begin < 0:  # columns, or a letter that was read otherwise the second time
                a, b = (0, len(line)) if len(line) >= _LINE and line in phrase else (0, 0)
            if a < b:
                width = (right - left) / len(line)
                yield left + width * a, top, left + width * b, bottom


def _letters(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())
