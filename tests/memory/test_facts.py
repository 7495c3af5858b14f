"""Facts: a newer one takes the place of an older one about the same thing; what is temporary ends; editing."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from memory.embedding import Embedder
from memory.facts import subject_of, until_of
from memory.store import Memory, UserMemory
from memory.types import Fact, MemoryFault


def test_a_newer_fact_replaces_the_older_about_the_same_thing(anna: UserMemory) -> None:
    anna.remember("My manager is Dana.", "r1:s1:x")
    anna.remember("My son is Tom.", "r1:s2:x")
    anna.remember("My son is Ben.", "r1:s3:x")
    newer = anna.remember("My manager is Lee.", "r2:s1:x")
    assert (newer.run, newer.replaces) == ("r2", "My manager is Dana.")
    assert {f.text for f in anna.facts()} == {"My manager is Lee.", "My son is Tom.", "My son is Ben."}
    assert anna.remember("My manager is Lee.", "r2:s1:x").id == newer.id


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("I work at Acme.", "I am now working at Brill & Co.", True),
        ("I live in Ghent", "I live in Lyon", True),
        ("I work at Acme", "I live in Acme", False),
        ("My flight to Oslo is on 3 May.", "My flight to Rome is on 3 May.", False),
        ("I like tea", "I like coffee", False),
        ("My favourite colour is red", "My favourite colour is blue", False),
        ("Our VAT number is 1", "Our VAT number is 2", True),
    ],
)
def test_what_counts_as_the_same_thing(a: str, b: str, same: bool) -> None:
    assert bool(subject_of(a) and subject_of(a) == subject_of(b)) is same


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("I am on leave until Friday.", "2026-11-27"),
        ("The office is closed until 3 January 2027.", "2027-01-03"),
        ("I work at Acme.", ""),
        ("I work until late.", ""),
        ("I am in Oslo until the end of March.", "2027-03-31"),
        ("The lift is out of order till the end of the month.", "2026-11-30"),
        ("The rate holds until the end of 2027", "2027-12-31"),
        ("Send my post to Ghent until February 2027.", "2027-02-01"),
        ("I stand in for Dana until next week.", "2026-11-30"),
        ("I work from home for the next two weeks.", "2026-12-08"),
        ("Parking is free for the next 10 days", "2026-12-04"),
        ("The bridge is shut through March 3.", "2027-03-03"),
        ("Offer ends by the end of December", "2026-12-31"),
        ("I am waiting for the next bus.", ""),
        ("I will stay until my son is ten.", ""),
    ],
)
def test_until_when_a_fact_holds(text: str, until: str) -> None:
    assert until_of(text, datetime(2026, 11, 24, 12, tzinfo=UTC)) == until


def test_what_is_over_is_not_told_any_more(anna: UserMemory) -> None:
    anna.remember("I am on leave until 3 January 2020.", "r1:s1:x")
    anna.remember("I work at Acme.", "r1:s2:x")
    assert [f.text for f in anna.facts()] == ["I work at Acme."]
    assert [f.text for f in anna.facts("am I on leave?")] == ["I work at Acme."]


def over(anna: UserMemory) -> Fact:
    """A fact that held when it was told and does not any more."""
    with pytest.MonkeyPatch.context() as then:
        then.setattr("memory.facts._holds", lambda fact: True)
        return anna.remember("I am on leave until 3 January 2020.", "r1:s1:x")


def test_what_is_over_can_be_taken_along_and_forgotten(anna: UserMemory) -> None:
    fact = over(anna)
    assert anna.facts() == []
    assert [f.text for f in anna.stored_facts()] == [fact.text]
    assert [f.id for f in anna.forget([fact.id])] == [fact.id]
    assert anna.count_facts() == 0
    over(anna)
    assert anna.count_facts() == 1
    anna.clear_facts()
    assert anna.stored_facts() == []


def test_forgetting_everything_that_is_told_leaves_nothing_that_is_over(anna: UserMemory) -> None:
    work = anna.remember("I work at Acme.", "r1:s2:x")
    over(anna)
    assert [f.text for f in anna.forget([f.id for f in anna.facts()])] == [work.text]
    assert anna.stored_facts() == []


def test_what_is_over_is_deleted_when_the_memory_is_opened(tmp_path: Path, embedder: Embedder) -> None:
    memory = Memory(tmp_path / "memory", embedder)
    fact = memory.for_user("anna").remember("I am on leave.", "r1:s1:x")
    memory.for_user("anna").change_fact(fact.id, "I am on leave.", "2020-01-03")
    assert memory.for_user("anna").facts() == []
    assert memory.for_user("anna").count_facts() == 1  # stored, and not told
    memory.close()
    again = Memory(tmp_path / "memory", embedder)
    assert again.for_user("anna").count_facts() == 0
    again.close()


def test_its_user_says_until_when_a_fact_holds(anna: UserMemory) -> None:
    fact = anna.remember("I work at Acme.", "r1:s1:x")
    assert anna.change_fact(fact.id, "I work at Acme.", "2099-05-03").until == "2099-05-03"
    assert anna.facts()[0].until == "2099-05-03"
    assert anna.change_fact(fact.id, "I work at Acme until 3 January 2099.", "").until == ""
    assert anna.change_fact(fact.id, "I work at Acme until 3 January 2099.").until == "2099-01-03"


def test_a_fact_is_edited_by_its_user(anna: UserMemory) -> None:
    fact = anna.remember("I work at Acme.", "r1:s1:x")
    anna.change_fact(fact.id, "I work at  Brill.")
    assert [(f.id, f.text, f.run) for f in anna.facts()] == [(fact.id, "I work at Brill.", "r1")]
    with pytest.raises(MemoryFault):
        anna.change_fact("f-unknown", "x")
    with pytest.raises(MemoryFault):
        anna.change_fact(fact.id, "  ")
