"""Undoing writes over the real service, real memory and the real tools."""

from __future__ import annotations

import threading
import zipfile
from typing import Any

import pytest

from agents.base import Write
from agents.roles import allowed, built_in_roles
from graph.events import ToolCalled, Undone
from runs.errors import AlreadyDecided, BadGoal, NotAllowed, NotFound
from tests.fakes import ScriptedAgent, plan, step
from tests.runs.conftest import to_the_end


def wrote(g: Any, agent: ScriptedAgent, tool: str, user: str = "ann", **args: Any) -> tuple[Any, int]:
    """A run of one write; and the call that made it."""
    roles = built_in_roles()
    role = next(r.name for r in roles.values() if allowed(r, tool, roles))
    agent._plans.append(plan(step("s1", tool, role=role, **args), step("s2", needs=["s1"])))
    agent._writes.setdefault("s2", []).append(Write("Done."))
    run = to_the_end(g, user, g.submit(user, "do it"))
    assert run.status == "done"
    calls = [e.sequence for e in g.events(user, run.id) if isinstance(e.event, ToolCalled)]
    return run, calls[0]


def facts(g: Any, user: str = "ann") -> list[str]:
    return sorted(f.text for f in g.memory(user).facts())


@pytest.fixture
def opened(open_groundwork: Any) -> tuple[Any, ScriptedAgent]:
    agent: Any = ScriptedAgent([], {})
    agent.suggestible = False  # as the built-in agent: no approvals for what it writes
    return open_groundwork(agent), agent


def test_a_report_goes_to_the_trash_once_and_comes_back(opened: Any) -> None:
    g, agent = opened
    run, call = wrote(g, agent, "save_report", title="Fees", text="All of them.")
    assert b"All of them." in g.report("ann", "Fees.md")
    assert "trash" in g.undoing.undo("ann", run.id, call)
    with pytest.raises(NotFound):
        g.report("ann", "Fees.md")
    assert g.undoing.trash("ann") == ["Fees.md"]
    with pytest.raises(AlreadyDecided):
        g.undoing.undo("ann", run.id, call)
    told = [e.event for e in g.events("ann", run.id) if isinstance(e.event, Undone)]
    assert [(e.tool, e.call, e.by) for e in told] == [("save_report", call, "ann")]
    assert [line.kind for line in g.control.audit("ann", run=run.id)].count("Undone") == 1
    wrote(g, agent, "save_report", title="Fees", text="Others.")
    assert g.undoing.put_back("ann", "Fees.md") == "Fees (2).md"
    assert b"All of them." in g.report("ann", "Fees (2).md")
    assert b"Others." in g.report("ann", "Fees.md")
    assert g.undoing.trash("ann") == []
    for name in ("Fees.md", "../Fees.md", "../../groundwork.sqlite3"):
        with pytest.raises(BadGoal):
            g.undoing.put_back("ann", name)


SECRET = "hunter2-hunter2"


