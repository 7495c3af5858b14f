from __future__ import annotations

import threading
from pathlib import Path

import pytest

from memory.store import Memory, UserMemory
from memory.types import MemoryFault
from tests.memory import files

LEASE = files.pdf(
    [
        [
            ("Title", "Lease of a workshop"),
            ("Heading2", "1. Rent"),
            ("BodyText", "The rent is 780 euros a month, due on the third."),
        ],
        [("Heading2", "2. Termination"), ("BodyText", files.TERMS)],
    ]
)
STAFF = b"name,office,salary\nIngrid Sol,Oslo,52000\nPavel Hora,Brno,38000\n"


def _say(memory: UserMemory, name: str, text: str):
    receipt = memory.add(name, text.encode())
    assert receipt.status in ("added", "replaced"), receipt.message
    return receipt


def test_what_was_added_is_found_where_it_stands(anna):
    seen = []
    receipt = anna.add("lease.pdf", LEASE, lambda *x: seen.append(x))
    assert (receipt.status, receipt.pages, receipt.passages) == ("added", 2, 2)
    assert [s for s, _, _ in seen if s == "embedding"]
    assert seen[-1] == ("storing", 2, 2)
    anna.add("staff.csv", STAFF)
    best = anna.search("How much notice is needed to end the agreement?")[0]
    assert "ninety days" in best.text
    assert best.text == anna.text(best.document)[best.start : best.end]
    assert (best.title, best.page, best.locator) == ("lease.pdf", 2, "page 2 · 2. Termination")
    assert best.similarity > 0.3
    assert best.dense_rank == 1
    assert anna.passage(best.id) is not None
    assert anna.passage("nothing-0") is None
    document = anna.documents()[1]
    assert (document.name, document.pages, document.passages, document.bytes) == ("lease.pdf", 2, 2, len(LEASE))
    assert anna.original(document.id).read_bytes() == LEASE
    assert [p.order for p in anna.passages(document.id)] == [0, 1]


def test_search_finds_by_word_what_meaning_does_not(anna):
    _say(anna, "a.txt", "The committee met in spring and talked about the garden, the pond and the new benches.")
    _say(anna, "b.txt", "Reference ZX-4471-B was assigned to the delivery of tiles.")
    _say(anna, "c.txt", "Bicycles may be parked in the yard, but not in the stairwell.")
    best = anna.search("ZX-4471-B", k=3)
    assert (best[0].title, best[0].lexical_rank) == ("b.txt", 1)
    assert all(-1 <= p.similarity <= 1 and p.similarity != 0 for p in best)
    assert [p.score for p in best] == sorted((p.score for p in best), reverse=True)
    assert anna.search("where can I leave my bike?")[0].title == "c.txt"
    assert anna.search("the of and")  # nothing but stop words still searches by meaning
    assert anna.search("") == anna.search("  ") == []
    assert anna.search('quote " AND (NEAR * ^ :')  # FTS5's own syntax is text here


def test_a_quotation_is_shown_with_what_stands_before_and_after_it(anna):
    text = "\n\n".join(f"Rule {n}. " + f"The keeper of house {n} sweeps the yard on day {n}. " * 18 for n in range(5))
    document = _say(anna, "rules.txt", text).document
    passages = anna.passages(document)
    assert len(passages) > 4
    shown = anna.around(passages[2].id)
    assert " ".join(shown.split()) == " ".join(anna.text(document)[passages[1].start : passages[3].end].split())
    assert anna.around(passages[0].id).startswith("Rule 0.")
    assert anna.around(f"{document}-99") == anna.around("nothing") == ""


def test_search_within_some_documents(anna):
    one = _say(anna, "one.txt", "The deposit is 300 crowns.")
    two = _say(anna, "two.txt", "The deposit is 900 crowns and the deposit is paid in cash.")
    assert {p.document for p in anna.search("deposit", documents=[one.document])} == {one.document}
    assert {p.document for p in anna.search("deposit", documents=[one.document, two.document])} == {
        one.document,
        two.document,
    }
    assert anna.search("deposit", documents=[]) == []
    assert anna.search("deposit", documents=["unknown"]) == []


def test_chinese_and_japanese_are_found_by_their_characters(anna):
    _say(anna, "zh.txt", "本合同自双方签字之日起生效,有效期为两年。")
    _say(anna, "ja.txt", "解約の申し入れは三か月前までに書面で行う。")
    found = anna.search("有效期")
    assert (found[0].title, found[0].lexical_rank) == ("zh.txt", 1)
    assert anna.search("解約 書面")[0].title == "ja.txt"


def test_accents_and_word_forms_do_not_matter_to_words(anna):
    _say(anna, "x.txt", "Die Kündigungsfrist beträgt sechs Wochen.")
    _say(anna, "y.txt", "All invoices were paid.")
    assert anna.search("kundigungsfrist")[0].lexical_rank == 1
    assert next(p for p in anna.search("paying an invoice") if p.title == "y.txt").lexical_rank == 1


