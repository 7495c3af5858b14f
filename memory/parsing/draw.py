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
from typing import Any

from memory.parsing.ocr import Found, upright
from memory.parsing.parsed import Source, TextBuilder
from memory.parsing.pdf import FEWEST, drawn_to_read

_WIDTH, _HIGHEST = 1300, 3000  # pixels
_MARK = (255, 214, 64, 110)
_WORDS = 5  # a phrase is looked for in pieces of so many words: lines are broken and hyphenated anywhere
_BETWEEN = r"[\W_]+"  # words: also a bullet, or the line's end
_BROKEN = r"(?:[\x02\ufffe\u00ad-]\s*)?"  # inside a word: where a line's end divides it
_OVERLAP = 8  # letters that the end of a line must share with a phrase's beginning to count as that
_SHORTEST = 4  # letters of a line that stands inside a phrase: shorter ones stand in many
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
    """Where the recognised lines say a phrase, or the part of it that stands on them."""
    for left, top, right, bottom, text in found:
        line = _letters(text)
        for phrase in map(_letters, phrases):
            if span := _shared(line, phrase):
                a, b = (left + (right - left) * x / len(line) for x in span)
                yield a, top, b, bottom
                break


def _letters(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def _shared(line: str, phrase: str) -> tuple[int, int] | None:
    """The stretch of a line that is said in the phrase: all of it, all of the phrase, or where one goes on in the other."""
    if not line or not phrase:
        return None
    if line in phrase and (len(line) >= _SHORTEST or line == phrase):
        return 0, len(line)
    if (at := line.find(phrase)) >= 0:
        return at, at + len(phrase)
    for n in range(min(len(line), len(phrase)) - 1, _OVERLAP - 1, -1):
        if line.endswith(phrase[:n]):
            return len(line) - n, len(line)
        if line.startswith(phrase[-n:]):
            return 0, n
    return None
