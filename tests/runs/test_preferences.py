from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from runs.errors import BadHome
from runs.preferences import Preferences
from runs.service import Groundwork
from runs.settings import Settings


def test_a_choice_outlives_the_process_and_is_its_owners_alone(tmp_path: Path) -> None:
    first = Preferences(tmp_path)
    first.set("models", {"default": "x", "é": [1, None]})
    first.set("gone", 1)
    first.set("gone", None)
    again = Preferences(tmp_path)
    assert again.get("models") == {"default": "x", "é": [1, None]}
    assert again.get("gone", "default") == "default"
    assert (tmp_path / "preferences.json").stat().st_mode & 0o077 == 0


def test_what_was_read_cannot_be_changed_by_accident(tmp_path: Path) -> None:
    chosen = Preferences(tmp_path)
    chosen.set("list", [1])
    got = chosen.get("list")
    assert isinstance(got, list)
    got.append(2)
    assert chosen.get("list") == [1]


@pytest.mark.parametrize("text", ["{", "[]", '{"a": \udcff'])
def test_a_broken_file_is_named_and_kept(tmp_path: Path, text: str) -> None:
    path = tmp_path / "preferences.json"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(BadHome, match=r"preferences\.json"):
        Preferences(tmp_path)
    assert path.exists()


def test_web_search_is_chosen_here_unless_the_environment_says(
    open_groundwork: Callable[..., Groundwork], monkeypatch: pytest.MonkeyPatch
) -> None:
    groundwork = open_groundwork()
    assert not groundwork.web_search()
    groundwork.preferences.set("web_search", True)
    assert groundwork.web_search()
    groundwork.close()
    assert not open_groundwork(web_search=False).web_search()
    for said, meant in (("0", False), ("1", True), (" ", None), ("", None)):
        monkeypatch.setenv("GROUNDWORK_WEB_SEARCH", said)
        assert Settings.from_environment().web_search is meant
