from __future__ import annotations

from memory.ranking import fuse, scored, words_of


def test_words_of_a_query():
    assert words_of("What is the notice period?") == ["notice", "period"]
    assert words_of("who is the who") == ["who", "is", "the"]
    assert words_of('a "b" OR (c) NEAR*') == ["b", "c", "near"]
    assert words_of("有效期") == ["有", "效", "期"]
    assert words_of("  ?!") == []


def test_fusion_prefers_what_both_halves_found():
    assert [i for i, _ in fuse({"a": 0.5, "b": 0.45, "c": 0.1}, {"b": 7.0, "c": 6.5}, 3)] == ["b", "c", "a"]
    assert [i for i, _ in fuse({"a": 0.5, "b": 0.2}, {}, 3)] == ["a", "b"]


def test_a_clear_winner_by_word_beats_a_vague_likeness():
    similar = {f"m{i}": 0.3 - i / 1000 for i in range(20)}
    assert fuse({**similar, "code": 0.05}, {"code": 12.0, "m9": 1.0}, 3)[0][0] == "code"


def test_the_nearest_in_meaning_are_never_crowded_out():
    similarity = {"m1": 0.5, "m2": 0.4} | {f"w{i}": 0.2 - i / 1000 for i in range(30)}
    words = {f"w{i}": 3.0 for i in range(30)}
    found = [i for i, _ in fuse(similarity, words, 8)]
    assert found == ["w0", "w1", "w2", "w3", "w4", "w5", "m1", "m2"]
    assert [i for i, _ in fuse(similarity, words, 5)] == ["w0", "w1", "w2", "w3", "w4"]


def test_one_common_word_of_a_long_question_does_not_outdo_what_says_the_same():
    similarity, words = {"chance": 0.2, "meant": 0.45}, {"chance": 2.0}
    assert [*scored(similarity, words, whole=20.0)] == ["meant", "chance"]
    assert [*scored(similarity, words, whole=2.0)] == ["chance", "meant"], "it has all that was asked for"
    assert [*scored(similarity, {}, whole=20.0)] == ["meant", "chance"]
