"""What answers, passages and labels become: marked, cited, and harmless."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.ui.scripted import answer, claim, source
from ui.citations import chip, find_quote, highlighted, in_own_words, sources_html
from ui.plan_graph import dot
from ui.render import answer_html, escape, exact, label, live_links
from ui.step_html import step_html


def shown(html: str) -> str:
    return re.sub(r"<[^>]*>", "", html)


def chips(number: str) -> str:
    return f"<chip {number}>" if number in ("1", "2") else ""


def test_citations_become_chips_and_only_real_ones() -> None:
    html, _ = answer_html("Two years [1][2]. See [7] and [note].", (), chips)
    assert "Two years<chip 1><chip 2>." in html
    assert "[7]" in html
    assert "[note]" in html


def test_citation_marks_cannot_be_turned_into_links() -> None:
    html, _ = answer_html("Two years [1].\n\n[1]: http://evil.example/x", (), chips)
    assert "<chip 1>" in html
    assert "href" not in html.split("<chip 1>")[0]


def test_a_draft_hides_step_citations() -> None:
    assert (
        shown(answer_html("The term is two years [s1.2]. And more [s1.1, s2.3].")[0]).strip()
        == "The term is two years. And more."
    )


@pytest.mark.parametrize(
    "text", ["<img src=x onerror=alert(1)>", "<script>alert(1)</script>", "a <b>bold</b> claim", "<!-- x --> y"]
)
def test_raw_html_is_text(text: str) -> None:
    html, _ = answer_html(text)
    assert not re.search(r"<(img|script|b|!--)", html)


def test_images_are_left_out_with_their_address() -> None:
    html, _ = answer_html("Look ![a plan](http://evil.example/p.png?q=secret) here")
    assert "evil.example" not in html
    assert "<img" not in html
    assert "a plan" in html


def test_links_say_where_they_lead_and_scripts_do_not_link() -> None:
    html, _ = answer_html("[the rules](https://example.org/a) and [x](javascript:alert(1))", live=lambda href: True)
    assert "(example.org)" in shown(html)
    assert 'rel="noopener noreferrer"' in html
    assert 'href="javascript' not in html


@pytest.mark.parametrize(
    ("text", "live"),
    [
        ("[the rules](https://example.org/a)", True),  # a source
        ("[typed](https://typed.example/x?y=1)", True),  # the user
        ("[quoted](http://quoted.example/page)", True),  # stands in a quotation
        ("[more](https://example.org/a?d=secret)", False),
        ("[more](https://example.org/a/secret)", False),
        ("<https://evil.example/?d=secret>", False),
        ("[mail](mailto:x@evil.example?body=secret)", False),
        ("[ftp](ftp://evil.example/secret)", False),
        ("[**bold**](https://evil.example/secret)", False),
        ("[relative](//evil.example/secret)", False),
    ],
)
def test_only_addresses_that_somebody_gave_can_be_clicked(text: str, live: bool) -> None:
    sources = [
        source("1", "see http://quoted.example/page.", locator="https://example.org/a"),
    ]
    html, _ = answer_html(text, live=live_links("read https://typed.example/x?y=1, please", sources))
    assert ("<a " in html) == live
    assert ("secret" in shown(html)) == ("secret" in text), "where it would have led is shown"


@pytest.mark.parametrize("text", ["It costs $5 and $7.", ":red[x] :material/home: :smile:", "a_b_c and 2 * 3 * 4"])
def test_text_stays_as_it_is(text: str) -> None:
    assert shown(answer_html(text)[0]).strip() == text


def test_tables_and_lists_are_drawn() -> None:
    html, _ = answer_html("| A | B |\n|---|---|\n| 1 | 2 [1] |\n\n- one\n- two", (), chips)
    assert html.count("<td>") == 2
    assert "<chip 1>" in html
    assert html.count("<li>") == 2


def test_unsupported_sentences_are_marked_across_markdown() -> None:
    text = "The term is two years [1]. It was **signed on 3 May** by *Ada*. That is all."
    html, lost = answer_html(
        text,
        [
            claim("The term is two years."),
            claim("It was signed on 3 May by Ada.", "unsupported", reason="3 May was not found"),
        ],
        chips,
    )
    assert lost == []
    marked = "".join(re.findall(r'<span class="gw-unsupported"[^>]*>(.*?)</span>', html))
    assert marked == "It was signed on 3 May by Ada"
    assert html.count("not found in the sources") == 1
    assert "3 May was not found" in html


def test_a_claim_in_a_table_cell_or_list_is_marked() -> None:
    for text in ("- The cap is 9 million\n- other", "| Topic | Cap |\n|---|---|\n| x | The cap is 9 million |"):
        html, lost = answer_html(text, [claim("The cap is 9 million", "unsupported")])
        assert lost == []
        assert '">The cap is 9 million</span>' in html


def test_an_unsupported_claim_that_cannot_be_found_in_the_text_is_not_lost() -> None:
    _, lost = answer_html(
        "Something else.", [claim("The cap is 9 million.", "unsupported"), claim("Fine.", "computed", "1 + 1")]
    )
    assert [c["text"] for c in lost] == ["The cap is 9 million."]


def test_computed_claims_show_the_expression() -> None:
    html, _ = answer_html("That is 409.5 [1].", [claim("That is 409.5.", "computed", "0.175 * 2340 = 409.5")], chips)
    assert "= 0.175 * 2340 = 409.5" in shown(html)
    assert "<chip 1>" in html
    html, _ = answer_html("**9** — 3 * 3 = 9", [claim("9 — 3 * 3 = 9", "computed", "3*3 = 9")])
    assert shown(html).strip() == "9 — 3 * 3 = 9"
    html, _ = answer_html("That is 5.", [claim("That is 5.", "computed", "SELECT " + "x, " * 50)])
    assert shown(html).strip() == "That is 5.= computed"
    assert "SELECT" in html


def test_the_same_sentence_twice_is_marked_once_per_claim_and_text_is_kept() -> None:
    text = "It is 5. It is 5."
    html, _ = answer_html(text, [claim("It is 5.", "unsupported"), claim("It is 5.", "unsupported")])
    assert shown(html.replace('<span class="gw-tag">not found in the sources</span>', "")).strip() == text


@pytest.mark.parametrize(
    "text",
    ["[x](http://e.x)", "**b** `c` $x$", ":red[x]", ":material/home:", "a: b", "![i](http://e.x/i.png)", "# h", "<b>"],
)
def test_labels_hold_no_markdown(text: str) -> None:
    made = label(text)
    assert not re.search(r":(?=[a-z])", made)
    assert re.sub(r"\\(.)", r"\1", made).replace("\u200b", "") == text
    assert not re.search(r"(?<!\\)[\[\]*`$#<!]", made)


def test_labels_are_cut() -> None:
    assert label("word " * 50, 20) == "word word word word…"
    assert label("two\nlines") == "two lines"


def test_a_quotation_is_found_across_line_breaks_and_case() -> None:
    text = "Either party may give sixty\n(60)  days' notice."
    assert find_quote(text, "either party may give sixty (60) days'") == (0, 39)
    assert highlighted(text, "sixty (60) days'") == "Either party may give <mark>sixty\n(60)  days&#x27;</mark> notice."
    assert find_quote(text, "") is None


def test_a_quotation_that_is_not_in_the_passage_is_shown_apart() -> None:
    html = highlighted("Other <text>", "a & b")
    assert html.startswith("<mark>a &amp; b</mark><hr>")
    assert "&lt;text&gt;" in html


def test_of_a_passage_cited_whole_only_what_the_answer_quotes_is_marked() -> None:
    text = "6.1 The provider is liable. 6.2 The limit is 60,000.\n6.3 Insurance is kept. The end."
    answered = answer(
        "x", claim("60,000 — “6.2 The limit is 60,000.”"), claim("Insurance is kept."), claim("“not there at all”")
    )
    html = highlighted(text, text, in_own_words(answered))
    assert re.findall("<mark>(.*?)</mark>", html) == ["6.2 The limit is 60,000.", "Insurance is kept."]
    assert shown(html) == text
    assert highlighted(text, text, ["nothing of it"]) == f"<mark>{text}</mark>"


def test_overlapping_marks_are_one() -> None:
    html = highlighted("one two three four", "one two three four", ["one two three", "two three four"])
    assert html == "<mark>one two three four</mark>"


def test_a_long_passage_is_cut_around_the_quotation() -> None:
    html = highlighted("x " * 2000 + "the quote" + " y" * 2000, "the quote")
    assert html.startswith("… ")
    assert html.endswith(" …")
    assert len(html) < 1600


def test_sources_name_their_place_and_escape_it(service) -> None:
    evil = source("1", "<i>quote</i>", title='<img src=x>".pdf', passage="")
    html = sources_html("r1", [evil])
    assert "<img" not in html
    assert "<i>" not in html
    assert 'popovertarget="gw-r1-1"' in chip("r1", evil, "1")
    assert 'id="gw-r1-1"' in html


def test_a_source_whose_document_is_gone_says_so(service) -> None:
    html = sources_html("r1", [source("1", "the quote", passage="gone")])
    assert "<mark>the quote</mark>" in html
    assert "no longer in memory" in html


def test_the_panel_escapes_what_tools_return() -> None:
    from graph import events as ev
    from tests.ui.scripted import worked
    from tests.ui.test_timeline import view_of

    events = [
        e
        if not isinstance(e, ev.ToolReturned)
        else ev.ToolReturned("s1", "search_memory", "<script>x</script>", {}, e.sources, 0.1)
        for e in worked()
    ]
    view = view_of(*events)
    assert view.plan is not None
    assert "<script>" not in step_html(view.plan.steps["s1"])


def test_the_graph_quotes_its_titles() -> None:
    from graph import events as ev
    from tests.ui.scripted import plan, step
    from tests.ui.test_timeline import view_of

    view = view_of(
        ev.PlanMade(plan(step("s1", 'Say "hi" \\ there', "calculate"), step("s2", "End", "", ["s1", "gone"])), 1, 0.0)
    )
    assert view.plan is not None
    text = dot(view.plan)
    assert r"\"hi\" \\" in text
    assert '"s1" -> "s2";' in text
    assert "gone" not in text


def test_the_graph_leaves_out_what_is_implied() -> None:
    from graph import events as ev
    from tests.ui.scripted import plan, step
    from tests.ui.test_timeline import view_of

    steps = [step("s1", "A", "x"), step("s2", "B", "x", ["s1"]), step("s3", "C", "", ["s1", "s2"])]
    view = view_of(ev.PlanMade(plan(*steps), 1, 0.0))
    assert view.plan is not None
    assert re.findall(r'"(s\d)" -> "(s\d)"', dot(view.plan)) == [("s1", "s2"), ("s2", "s3")]


UNSEEN = "\u202egnp.exe\u202c a\u200bb \u2066c\u2069 \ufeffd\U000e0041\U000e007f"


@pytest.mark.parametrize(
    "drawn", [escape, label, lambda t: answer_html(t)[0], lambda t: answer_html(f"`{t}`\n\n```\n{t}\n```")[0]]
)
def test_nothing_that_nobody_sees_reaches_the_page(drawn: Callable[[str], str]) -> None:
    made = drawn(UNSEEN)
    assert "gnp" in made
    assert not re.search("[\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e0fff]", made)
    assert "ab" in made


def test_what_is_decided_on_is_shown_to_the_last_letter() -> None:
    assert exact("pay ann\u202egnp") == "pay ann⟨U+202E⟩gnp"
    assert exact("exa\u200dmple.org\U000e0041") == "exa⟨U+200D⟩mple.org⟨U+E0041⟩"
    long = exact("a" * 50 + "<b>" + "z" * 50, 51)
    assert long.startswith("<details>")
    assert "&lt;" in long
    assert long.count("a" * 50) == long.count("z" * 50) == 1


def test_scripts_that_need_joiners_keep_them() -> None:
    persian, family = "می\u200cخواهم", "👨\u200d👩\u200d👧"
    assert escape(persian + family) == persian + family
