from __future__ import annotations

from memory.ranking import fuse, match_expression


def test_words_of_a_query():
    assert match_expression("What is the notice period?") == '"notice" OR "period"'
    assert match_expression("who is the who") == '"who" OR "is" OR "the"'
    assert match_expression('a "b" OR (c) NEAR*') == '"b" OR "c" OR "near"'
    assert match_expression("有效期") == '"有" OR "效" OR "期"'
    assert match_expression("  ?!") == ""


def test_fusion_prefers_what_both_halves_found():
    assert [i for i, _ in fuse(["a", "b"], ["b", "c"], 3)] == ["b", "c", "a"]


def test_the_nearest_in_meaning_are_never_crowded_out():
    words = [f"w{i}" for i in range(30)]
    found = [i for i, _ in fuse(["m1", "m2", "m3"], words, 8)]
    assert found == ["w0", "w1", "w2", "w3", "w4", "w5", "m1", "m2"]
    assert [i for i, _ in fuse(["m1"], words, 5)] == ["w0", "w1", "w2", "w3", "w4"]
