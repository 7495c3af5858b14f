from agents.rules.reading import compare, report
from agents.rules.reading.compare import aspects
from tests.agents.reading.conftest import passage

OFFERS = {
    "Alpha offer": [passage("The price is EUR 900 per month. The notice period is three months.", "Alpha offer")],
    "Beta offer": [passage("The monthly price is EUR 750. Support is available by telephone.", "Beta offer")],
}


def test_a_topic_with_several_aspects_is_taken_apart():
    assert aspects("Compare the price, term and notice period") == ["price", "term", "notice period"]
    assert aspects("What is the price and the term?") == ["What is the price and the term"]


def test_each_document_has_its_value_or_a_gap(sense):
    table = compare("price and notice period", OFFERS, sense)
    price, notice = table.rows
    assert price.cells["Alpha offer"].value == "EUR 900"
    assert price.cells["Beta offer"].value == "EUR 750"
    assert notice.cells["Alpha offer"].value == "three months"
    assert not notice.cells["Beta offer"].found
    assert table.gaps == (("notice period", "Beta offer"),)


def test_quotations_of_a_comparison_stand_in_their_document(sense):
    for row in compare("price and support", OFFERS, sense).rows:
        for title, cell in row.cells.items():
            for quote in cell.quotes:
                assert quote.text in OFFERS[title][quote.passage]["text"]


def test_a_report_groups_by_heading_and_names_the_gaps(passages, sense):
    found = passages("Employee Handbook")
    r = report("paid leave and pension contributions", found, sense)
    assert any("annual leave" in q.text for g in r.groups for q in g.findings)
    assert "pension contributions" in r.gaps
    for group in r.groups:
        for quote in group.findings:
            assert quote.text in found[quote.passage]["text"]


def test_a_report_on_nothing_says_so(sense):
    assert report("volcanoes", [], sense).reason
    assert report("volcanoes", OFFERS["Beta offer"], sense).reason