def test_a_write_whose_arguments_held_a_secret_is_undone_and_the_secret_is_told_nowhere(
    opened: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The event of the call shows a placeholder, from which its key cannot be made."""
    monkeypatch.setenv("SHOP_PASSWORD", SECRET)
    g, agent = opened
    wrote(g, agent, "remember", fact=f"My shop password is {SECRET}.")
    since = g.memory("ann").facts()[0].added
    fact = wrote(g, agent, "remember", fact="My shop password is a new one.")
    again = wrote(g, agent, "remember", fact=f"My other shop password is {SECRET}!")
    assert facts(g) == [f"My other shop password is {SECRET}!", "My shop password is a new one."]
    report = wrote(g, agent, "save_report", title=f"Shop {SECRET}", text=f"It is {SECRET}.")
    for run, call in (fact, again, report):
        g.undoing.undo("ann", run.id, call)
    gone = wrote(g, agent, "forget", about=f"shop password {SECRET}")
    assert facts(g) == []
    g.undoing.undo("ann", gone[0].id, gone[1])
    assert [(f.text, f.added) for f in g.memory("ann").facts()] == [(f"My shop password is {SECRET}.", since)]
    assert g.undoing.trash("ann") == [f"Shop {SECRET}.md"]
    for run, _ in (gone, fact, again, report):
        assert SECRET not in str(g.events("ann", run.id))
    assert SECRET not in str(g.control.audit("local"))


def test_what_is_in_the_trash_is_exported_and_erased_with_the_rest(opened: Any) -> None:
    g, agent = opened
    run, call = wrote(g, agent, "save_report", title="Fees", text="All of them.")
    g.undoing.undo("ann", run.id, call)
    with zipfile.ZipFile(g.own_data.export("ann", "ann")) as z:
        assert "reports/.trash/Fees.md" in z.namelist()
    g.own_data.erase("ann", "ann")
    assert g.undoing.trash("ann") == []


def test_a_fact_is_taken_back_and_the_one_it_replaced_is_there_again(opened: Any) -> None:
    g, agent = opened
    wrote(g, agent, "remember", fact="My dentist is Dr Old.")
    since = g.memory("ann").facts()[0].added
    run, call = wrote(g, agent, "remember", fact="My dentist is Dr New.")
    assert facts(g) == ["My dentist is Dr New."]
    assert "Dr Old" in g.undoing.undo("ann", run.id, call)
    assert facts(g) == ["My dentist is Dr Old."]
    assert g.memory("ann").facts()[0].added == since


def test_a_fact_that_was_known_before_is_not_taken_away(opened: Any) -> None:
    g, agent = opened
    wrote(g, agent, "remember", fact="I like tea.")
    run, call = wrote(g, agent, "remember", fact="I like tea.")
    with pytest.raises(BadGoal, match="known before"):
        g.undoing.undo("ann", run.id, call)
    assert facts(g) == ["I like tea."]


def test_a_fact_that_was_changed_since_is_left_alone(opened: Any) -> None:
    g, agent = opened
    run, call = wrote(g, agent, "remember", fact="I like tea.")
    g.memory("ann").change_fact(g.memory("ann").facts()[0].id, "I like coffee.")
    with pytest.raises(BadGoal, match="changed since"):
        g.undoing.undo("ann", run.id, call)
    assert facts(g) == ["I like coffee."]


def test_what_was_forgotten_is_remembered_again_with_its_date(opened: Any) -> None:
    g, agent = opened
    wrote(g, agent, "remember", fact="My manager is Ann Lee.")
    wrote(g, agent, "remember", fact="My cat is called Tom.")
    before = {f.text: f.added for f in g.memory("ann").facts()}
    run, call = wrote(g, agent, "forget", about="everything")
    assert facts(g) == []
    g.memory("ann").remember("My manager is Bo Chen.", "said:since")
    g.undoing.undo("ann", run.id, call)
    assert facts(g) == ["My cat is called Tom.", "My manager is Ann Lee.", "My manager is Bo Chen."], (
        "the newer one gave way"
    )
    now = {f.text: f.added for f in g.memory("ann").facts()}
    assert {t: now[t] for t in before} == before


def test_of_two_clicks_one_undoes(opened: Any) -> None:
    g, agent = opened
    run, call = wrote(g, agent, "remember", fact="I like tea.")
    outcomes: list[str] = []

    def click() -> None:
        try:
            g.undoing.undo("ann", run.id, call)
            outcomes.append("undone")
        except AlreadyDecided:
            outcomes.append("too late")

    clicks = [threading.Thread(target=click) for _ in range(8)]
    for t in clicks:
        t.start()
    for t in clicks:
        t.join()
    assert sorted(outcomes) == ["too late"] * 7 + ["undone"]


def test_an_undoing_that_was_cut_off_before_it_was_told_is_done_again_without_harm(
    opened: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    g, agent = opened
    run, call = wrote(g, agent, "save_report", title="Fees", text="All.")
    append = g._log.append
    monkeypatch.setattr(g._log, "append", lambda *a: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        g.undoing.undo("ann", run.id, call)
    monkeypatch.setattr(g._log, "append", append)
    g.undoing.undo("ann", run.id, call)
    assert g.undoing.trash("ann") == ["Fees.md"]


def test_whose_it_is_what_it_is_and_the_role_are_checked(opened: Any) -> None:
    g, agent = opened
    run, call = wrote(g, agent, "remember", fact="I like tea.")
    with pytest.raises(NotFound):
        g.undoing.undo("bob", run.id, call)
    with pytest.raises(NotFound):
        g.undoing.undo("ann", run.id, 1)
    other, read = wrote(g, agent, "calculate", expression="1 + 1")
    with pytest.raises(BadGoal, match="cannot be undone"):
        g.undoing.undo("ann", other.id, read)
    g.control.set_rule("local", "remember", "member", "deny")
    with pytest.raises(NotAllowed):
        g.undoing.undo("ann", run.id, call)
    assert facts(g) == ["I like tea."]
