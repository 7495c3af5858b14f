"""The chat in every state, against the scripted service; the Memory page is in `test_memory_page.py`."""

from __future__ import annotations

import inspect

import pytest

from graph import events as ev
from runs.errors import HomeInUse
from tests.ui.driving import CONTRACT, PASSAGE, button, html, keys, open_app
from tests.ui.fake_service import FakeService, FakeSteering
from tests.ui.scripted import answer, claim, ended, plan, source, step, worked
from ui import session


def test_fake_is_like_the_real_one() -> None:
    from runs.service import Groundwork
    from runs.steering import Steering

    def shape(f) -> list[tuple[str, object]]:
        return [(p.name, p.default) for p in inspect.signature(f).parameters.values()]

    for stand_in, real in ((FakeService, Groundwork), (FakeSteering, Steering)):
        for name, method in inspect.getmembers(stand_in, inspect.isfunction):
            if not name.startswith("_") and name != "script":
                assert shape(method) == shape(getattr(real, name)), name


def test_empty_state_offers_goals_that_work_at_once(service: FakeService) -> None:
    service.expected = ["submit"]
    service.next_events = [answer("409.5 [1]", sources=[source("1", "0.175 * 2340", passage="")]), ended()]
    app = open_app()
    assert "What do you want done?" in html(app)
    assert "samples" in keys(app)
    button(app, "example-0").click().run()
    assert service.called == [("submit", "What is 17.5% of 2,340?", "", [])]
    assert "409.5" in html(app)
    assert app.query_params["thread"] == "t1"


def test_typing_a_goal_and_asking_again_in_the_same_thread(service: FakeService) -> None:
    service.expected = ["submit", "submit"]
    service.next_events = [answer("Yes."), ended()]
    app = open_app()
    app.chat_input[0].set_value("First goal").run()
    app.chat_input[0].set_value("Second goal").run()
    assert [c[1:3] for c in service.called] == [("First goal", ""), ("Second goal", "t1")]
    assert not app.exception


def test_a_conversation_says_what_its_models_used(service: FakeService) -> None:
    service.script("r1", [*worked(), ended()], "done", outcome="answered")
    assert "This conversation so far" not in html(open_app("t1"))
    used = ev.ModelUsed("openai:m", "writer", "s1", 1_000, 240, 0.0031, 0.5)
    service.script("r2", [*worked(), used, ended()], "done", outcome="answered")
    assert "This conversation so far: 1,240 tokens · $0.0031 for one goal." in html(open_app("t1"))


def test_an_answer_with_everything(service: FakeService) -> None:
    service.remembered.docs, service.remembered.known = [CONTRACT], [PASSAGE]
    checked = answer(
        "The notice period is 60 days [1]. It was signed in May. That makes 120 days.",
        claim("The notice period is 60 days."), claim("It was signed in May.", "unsupported", reason="May was not found"), claim("That makes 120 days.", "computed", "2 * 60 = 120"),
        sources=[source("1", "either party may give sixty (60) days' written notice")],
        chart={"kind": "bar", "x": ["North", "South"], "y": [1, 2], "x_label": "Region", "y_label": "Sales"}, sql="SELECT 1",
    )  # fmt: skip
    service.script("r1", [*worked(answer=checked), ended()], "done", outcome="answered")
    app = open_app("t1")
    page = html(app)
    assert "<mark>either party may give sixty (60) days&#x27; written notice</mark>" in page
    assert 'class="gw-chip" popovertarget="gw-r1-1"' in page
    assert "It was signed in May." in page.split("gw-unsupported")[1]
    assert "= 2 * 60 = 120" in page
    assert app.code[0].value == "SELECT 1"
    assert app.get("vega_lite_chart") or app.get("arrow_vega_lite_chart")
    assert [e.label for e in app.expander][-1].startswith("2 steps · 3\\.2 s · checked")
    assert "gw-step gw-ok" not in page  # filled only when it is opened


@pytest.mark.parametrize(
    ("events", "status", "more", "expected"),
    [
        ([answer("Closest: x", outcome="not_answered"), ended("done", "not_answered", "Nothing speaks of it.")], "done", {"reason": "Nothing speaks of it."}, "Not answered.</b> Nothing speaks of it."),
        ([answer("Half", outcome="partial"), ended("done", "partial", "The page could not be reached.")], "done", {}, "Only part of this is answered.</b> The page could not be reached."),
        ([ended("failed", "", "Something went wrong (reference 12).")], "failed", {}, "This run failed.</b> Something went wrong (reference 12)."),
        ([ended("cancelled", "", "")], "cancelled", {}, "Stopped."),
    ],
)  # fmt: skip
def test_a_run_without_its_answer_says_why(service: FakeService, events, status, more, expected) -> None:
    service.script("r1", [ev.RunQueued("Find the cap", "t1", []), *events], status, **more)
    assert expected in html(open_app("t1"))


@pytest.mark.parametrize("outcome", ["partial", "not_answered"])
def test_a_reason_that_the_answer_tells_itself_is_told_once(service: FakeService, outcome) -> None:
    why = "The timetable was not fetched."
    told = ev.AnswerChecked(
        f"The web could not be read: {why}\n\n**5** is 2 + 3, as you asked.", outcome, why, [], [], {}
    )
    service.script("r1", [ev.RunQueued("Find it", "t1", []), told, ended("done", outcome, why)], "done", reason=why)
    page = html(open_app("t1"))
    assert page.count(why) == 1
    assert "gw-note-warn" in page


