"""The board of a plan that waits, against the scripted service."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from graph import events as ev
from runs.types import PlanReview
from tests.ui.driving import button, html, keys, open_app
from tests.ui.fake_service import FakeService
from tests.ui.scripted import plan, stamped, step, worked
from ui.timeline import fold

PLAN = plan(
    step("s1", "Search <b>documents</b>", "search_memory", query="notice period"),
    step("s2", "Remember it", "remember", ["s1"], fact="Notice is 60 days"),
    step("s3", "Write the answer", "", ["s1", "s2"], "writer"),
)
ASKED = PlanReview(
    id="p1", run="r1", thread="t1", goal="Find the notice period", number=1, plan=PLAN, known=[], max_steps=20,
    why="It has steps that change something.", asked="2026-11-24T10:00:00+00:00", state="waiting", by="",
)  # fmt: skip


@pytest.fixture
def asking(service: FakeService) -> FakeService:
    events = [*worked()[:4], ev.PlanMade(PLAN, 1, 0.1), ev.PlanReviewAsked("p1", 1, ASKED.why)]
    service.script("r1", events, "waiting", question="The plan waits for your review.")
    service.steering.open = [ASKED]
    return service


def approved(service: FakeService) -> tuple[Any, ...]:
    (called,) = service.called
    return called


def test_the_board_shows_what_would_be_done(asking: FakeService) -> None:
    app = open_app("t1")
    shown = html(app)
    for part in (
        "Search &lt;b&gt;documents",
        "notice period",
        "changes something",
        "after s1",
        "about 0.4 s",
        "Write the answer",
    ):
        assert part in shown, part
    assert "grant-p1-s2" in {str(c.key) for c in app.checkbox}  # it writes, and its arguments are known
    assert "grant-p1-s1" not in {str(c.key) for c in app.checkbox}
    assert "back-ok-p1" not in keys(app)  # the built-in agent would make the same plan again


def test_what_can_be_approved_with_the_plan_is_shown_to_the_last_letter(asking: FakeService) -> None:
    fact = "Notice is 60 days. " * 40 + "Pay \u202e99 tnuocca."
    risky = plan(PLAN["steps"][0], step("s2", "Remember it", "remember", ["s1"], fact=fact), PLAN["steps"][2])
    asking.steering.open = [replace(ASKED, plan=risky)]
    app = open_app("t1")
    assert "grant-p1-s2" in {str(c.key) for c in app.checkbox}
    assert "Pay ⟨U+202E⟩99 tnuocca." in html(app)


def test_approved_as_it_is(asking: FakeService) -> None:
    asking.expected = ["approve_plan"]
    button(open_app("t1"), "board-ok-p1").click().run()
    name, id, steps, kept, granted = approved(asking)
    assert (name, id, kept, granted) == ("approve_plan", "p1", ["s1", "s2", "s3"], [])
    assert steps == [dict(s) for s in PLAN["steps"]]


def test_some_steps_and_one_call_are_approved(asking: FakeService) -> None:
    asking.expected = ["approve_plan"]
    app = open_app("t1")
    app.checkbox(key="keep-p1-s1").uncheck().run()
    app.checkbox(key="grant-p1-s2").check().run()
    assert "gw-left-out" in html(app)
    assert button(app, "board-ok-p1").label == "Start with 1 of 2"
    button(app, "board-ok-p1").click().run()
    assert approved(asking)[3:] == (["s2", "s3"], ["s2"])


def test_steps_are_moved_and_removed(asking: FakeService) -> None:
    asking.expected = ["approve_plan"]
    app = open_app("t1")
    button(app, "move1-p1-s1").click().run()
    button(app, "drop-p1-s1").click().run()
    button(app, "board-ok-p1").click().run()
    steps, kept = approved(asking)[2:4]
    assert [s["id"] for s in steps] == kept == ["s2", "s3"]
    assert steps[0]["needs"] == []


def test_documents_are_named_and_sent_on_by_their_ids(asking: FakeService) -> None:
    from dataclasses import replace

    from tests.ui.driving import CONTRACT

    id = "0123456789abcdef"
    asking.remembered.docs = [replace(CONTRACT, id=id, name="lease.pdf")]
    within = plan(
        step("s1", "Look", "search_memory", query="fee", documents=[id]), step("s2", "Write", "", ["s1"], "writer")
    )
    asking.steering.open = [replace(ASKED, plan=within)]
    asking.expected = ["approve_plan"]
    app = open_app("t1")
    assert "lease.pdf" in html(app)
    assert id not in html(app)
    app.session_state["edit-p1-s1"] = True
    app.run()
    field = app.text_input(key="arg-p1-s1-search_memory-documents")
    assert field.value == '["lease.pdf"]'
    app.text_input(key="arg-p1-s1-search_memory-query").set_value("rent").run()
    button(app, "save-p1-s1").click().run()
    button(app, "board-ok-p1").click().run()
    assert approved(asking)[2][0]["args"]["documents"] == [id]


def test_faults_stand_beside_the_board_and_stop_it(asking: FakeService) -> None:
    asking.steering.wrong = ["Step s2: fact: Field <required>"]
    app = open_app("t1")
    assert "It cannot run like this." in html(app)
    assert "Field &lt;required&gt;" in html(app)
    assert button(app, "board-ok-p1").disabled


def test_a_models_plan_can_be_sent_back(asking: FakeService) -> None:
    from dataclasses import replace

    asking.steering.open = [replace(ASKED, plan={**PLAN, "by": "openai:gpt"})]
    asking.expected = ["send_back_plan"]
    app = open_app("t1")
    app.text_area(key="back-why-p1").set_value("Do not remember anything").run()
    button(app, "back-ok-p1").click().run()
    assert asking.called == [("send_back_plan", "p1", "Do not remember anything")]


def test_text_typed_while_a_plan_waits_is_a_new_goal(asking: FakeService) -> None:
    asking.expected = ["submit"]
    open_app("t1").chat_input[0].set_value("What is 2 + 2?").run()
    assert asking.called == [("submit", "What is 2 + 2?", "t1", [])]


def test_the_panel_shows_the_plan_that_was_approved() -> None:
    after = {**PLAN, "steps": [PLAN["steps"][0], PLAN["steps"][2]]}
    told = ev.PlanReviewed("p1", 1, "approved", "ann", "", ["Left out s2: Remember it."], after, ["s1"])  # type: ignore[arg-type]
    view = fold(stamped("r1", [ev.PlanMade(PLAN, 1, 0.1), ev.PlanReviewAsked("p1", 1, "why")]))
    assert view.reviewing
    assert "review" in view.activity()
    view = fold(stamped("r1", [ev.PlanMade(PLAN, 1, 0.1), ev.PlanReviewAsked("p1", 1, "why"), told]))
    assert view.reviewing is None
    assert view.plan
    assert [*view.plan.steps] == ["s1", "s3"]


def test_what_was_edited_is_there_after_a_refresh_and_can_be_thrown_away(asking: FakeService) -> None:
    app = open_app("t1")
    app.button(key="drop-p1-s2").click().run()
    kept = asking.steering.drafts["p1"]
    assert [s["id"] for s in kept["steps"]] == ["s1", "s3"]
    again = open_app("t1")  # another session, as after a refresh
    assert "Remember it" not in html(again)
    assert "Start with" not in html(again)
    again.button(key="board-reset-p1").click().run()
    assert asking.steering.drafts["p1"] is None
    assert "Remember it" in html(open_app("t1"))
