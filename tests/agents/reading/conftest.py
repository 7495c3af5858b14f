from pathlib import Path

import pytest

from agents.rules.reading import Sense
from memory.embedding import Embedder
from memory.reader import QueryReader, SentenceReader
from text.sentences import sentences

DOCUMENTS = Path(__file__).parent / "documents"


@pytest.fixture(scope="session")
def sense():
    return Sense(Embedder().embed, SentenceReader().answers, QueryReader().asks)


def passage(text, title="Paper", locator="", document=""):
    return {
        "id": title,
        "document": document or title,
        "title": title,
        "locator": locator,
        "text": text,
        "similarity": 0.5,
        "score": 1.0,
    }


@pytest.fixture(scope="session")
def passages():
    """Title -> passages of about 1,000 characters that overlap by a sentence."""

    def of(title):
        text = (DOCUMENTS / f"{title}.md").read_text("utf-8")
        ss, out, i = sentences(text), [], 0
        while i < len(ss):
            j = i
            while j + 1 < len(ss) and ss[j + 1].end - ss[i].start < 1000:
                j += 1
            out.append(passage(text[ss[i].start : ss[j].end], title))
            i = max(i + 1, j) if j + 1 < len(ss) else len(ss)
        return out

    return of