def test_a_stopped_run_keeps_what_was_written_and_can_be_tried_again(service: FakeService) -> None:
    service.expected = ["submit"]
    service.script("r1", [*worked()[:13], ended("cancelled", "", "Stopped at your request.")], "cancelled")
    app = open_app("t1")
    assert "period is 60 days." in html(app)
    button(app, "again-r1").click().run()
    assert service.called == [("submit", "How long is the notice period?", "t1", [])]


def test_a_working_run_shows_its_panel_and_stop(service: FakeService) -> None:
    service.expected = ["stop"]
    service.script("r1", worked()[:8], "running")
    app = open_app("t1")
    assert app.expander[0].label.startswith("Search your documents · ")
    assert "gw-step gw-running" in html(app)
    button(app, "stop").click().run()
    assert "stop" not in keys(app)
    assert "Stopped at your request." in html(app)


def test_the_draft_is_shown_while_it_is_written(service: FakeService) -> None:
    service.script("r1", worked()[:13], "running")
    assert "The notice period is 60 days." in html(open_app("t1"))


def test_a_question_can_be_answered_with_a_button(service: FakeService) -> None:
    service.expected = ["reply"]
    service.script(
        "r1",
        [*worked()[:6], ev.QuestionAsked("Which contract?", ["A", "B"])],
        "waiting",
        question="Which contract?",
        options=("A", "B"),
    )
    app = open_app("t1")
    assert "Which contract?" in html(app)
    button(app, "option-r1-1").click().run()
    assert service.called == [("reply", "r1", "B")]


def test_a_question_can_be_answered_in_words(service: FakeService) -> None:
    service.expected = ["reply"]
    service.script(
        "r1", [*worked()[:6], ev.QuestionAsked("Which contract?", [])], "waiting", question="Which contract?"
    )
    app = open_app("t1")
    app.chat_input[0].set_value("The second one").run()
    assert service.called == [("reply", "r1", "The second one")]


def test_a_file_that_could_not_be_read_is_told(service: FakeService) -> None:
    events = [
        ev.RunQueued("Sum it up", "t1", ["scan.pdf"]),
        ev.FileIngested("scan.pdf", "failed", "A scan without text.", ""),
        answer("Nothing.", outcome="not_answered"),
        ended(),
    ]
    service.script("r1", events, "done")
    page = html(open_app("t1"))
    assert '<span class="gw-file">scan.pdf</span>' in page
    assert "<b>scan.pdf</b> A scan without text." in page


def test_a_saved_report_can_be_downloaded(service: FakeService) -> None:
    steps = plan(step("s1", "Save it", "save_report", title="T", text="x"))
    service.reports["T.md"] = b"# T"
    service.script(
        "r1",
        [
            ev.RunQueued("Report", "t1", []), ev.PlanMade(steps, 1, 0.0), ev.StepStarted("s1", 1), ev.ToolCalled("s1", "save_report", {"title": "T"}, "write"),
            ev.ToolReturned("s1", "save_report", "Saved as T.md.", {"value": "T.md"}, [], 0.1), ev.StepEnded("s1", "ok", "", 1, 0.1, 0), answer("Saved."), ended(),
        ],
        "done",
    )  # fmt: skip
    labels = [d.proto.label for d in open_app("t1").get("download_button")]
    assert "Download T\\.md" in labels


def test_a_thread_that_is_not_there(service: FakeService) -> None:
    app = open_app("nobody")
    assert "This conversation is not here." in html(app)
    button(app, "fresh").click().run()
    assert "What do you want done?" in html(app)


def test_only_the_last_turns_are_drawn(service: FakeService) -> None:
    for n in range(25):
        service.script(f"r{n}", [ev.RunQueued(f"goal {n}", "t1", []), answer(f"answer {n}"), ended()], "done")
    app = open_app("t1")
    assert "goal 5<" in html(app)
    assert "goal 4<" not in html(app)
    button(app, "earlier").click().run()
    assert "goal 0<" in html(app)


def test_conversations_can_be_chosen_and_deleted(service: FakeService) -> None:
    service.expected = ["delete_thread"]
    service.script("r1", [ev.RunQueued("First :red[goal]", "t1", []), answer("one"), ended()], "done")
    service.script("r2", [ev.RunQueued("Second goal", "t2", []), answer("two"), ended()], "done", thread="t2")
    app = open_app("t1")
    assert button(app, "thread-t2").label == "Second goal"
    assert ":red[" not in button(app, "thread-current-t1").label
    button(app, "thread-t2").click().run()
    assert "two" in html(app)
    button(app, "delete-t2").click().run()
    button(app, "no-t2").click().run()
    button(app, "delete-t2").click().run()
    button(app, "yes-t2").click().run()
    assert service.called == [("delete_thread", "t2")]
    assert "What do you want done?" in html(app)


def test_a_second_process_is_told_which_one_has_the_home(monkeypatch: pytest.MonkeyPatch) -> None:
    def taken() -> None:
        raise HomeInUse("Process 4711 uses this folder since 10:00.")

    monkeypatch.setattr(session, "groundwork", taken)
    app = open_app()
    assert "Process 4711" in app.error[0].value


def test_a_fact_in_the_goal_is_offered_and_kept_only_after_a_click(service: FakeService) -> None:
    queued = ev.RunQueued("I work at Acme. How long is the notice period?", "t1", [])
    service.script("r1", [queued, *worked()[1:], ended("done", "answered")], "done", outcome="answered")
    app = open_app("t1")
    assert service.remembered.told == []
    button(app, "remember-r1").click().run()
    assert [f.text for f in service.remembered.told] == ["I work at Acme"]
    assert "remember-r1" not in keys(app)