def test_the_same_bytes_again_change_nothing(anna):
    first = anna.add("lease.pdf", LEASE)
    again = anna.add("lease.pdf", LEASE)
    assert (again.status, again.document) == ("unchanged", first.document)
    assert "in your memory already" in again.message
    renamed = anna.add("copy.pdf", LEASE)
    assert "under the name lease.pdf" in renamed.message
    assert len(anna.documents()) == 1


def test_a_new_version_replaces_the_old_one_with_its_tables(anna):
    old = anna.add("staff.csv", STAFF)
    (table,) = anna.tables()
    new = anna.add("staff.csv", STAFF + b"Mei Lin,Turku,47000\n")
    assert new.status == "replaced"
    assert "replaces the version" in new.message
    assert [d.id for d in anna.documents()] == [new.document]
    (now,) = anna.tables()
    assert (now.name, now.rows, table.rows) == (table.name, 3, 2)
    assert not table.path.exists()
    assert all(p.document == new.document for p in anna.search("salary in Oslo", k=20))
    assert anna.passage(f"{old.document}-0") is None
    assert "Mei Lin" in anna.search("Turku")[0].text


def test_a_file_that_cannot_be_read_keeps_the_old_version_and_leaves_nothing(anna, tmp_path):
    anna.add("lease.pdf", LEASE)
    before = sorted(p.name for p in (tmp_path / "memory" / "users").rglob("*") if p.is_dir())
    receipt = anna.add("lease.pdf", LEASE[:900])
    assert receipt.status == "failed"
    assert "lease.pdf is damaged" in receipt.message
    assert anna.search("rent")[0].title == "lease.pdf"
    assert before == sorted(p.name for p in (tmp_path / "memory" / "users").rglob("*") if p.is_dir())
    assert anna.add("next.txt", b"The batch goes on.").status == "added"


def test_deletion_removes_everything_and_proves_it(anna, tmp_path):
    kept = _say(anna, "kept.txt", "A quokka lives on an island.")
    gone = anna.add("staff.csv", STAFF)
    receipt = anna.delete(gone.document)
    assert (receipt.status, receipt.left, receipt.passages) == ("deleted", 0, 1)
    assert [d.id for d in anna.documents()] == [kept.document]
    assert anna.tables() == []
    assert not list((tmp_path / "memory" / "users").rglob("*.parquet"))
    assert all(p.document == kept.document for p in anna.search("Ingrid Sol in Oslo", k=50))
    assert not [p for p in anna.search("Ingrid", k=50) if p.lexical_rank]
    with pytest.raises(MemoryFault, match="no such document"):
        anna.delete(gone.document)
    for read in (anna.text, anna.passages, anna.original):
        with pytest.raises(MemoryFault, match="no such document"):
            read(gone.document)


def test_a_deletion_that_leaves_something_is_no_success(anna, monkeypatch):
    receipt = anna.add("staff.csv", STAFF)
    monkeypatch.setattr(anna._vectors, "remove", lambda ids: None)
    with pytest.raises(MemoryFault, match="1 traces of it remain"):
        anna.delete(receipt.document)


def test_two_users_share_nothing(memory: Memory):
    anna, ben = memory.for_user("anna"), memory.for_user("ben")
    document = anna.add("lease.pdf", LEASE).document
    anna.add("staff.csv", STAFF)
    anna.remember("My cat is called Minka.", "k")
    passage = anna.search("rent")[0]
    assert ben.documents() == ben.tables() == ben.facts() == ben.facts("cat") == []
    assert ben.search("rent") == ben.search("rent", documents=[document]) == []
    assert ben.passage(passage.id) is None
    for read in (ben.text, ben.passages, ben.original, ben.delete):
        with pytest.raises(MemoryFault):
            read(document)
    assert ben.forget([f.id for f in anna.facts()]) == []
    assert ben.add("lease.pdf", LEASE).status == "added"
    ben.delete(ben.documents()[0].id)
    assert anna.search("rent")[0].document == document
    assert memory.for_user("anna") is anna
    with pytest.raises(MemoryFault):
        memory.for_user("")


def test_user_ids_never_become_paths(memory: Memory, tmp_path: Path):
    for user in ("../../evil", "a/b", "x" * 5000, "ünï©ode", "nul\0"):
        memory.for_user(user).add("n.txt", b"A note to keep.")
    assert [p.name for p in tmp_path.iterdir()] == ["memory"]
    assert len(list((tmp_path / "memory" / "users").iterdir())) == 5


