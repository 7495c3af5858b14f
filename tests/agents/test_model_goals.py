"""Three goals from end to end: a scripted model; the graph, the tools, the memory and the web server are real."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Annotated

import pytest

from graph import events as ev
from runs.service import Groundwork
from runs.types import Run, Upload
from tests.agents.model_runs import answer, plan, step
from tests.model_server import Decided, ModelServer, Said
from tests.runs.conftest import to_the_end
from tools.base import ToolContext, ToolResult, tool
from tools.registry import all_tools

FINISH = Decided({"word": "finish", "reason": "It does what the goal asks."})
PAGES = {
    "/alba": "<h1>Alba Roasters</h1><p>Alba Roasters sells a monthly coffee subscription for 24 euros. Delivery takes two days.</p>",
    "/brisa": "<h1>Brisa Coffee</h1><p>Brisa Coffee sells single bags from 9 euros. Brisa Coffee has no subscription.</p>",
    "/notice": "<h1>Notice</h1><p>The port of Varde is closed to lorries from 3 May 2027 because of repairs to the quay.</p>",
}


class _Pages(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = (
            f"<html><head><title>{self.path}</title></head><body><main>{PAGES[self.path]}</main></body></html>".encode()
        )
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing on the console."""


@pytest.fixture
def web() -> Iterator[str]:
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), _Pages)
    threading.Thread(target=httpd.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://127.0.0.1:{httpd.server_address[1]}"
    httpd.shutdown()
    httpd.server_close()


def pdf(text: str) -> bytes:
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    page = Canvas(out)
    for i, line in enumerate(text.splitlines()):
        page.drawString(72, 760 - 18 * i, line)
    page.save()
    return out.getvalue()


def approving(g: Groundwork, run: Run) -> tuple[Run, list[str]]:
    """To the end, with a yes to everything that waits. Returns the run and what was asked for."""
    asked = []
    for _ in range(10):
        run = to_the_end(g, "u", run)
        if run.status != "waiting":
            return run, asked
        for a in g.approvals("u", run.id):
            asked.append(f"{a.tool} {a.args.get('company', a.args.get('title', ''))}")
            g.approve("u", a.id)
    raise AssertionError("it asks without end")


def test_a_question_over_a_pdf_a_table_and_a_page_cites_all_three(
    model: Callable[..., Groundwork], server: ModelServer, web: str
) -> None:
    contract = pdf("Carriage contract\n\nThe carrier delivers to the port of Varde on two days of each week.")
    loads = "week,port,pallets\n1,Varde,40\n2,Varde,35\n3,Esbjerg,20\n"
    sql = "SELECT sum(pallets) AS pallets FROM loads WHERE port = 'Varde'"
    server.expect(
        plan(
            step("a", "search_memory", query="delivery to the port of Varde", documents=["contract.pdf"]),
            step("b", "query_table", "analyst", sql=sql),
            step("c", "fetch_page", url=f"{web}/notice"),
            step("d", role="writer", needs=["a", "b", "c"]),
        ),
        schema="plan",
    )
    server.expect(
        Said(
            "The port of Varde is closed to lorries from 3 May 2027 because of repairs to the quay [s3.1]. "
            "The carrier delivers to the port of Varde on two days of each week [s1.1]. "
            "75 pallets went to Varde [s2.1].\nOUTCOME: answered"
        )
    )
    server.expect(FINISH, schema="review")
    g = model(service={"allow_private_addresses": True})
    files = [Upload("contract.pdf", contract), Upload("loads.csv", loads.encode())]
    run = to_the_end(g, "u", g.submit("u", f"What does {web}/notice mean for our loads to Varde?", "", files))
    server.finish()
    events = [s.event for s in g.events("u", run.id)]
    final = answer(events)
    assert run.outcome == "answered"
    assert {c["support"] for c in final.claims} <= {"supported", "computed"}
    cited = {s["title"] for s in final.sources}
    assert {"contract.pdf", "loads.csv"} <= cited
    assert any(s["locator"].startswith(web) for s in final.sources)


def test_competitor_research_gathers_categorises_and_saves_a_draft(
    model: Callable[..., Groundwork], server: ModelServer, web: str
) -> None:
    text = (
        "# Draft\n\nAlba Roasters sells a monthly coffee subscription for 24 euros. Brisa Coffee has no subscription."
    )
    server.expect(
        plan(
            step("a", "fetch_page", url=f"{web}/alba"),
            step("b", role="analyst", needs=["a"]),
            step("c", "save_report", "writer", ["b"], title="Competitors", text=text),
            step("d", role="writer", needs=["a", "b", "c"]),
        ),
        schema="plan",
    )
    # The analyst misses the second company and hands over; the researcher fetches it inside its own step.
    hand_over = {"do": "hand_over", "role": "researcher", "what": "Read what Brisa Coffee sells"}
    server.expect(Decided(hand_over), schema="next", text="You are the analyst")
    fetch = {"do": "tool", "tool": "fetch_page", "args": {"url": f"{web}/brisa"}, "thinking": "Their own page says it."}
    server.expect(Decided(fetch), schema="next", text="You are the researcher")
    server.expect(
        Decided({"do": "finish", "text": "Brisa Coffee has no subscription [s2h1.1]."}),
        schema="next",
        text="no subscription",
    )
    found = "With subscription: Alba Roasters [s1.1]. Without: Brisa Coffee [s2h1.1]. Gap: no prices for wholesale."
    server.expect(Decided({"do": "finish", "text": found}), schema="next", text="s2h1")
    server.expect(
        Said(
            "Alba Roasters sells a monthly coffee subscription for 24 euros [s1.1]. "
            "Brisa Coffee has no subscription [s2h1.1].\nOUTCOME: partial: wholesale prices were not found"
        )
    )
    server.expect(FINISH, schema="review")
    g = model(service={"allow_private_addresses": True})
    goal = f"Compare what {web}/alba and {web}/brisa sell, with the gaps, as a draft report that I can review."
    run, asked = approving(g, g.submit("u", goal))
    server.finish()
    events = [s.event for s in g.events("u", run.id)]
    assert asked == ["save_report Competitors"], "after external content a write waits for a yes"
    assert run.outcome == "partial"
    assert "wholesale" in answer(events).reason
    assert [(e.added["role"], e.before) for e in events if isinstance(e, ev.StepAdded)] == [("researcher", "s2")]
    assert {c["support"] for c in answer(events).claims} == {"supported"}
    started = [e.step for e in events if isinstance(e, ev.StepStarted)]
    assert started.index("s2h1") < len(started) - 1


def test_leads_are_found_scored_drafted_and_written_to_the_crm_only_after_a_yes(
    model: Callable[..., Groundwork], server: ModelServer
) -> None:
    written: list[str] = []

    @tool(risk="external")
    def crm_update(
        ctx: ToolContext, company: Annotated[str, "its name"], status: Annotated[str, "the new status"]
    ) -> ToolResult:
        """Set the status of a company in the CRM."""
        written.append(f"{company}: {status}")
        return ToolResult(f"{company} is now {status}.", {"value": status})

    companies = "company,employees,city,contact\nNordhafen GmbH,120,Kiel,J. Voss\nTeich OHG,4,Ulm,B. Teich\nSolveig AS,300,Oslo,I. Dahl\n"
    sql = "SELECT company, employees FROM companies WHERE employees > 100 ORDER BY employees DESC"
    server.expect(
        plan(
            step("a", "query_table", "analyst", sql=sql),
            step("b", role="writer", needs=["a"]),
            step("c", "crm_update", "researcher", ["b"], company="Solveig AS", status="draft ready"),
            step("d", "crm_update", "researcher", ["b"], company="Nordhafen GmbH", status="draft ready"),
            step("e", role="writer", needs=["a", "b", "c", "d"]),
        ),
        schema="plan",
    )
    draft = "Dear I. Dahl, ... Follow up in one week. Dear J. Voss, ... Follow up in one week."
    server.expect(Decided({"do": "finish", "text": draft}), schema="next", text="You are the writer")
    server.expect(Said("Solveig AS has 300 employees and Nordhafen GmbH has 120 employees [s1.1].\nOUTCOME: answered"))
    server.expect(FINISH, schema="review")
    g = model(tools={**all_tools(), "crm_update": crm_update})
    files = [Upload("companies.csv", companies.encode())]
    run = to_the_end(g, "u", g.submit("u", "Find companies with more than 100 people and prepare them", "", files))
    assert run.status == "waiting"
    assert not written
    run, asked = approving(g, run)
    server.finish()
    assert sorted(asked) == ["crm_update Nordhafen GmbH", "crm_update Solveig AS"]
    assert sorted(written) == ["Nordhafen GmbH: draft ready", "Solveig AS: draft ready"]
    assert run.status == "done"
