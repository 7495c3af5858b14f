"""The tools over the user's memory, with the real one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from memory.store import Memory, UserMemory
from tools.base import ToolContext, ToolFailed
from tools.forget import forget
from tools.list_documents import list_documents
from tools.query_table import query_table
from tools.read_document import read_document
from tools.remember import remember
from tools.search_memory import search_memory
from tools.summarize import summarize

LEASE = """# Lease of the workshop

Page 1 of 2

## 1 Parties

This lease is made between Marta Keller, the landlord, and the bicycle cooperative Zahnrad, the tenant. The tenant rents the
workshop in Gerberstrasse 12 with its yard and cellar for the repair and sale of bicycles.

## 2 Rent

The rent is 1,450 euros a month and is due on the third working day of each month. It includes water and waste but not electricity,
which the tenant pays directly to the supplier. If the rent is late by more than ten days, the landlord may charge 5 % interest.

| Month | Rent |
|---|---|
| January | 1450 |

## 3 Repairs

Small repairs up to 200 euros are paid by the tenant. The landlord repairs the roof, the heating and the outer walls at her own cost.

## 4 Notice

Either party may end the lease with nine months' notice to the end of a quarter. The tenant hands the workshop back clean and empties the
cellar before leaving. The deposit of 4,350 euros is paid back within six weeks after that.

© 2026 Keller Estates. All rights reserved.
"""
MINUTES = """# Minutes of the members' meeting

