"""Three goals from end to end: a scripted model; the graph, the tools, the memory and the web server are real."""

from __future__ import annotations

import io
import json
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from graph import events as ev
from runs.service import Groundwork
from runs.types import Run, Upload
from tests.agents.model_runs import answer, plan, step
from tests.mcp.conftest import CRM, allow_all
from tests.model_server import Decided, ModelServer, Said
from tests.runs.conftest import to_the_end

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
        "# Draft\n\nAlba Roasters sells a monthly coffee subscription for 24 euros [s1.1]. Brisa Coffee has no "
        "subscription. Wholesale costs 987 euros."
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
    kept = g.report("u", "Competitors.md").decode()
    assert "Not found in the sources:**\n\n- Wholesale costs 987 euros." in kept, "a saved report is checked as well"
    assert "24 euros [1]" in kept
    assert any(line.startswith("1. ") and f"{web}/alba" in line for line in kept.splitlines())
    started = [e.step for e in events if isinstance(e, ev.StepStarted)]
    assert started.index("s2h1") < len(started) - 1


def test_leads_are_found_enriched_scored_drafted_and_written_to_the_crm_only_after_a_yes(
    model: Callable[..., Groundwork], server: ModelServer, tmp_path: Path
) -> None:
    """The list is an upload, the CRM an MCP server in a process of its own."""
    companies = "company,employees,city,contact\nAlder Robotics,85,Lyon,J. Voss\nCedar Analytics,23,Ghent,I. Dahl\nTiny Ltd,2,Ulm,B. Teich\n"
    sql = "SELECT company, employees, contact FROM companies WHERE employees > 20 ORDER BY employees DESC"
    server.expect(
        plan(
            step("a", "query_table", "analyst", sql=sql),
            step("b", "crm__list_companies", needs=["a"], status="lead"),
            step("c", role="analyst", needs=["a", "b"]),
            step("d", role="writer", needs=["c"]),
            step("e", "crm__update_company", needs=["d"], id="c1", status="contacted", note="Score 2 of 2"),
            step("f", "crm__create_task", needs=["d"], company="c1", title="Call J. Voss", due="2026-06-08"),
            step("g", "crm__update_company", needs=["d"], id="c3", status="contacted", note="Score 1 of 2"),
            step("h", role="writer", needs=["a", "c", "d", "e", "f", "g"]),
        ),
        schema="plan",
    )
    scores = "Alder Robotics scores 2, Cedar Analytics scores 1: both are leads in the CRM [s2.1]."
    server.expect(Decided({"do": "finish", "text": scores}), schema="next", text="You are the analyst")
    drafts = "Dear J. Voss, with 85 people in Lyon ... Dear I. Dahl, with 23 people in Ghent ..."
    server.expect(Decided({"do": "finish", "text": drafts}), schema="next", text="You are the writer")
    server.expect(
        Said("Alder Robotics has 85 employees and Cedar Analytics has 23 employees [s1.1].\nOUTCOME: answered")
    )
    server.expect(FINISH, schema="review")
    g = model()
    entry = {"command": sys.executable, "args": [CRM], "env": {"CRM_FILE": str(tmp_path / "crm.json")}}
    g.mcp.add("crm", entry)
    allow_all(g.mcp, "crm")
    g.mcp.set_risk("crm", "list_companies", "read")
    files = [Upload("companies.csv", companies.encode())]
    goal = "Find the companies with more than 20 people, score them, draft a mail to each and bring the CRM up to date"
    run = to_the_end(g, "u", g.submit("u", goal, "", files))
    assert run.status == "waiting"
    assert not (tmp_path / "crm.json").exists(), "nothing is written before a yes"
    run, asked = approving(g, run)
    server.finish()
    # Even the look-up waits: after reading the upload it would send a word that the user never typed to another program.
    assert sorted(a.split()[0] for a in asked) == [
        "crm__create_task",
        "crm__list_companies",
        "crm__update_company",
        "crm__update_company",
    ]
    log = json.loads((tmp_path / "crm.json").read_text())["log"]
    assert sorted(log) == [
        "task c1 Call J. Voss 2026-06-08",
        "update c1 contacted Score 2 of 2",
        "update c3 contacted Score 1 of 2",
    ]
    assert run.status == "done"
    final = answer([s.event for s in g.events("u", run.id)])
    assert {c["support"] for c in final.claims} <= {"supported", "computed"}