def test_facts(anna):
    cat = anna.remember("My cat  is called Minka.", "run1:s1")
    assert anna.remember("something else", "run1:s1") == cat
    assert anna.remember("my cat is called minka.", "run2:s1").id == cat.id
    work = anna.remember("I work as a nurse in Graz.", "run3:s1")
    assert [f.text for f in anna.facts()] == ["I work as a nurse in Graz.", "My cat is called Minka."]
    found = anna.facts("what is my job?")
    assert found[0].id == work.id
    assert found[0].similarity > found[1].similarity > 0 or found[1].similarity <= 0
    assert [f.id for f in anna.forget([cat.id, "unknown"])] == [cat.id]
    assert [f.id for f in anna.facts()] == [work.id]


def test_facts_and_documents_stay_apart(anna):
    anna.remember("The alarm code is kept in the safe.", "k")
    assert anna.search("alarm code") == []
    _say(anna, "alarm.txt", "The alarm code is changed every month.")
    assert [p.title for p in anna.search("alarm code")] == ["alarm.txt"]
    assert [f.text for f in anna.facts("alarm code")] == ["The alarm code is kept in the safe."]


def test_table_names_are_safe_and_unique(anna):
    workbook = files.xlsx({"Q1": [["a", "b"], [1, 2], [3, 4]], "Q-1": [["a", "b"], [5, 6], [7, 8]]})
    for name, data in (
        ("select.csv", b"a,b\n1,2\n"),
        ("2025 plan.csv", b"a,b\n3,4\n"),
        ("Büro?.xlsx", workbook),
        ("buro.csv", b"a,b\n5,6\n"),
    ):
        anna.add(name, data)
    names = [t.name for t in anna.tables()]
    assert names == ["table_select", "table_2025_plan", "buro_q1", "buro_q_1", "buro"]
    import duckdb

    for t in anna.tables():
        duckdb.execute(f"CREATE OR REPLACE TEMP VIEW {t.name} AS SELECT * FROM '{t.path}'")
        described = duckdb.execute(f"DESCRIBE {t.name}").fetchall()
        assert [(c[0], c[1]) for c in described] == list(t.columns)


def test_file_names_are_only_names(anna):
    receipt = anna.add("../../etc/pass\nwd.txt", b"Nothing of interest is here.")
    assert receipt.name == "passwd.txt"
    assert anna.original(receipt.document).name == "original.txt"


def test_trust_is_kept(anna):
    anna.add("page.html", b"<p>A page from the web about otters.</p>", trust="external")
    assert anna.search("otters")[0].trust == "external"
    assert anna.documents()[0].trust == "external"


def test_many_threads_at_once(anna):
    faults: list[BaseException] = []

    def work(n: int) -> None:
        try:
            anna.add(f"{n}.txt", f"Room {n} has {n * 7} chairs and a lamp.".encode())
            assert anna.search(f"chairs in room {n}", k=3)
            anna.remember(f"I booked room {n}.", f"k{n}")
            if n % 2:
                anna.delete(next(d.id for d in anna.documents() if d.name == f"{n}.txt"))
        except BaseException as e:
            faults.append(e)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert faults == []
    assert sorted(d.name for d in anna.documents()) == ["0.txt", "2.txt", "4.txt", "6.txt"]
    assert len(anna.facts()) == 8
    assert len(anna.search("chairs", k=20)) == 4


def test_nobody_waits_while_another_users_memory_is_repaired(memory: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    repair, go_on, opened = UserMemory.repair, threading.Event(), list[UserMemory]()
    begun = threading.Event()

    def slowly(self: UserMemory) -> None:
        if not begun.is_set():
            begun.set()
            go_on.wait(60)
        repair(self)

    monkeypatch.setattr(UserMemory, "repair", slowly)
    slow = [threading.Thread(target=lambda: opened.append(memory.for_user("slow"))) for _ in range(2)]
    for thread in slow:
        thread.start()
    assert begun.wait(30)
    other = threading.Thread(target=lambda: memory.for_user("anna").documents())
    other.start()
    other.join(30)
    waited = other.is_alive()
    go_on.set()
    for thread in slow:
        thread.join(30)
    assert not waited
    assert opened[0] is opened[1], "two who open the same memory get the same one"


def test_a_repair_that_fails_hands_out_no_memory_and_the_next_try_may_succeed(
    memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(UserMemory, "repair", lambda self: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            memory.for_user("anna")
    assert memory.for_user("anna").documents() == []


def test_a_file_is_cut_where_it_is_read_and_not_in_the_process_that_answers_everybody(
    anna: UserMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> None:
        raise AssertionError("cut in this process")

    monkeypatch.setattr("memory.chunking.sentences", never)
    receipt = anna.add("mails.md", b"# One\n\nThe first sentence. Another one.\n\n# Two\n\nThe last sentence.\n")
    assert (receipt.status, receipt.passages) == ("added", 2)