The members met on 4 February 2026 and elected Jonas Weber as treasurer for two years. They decided to buy a second truing stand for the
workshop and to open on Saturdays from April. The cargo bike is lent to members without a fee, but a deposit of 50 euros is asked from others.
A motion to raise the membership fee was rejected by eleven votes to six.
"""
SALES = b"month,part,revenue\n2026-01,tyres,1200\n2026-01,chains,300\n2026-02,tyres,900\n"


@pytest.fixture(scope="module")
def library(all_memory: Memory) -> UserMemory:
    """Three documents, for tests that only read."""
    memory = all_memory.for_user("library")
    for name, data in [
        ("Lease Gerberstrasse.md", LEASE.encode()),
        ("minutes_2026-02.md", MINUTES.encode()),
        ("parts sales.csv", SALES),
    ]:
        assert memory.add(name, data).status == "added"
    return memory


@pytest.fixture
def loaded(ctx: ToolContext, library: UserMemory) -> ToolContext:
    return replace(ctx, memory=library)


def test_a_question_finds_its_passage_with_its_source(loaded: ToolContext) -> None:
    result = search_memory.run(loaded, "how long is the notice period of the workshop?", k=3)
    passages: Any = result.data["passages"]
    assert result.data["value"] == len(passages) == len(result.sources) == 3
    assert "nine months" in passages[0]["text"]
    assert passages[0]["title"] == "Lease Gerberstrasse.md"
    assert set(passages[0]) == {"id", "document", "title", "locator", "text", "similarity", "score"}
    first = result.sources[0]
    assert first["quote"] == passages[0]["text"]
    assert first["passage"] == passages[0]["id"]
    assert first["trust"] == "user"
    assert "Notice" in first["locator"]


def test_a_search_can_be_limited_to_documents_by_name(loaded: ToolContext) -> None:
    result = search_memory.run(loaded, "deposit", documents=["minutes"])
    assert {s["title"] for s in result.sources} == {"minutes_2026-02.md"}
    with pytest.raises(ToolFailed, match="Uploaded are"):
        search_memory.run(loaded, "deposit", documents=["tax return"])


def test_searching_nothing_or_for_nothing(loaded: ToolContext) -> None:
    with pytest.raises(ToolFailed, match="empty"):
        search_memory.run(loaded, "  ")


def test_an_empty_memory_is_said(with_memory: ToolContext) -> None:
    assert search_memory.run(with_memory, "rent").data == {"passages": [], "value": 0}
    assert search_memory.run(with_memory, "rent", kind="facts").data["facts"] == []
    assert list_documents.run(with_memory).data == {"documents": [], "value": 0}
    for call in (lambda: read_document.run(with_memory, "lease"), lambda: summarize.run(with_memory)):
        with pytest.raises(ToolFailed, match="Nothing is uploaded"):
            call()


def test_lists_what_is_uploaded(loaded: ToolContext) -> None:
    result = list_documents.run(loaded)
    documents: Any = result.data["documents"]
    assert result.data["value"] == 3
    assert {d["name"] for d in documents} == {"Lease Gerberstrasse.md", "minutes_2026-02.md", "parts sales.csv"}
    assert set(documents[0]) == {"id", "name", "format", "pages", "passages", "added"}


@pytest.mark.parametrize(
    "name", ["Lease Gerberstrasse.md", "lease gerberstrasse", "the lease", "gerberstrase", "Lease"]
)
def test_a_document_is_meant_by_any_likely_name(loaded: ToolContext, name: str) -> None:
    assert read_document.run(loaded, name).data["title"] == "Lease Gerberstrasse.md"


def test_reads_on_from_where_it_stopped(loaded: ToolContext, library: UserMemory) -> None:
    whole, at = "", 0
    while True:
        part: Mapping[str, Any] = read_document.run(loaded, "lease", start=at, length=300).data
        whole += part["value"]
        at = part["end"]
        if at == part["total"]:
            break
    assert whole == library.text(part["document"])


def test_what_is_read_has_exact_sources(loaded: ToolContext) -> None:
    result = read_document.run(loaded, "lease", start=100, length=500)
    assert result.sources
    assert all(s["quote"] in str(result.data["value"]) and s["passage"] for s in result.sources)
    assert "100" in result.note


def test_reading_past_the_end_is_refused(loaded: ToolContext) -> None:
    with pytest.raises(ToolFailed, match="nothing from character"):
        read_document.run(loaded, "lease", start=1_000_000)
    assert str(read_document.run(loaded, "lease", start=-40).data["value"]).strip().endswith("reserved.")


def test_a_name_that_means_two_documents_is_refused(with_memory: ToolContext, memory: UserMemory) -> None:
    memory.add("minutes_2026-02.txt", MINUTES.encode())
    memory.add("minutes_2026-03.txt", MINUTES.replace("February", "March").encode())
    with pytest.raises(ToolFailed, match="could be any of"):
        read_document.run(with_memory, "minutes")
    assert read_document.run(with_memory, "minutes 2026-03").data["title"] == "minutes_2026-03.txt"
    assert read_document.run(with_memory, "the minutes of 2026 02").data["title"] == "minutes_2026-02.txt"


def test_a_summary_is_word_for_word_and_leaves_out_what_is_no_sentence(
    loaded: ToolContext, library: UserMemory
) -> None:
    result = summarize.run(loaded, ["lease"], sentences=4)
    points: Any = result.data["points"]
    assert len(points) == len(result.sources) == 4
    [lease] = [d for d in library.documents() if d.name.startswith("Lease")]
    text = library.text(lease.id)
    for p in points:
        s = result.sources[p["source"]]
        assert s["quote"] in text
        assert " ".join(s["quote"].split()) == p["text"]
        assert s["passage"]
        assert s["locator"]
        assert s["document"] == p["document"] == lease.id
        assert not any(x in p["text"] for x in ("Page 1", "©", "|", "#"))
    starts = [text.index(result.sources[p["source"]]["quote"]) for p in points]
    assert starts == sorted(starts)
    assert len({s["locator"] for s in result.sources}) >= 3, "sections are spread"


def test_a_topic_decides_what_a_summary_is_about(loaded: ToolContext) -> None:
    text = str(summarize.run(loaded, ["lease"], sentences=2, topic="who pays for repairs").data["value"])
    assert "repairs" in text
    assert "1,450" not in text
    text = str(summarize.run(loaded, sentences=1, topic="the treasurer").data["value"])
    assert "Jonas Weber" in text


def test_the_head_of_minutes_is_no_sentence(with_memory: ToolContext, memory: UserMemory) -> None:
    head = (
        "# Minutes\n\n**Date:** Tuesday 6 May 2025, 16:30, kitchen\n**Present:** Marta Lindqvist, Priya Nair, Owen\n\n"
    )
    said = "## 1. Figures\n\n**Takings for the first quarter were 48,350**, against 44,900 last year.\n\n**Next meeting:** Tuesday 3 June 2025, same place."
    memory.add("minutes.md", (head + said).encode())
    assert summarize.run(with_memory, sentences=3).data["value"] == (
        "Takings for the first quarter were 48,350, against 44,900 last year."
    )


def test_every_document_is_heard(loaded: ToolContext) -> None:
    result = summarize.run(loaded, sentences=4)
    assert {s["title"] for s in result.sources} == {"Lease Gerberstrasse.md", "minutes_2026-02.md", "parts sales.csv"}
    table = next(s for s in result.sources if s["title"] == "parts sales.csv")
    assert all(c in table["quote"] for c in ("month", "part", "revenue"))
    few = summarize.run(loaded, ["lease", "minutes"], sentences=1)
    assert len(few.sources) == 1
    assert "Not represented" in few.note


def test_a_document_without_sentences_is_said(with_memory: ToolContext, memory: UserMemory) -> None:
    memory.add("list.txt", b"Milk\nEggs\nBread\n")
    with pytest.raises(ToolFailed, match="no sentences"):
        summarize.run(with_memory, ["list"])


def test_uploaded_tables_are_queried(loaded: ToolContext, library: UserMemory) -> None:
    name = next(t.name for t in library.tables() if t.title == "parts sales.csv")
    result = query_table.run(loaded, f'SELECT part, sum(revenue) FROM "{name}" GROUP BY part ORDER BY 2 DESC')
    assert result.data["rows"] == [["tyres", 2100], ["chains", 300]]
    assert result.sources[0]["title"] == "parts sales.csv"
    assert result.sources[0]["quote"] == "tyres: 2100\nchains: 300"


FACTS = [
    "My flight to Oslo is on 3 May.",
    "I am allergic to peanuts.",
    "My dentist is Dr. Shah.",
    "My second dentist is Dr. Blum.",
]


@pytest.fixture
def known(with_memory: ToolContext) -> ToolContext:
    for i, fact in enumerate(FACTS):
        remember.run(replace(with_memory, key=f"r{i}"), fact)
    return with_memory


def texts(memory: UserMemory) -> set[str]:
    return {f.text for f in memory.facts()}


def test_remembers_once_a_call(with_memory: ToolContext, memory: UserMemory) -> None:
    first = remember.run(with_memory, "  I live\nin Basel. ")
    again = remember.run(with_memory, "I live in Basel.")
    assert first.data["value"] == "I live in Basel."
    assert first.data["id"] == again.data["id"]
    assert texts(memory) == {"I live in Basel."}
    for bad in ("", "   ", "x" * 3000):
        with pytest.raises(ToolFailed):
            remember.run(with_memory, bad)


def test_facts_are_found_by_meaning(known: ToolContext) -> None:
    facts: Any = search_memory.run(known, "what food must be avoided", k=1, kind="facts").data["facts"]
    assert facts[0]["text"] == "I am allergic to peanuts."
    assert search_memory.run(known, "", kind="facts").data["value"] == 4


@pytest.mark.parametrize(
    ("about", "gone"),
    [
        ("my flight to Oslo", {FACTS[0]}),
        ("peanut allergy", {FACTS[1]}),
        ("dentists", {FACTS[2], FACTS[3]}),
        ("the second dentist", {FACTS[3]}),
        ("Dr. Blum", {FACTS[3]}),
        ("everything you know about me", set(FACTS)),
        ("Everything!", set(FACTS)),
    ],
)
def test_forgets_what_is_meant_and_nothing_else(
    known: ToolContext, memory: UserMemory, about: str, gone: set[str]
) -> None:
    result = forget.run(known, about)
    assert set(result.data["forgotten"]) == gone
    assert result.data["value"] == len(gone)
    assert texts(memory) == set(FACTS) - gone


@pytest.mark.parametrize("about", ["my cat", "the weather in Peru", "", "  ", "all my passwords"])
def test_forgets_nothing_when_nothing_fits(known: ToolContext, memory: UserMemory, about: str) -> None:
    with pytest.raises(ToolFailed):
        forget.run(known, about)
    assert texts(memory) == set(FACTS)


def test_a_replay_after_a_crash_forgets_the_same_and_no_more(known: ToolContext, memory: UserMemory) -> None:
    first = forget.run(known, "dentists")
    remember.run(replace(known, key="later"), "My new dentist is Dr. Roth.")
    again = forget.run(known, "dentists")  # the same key: the same call, run once more
    assert again.data == first.data
    assert "My new dentist is Dr. Roth." in texts(memory)


def test_a_crash_between_deciding_and_deleting_loses_nothing(known: ToolContext, memory: UserMemory) -> None:
    class Crash(BaseException):
        pass

    class Broken:
        def facts(self, query: str = "", k: int = 50) -> list[Any]:
            return memory.facts(query, k)

        def forget(self, facts: object) -> list[Any]:
            raise Crash

    with pytest.raises(Crash):
        forget.run(replace(known, memory=Broken()), "everything")  # type: ignore[arg-type]
    remember.run(replace(known, key="later"), "I like tea.")
    assert forget.run(known, "everything").data["value"] == 4
    assert texts(memory) == {"I like tea."}
