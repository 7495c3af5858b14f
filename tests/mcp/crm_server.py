"""A small CRM as an MCP server over stdio, for tests: companies and tasks in the JSON file that CRM_FILE names.

Its tools really change the file, and every change is one line in its "log": what was done twice shows.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from mcp.server.fastmcp import FastMCP
from mcp.types import ToolAnnotations

server = FastMCP("crm", log_level="ERROR")
START = {
    "companies": [
        {"id": "c1", "name": "Alder Robotics", "city": "Lyon", "employees": 85, "status": "lead", "note": ""},
        {"id": "c2", "name": "Birch Foods", "city": "Porto", "employees": 410, "status": "customer", "note": ""},
        {"id": "c3", "name": "Cedar Analytics", "city": "Ghent", "employees": 23, "status": "lead", "note": ""},
        {"id": "c4", "name": "Dogwood Marine", "city": "Bergen", "employees": 140, "status": "lost", "note": ""},
    ],
    "tasks": [],
    "log": [],
}


def _load() -> dict[str, Any]:
    path = Path(os.environ["CRM_FILE"])
    return json.loads(path.read_text()) if path.exists() else json.loads(json.dumps(START))


def _store(data: dict[str, Any], what: str) -> None:
    data["log"].append(what)
    path = Path(os.environ["CRM_FILE"])
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(data, indent=1))
    fresh.replace(path)


@server.tool(annotations=ToolAnnotations(readOnlyHint=True))
def list_companies(status: str = "", min_employees: int = 0) -> list[dict[str, Any]]:
    """List companies with id, name, city, employees, status and note. status: lead, customer or lost; empty for all."""
    found = _load()["companies"]
    return [c for c in found if status in ("", c["status"]) and c["employees"] >= min_employees]


@server.tool()
def update_company(id: str, status: str = "", note: str = "") -> dict[str, Any]:
    """Change a company's status (lead, contacted, customer, lost) or note. What is empty stays as it is."""
    data = _load()
    company = next((c for c in data["companies"] if c["id"] == id), None)
    if company is None:
        raise ValueError(f"There is no company {id}.")
    if status and status not in ("lead", "contacted", "customer", "lost"):
        raise ValueError(f"{status} is not a status.")
    company |= {k: v for k, v in (("status", status), ("note", note)) if v}
    _store(data, f"update {id} {status} {note}".strip())
    return company


@server.tool()
def create_task(company: str, title: str, due: str) -> dict[str, Any]:
    """Create a follow-up task for a company id. due: YYYY-MM-DD."""
    data = _load()
    if company not in {c["id"] for c in data["companies"]}:
        raise ValueError(f"There is no company {company}.")
    task = {"id": f"t{len(data['tasks']) + 1}", "company": company, "title": title, "due": due}
    data["tasks"].append(task)
    _store(data, f"task {company} {title} {due}")
    return task


if __name__ == "__main__":
    server.run("stdio")
