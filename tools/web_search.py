"""The tool `web_search`: the web's search engines through `ddgs`, without a key.

It sends the query to outside search engines, so it works only for users who switched it on. Titles and snippets are
external content. Not a page reader: that is `fetch_page`.
"""

from __future__ import annotations

from typing import Annotated

from tools.base import RetryTool, ToolContext, ToolFailed, ToolResult, source, tool


@tool(risk="read", timeout=30, retries=2, external=True)
def web_search(
    ctx: ToolContext,
    query: Annotated[str, "what to search for, as one would type it into a search engine"],
    k: Annotated[int, "how many results at most, 1 to 20"] = 5,
) -> ToolResult:
    """Search the web. Works only when the user has switched web search on and there is a network.

    Use it for what is not in the user's documents: news, companies, public facts. Read a result with fetch_page.

    data: {"results": [{"title", "url", "snippet"}], "value": how many}. One external source per result.
    """
    if not ctx.web_search:
        raise ToolFailed(
            "Web search is off. Switch it on under Settings → Web search; your query is then sent to public search engines."
        )
    if not query.strip():
        raise ToolFailed("There is nothing to search for: the query is empty.")
    hits = [h for h in _ask(" ".join(query.split()), max(1, min(20, k))) if h.get("href")]
    if not hits:
        return ToolResult(f"The web search found nothing for “{query}”.", {"results": [], "value": 0})
    return ToolResult(
        "\n".join(f"[{i}] {h.get('title', '')}\n{h['href']}\n{h.get('body', '')}" for i, h in enumerate(hits, 1)),
        {
            "results": [{"title": h.get("title", ""), "url": h["href"], "snippet": h.get("body", "")} for h in hits],
            "value": len(hits),
        },
        [source(h.get("title", "") or h["href"], h.get("body", ""), locator=h["href"], trust="external") for h in hits],
    )


def _ask(query: str, k: int) -> list[dict[str, str]]:
    from ddgs import DDGS
    from ddgs.exceptions import DDGSException, RatelimitException, TimeoutException

    try:
        return list(DDGS(timeout=10).text(query, max_results=k))
    except RatelimitException as e:
        raise RetryTool("The search engines ask us to slow down.", after=10) from e
    except TimeoutException as e:
        raise RetryTool("The search engines did not answer in time.", after=2) from e
    except DDGSException as e:
        if "no results" in str(e).casefold():
            return []
        raise ToolFailed(
            "No network: the web search could not reach any search engine. Nothing was sent anywhere else."
        ) from e
