"""Another embedding model: over real Chroma, with a deterministic stand-in for the model alone."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest
from langchain_core.embeddings import DeterministicFakeEmbedding

from memory.embedding_models import LangChainModel, embedding_model
from memory.store import Memory, UserMemory
from memory.types import MemoryFault

NAME = "tests.memory.test_embedding_models:Sixteen"
OTHER = "tests.memory.test_embedding_models:Twelve"
gate = threading.Event()
broken = threading.Event()
asked: list[str] = []


class Sixteen(DeterministicFakeEmbedding):
    size: int = 16

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        gate.wait(30)
        if broken.is_set():
            raise ConnectionError("nobody there")
        asked.extend(texts)
        return super().embed_documents(texts)

    def embed_query(self, text: str) -> list[float]:
        if broken.is_set():
            raise ConnectionError("nobody there")
        return super().embed_query(text)


class Twelve(Sixteen):
    size: int = 12


@pytest.fixture(autouse=True)
def _open_gate():
    gate.set()
    broken.clear()
    asked.clear()


@pytest.fixture
def opened(tmp_path, embedder):
    memories: list[Memory] = []

    def open_with(embedding: str) -> UserMemory:
        for m in memories:
            m.close()
        memories[:] = [Memory(tmp_path / "m", embedder, embedding=embedding)]
        return memories[0].for_user("anna")

    yield open_with
    gate.set()
    for m in memories:
        m.close()


def _done(user: UserMemory) -> None:
    until = time.monotonic() + 60
    while user.reembedding is not None and time.monotonic() < until:
        assert not user.reembedding.problem
        time.sleep(0.02)
    assert user.reembedding is None


def _agrees(user: UserMemory, dimension: int) -> None:
    ids = {p.id for d in user.documents() for p in user.passages(d.id)}
    assert user._vectors.ids() == ids
    assert all(len(v) == dimension for v in user._vectors.vectors(sorted(ids)).values())
    assert user._vectors.about["dimension"] == dimension or dimension == 384


def _fill(user: UserMemory) -> None:
    user.add("birds.md", b"# Birds\n\nOwls hunt at night.\n\n# Fish\n\nPike lie in wait between the reeds.")
    user.add("tea.txt", b"The kettle is in the blue cupboard.")


def test_the_old_index_serves_until_the_new_one_is_complete(opened):
    _fill(opened("built-in"))
    gate.clear()
    anna = opened(NAME)
    assert anna.reembedding is not None
    assert (anna.reembedding.model, anna.reembedding.total) == (NAME, 3)
    found = anna.search("when do owls hunt?")[0]
    assert found.dense_rank == 1
    assert len(anna._vectors.vectors([found.id])[found.id]) == 384
    anna.add("bread.txt", b"Rye bread needs sourdough.")  # while it goes on, under the old model
    tea = next(d for d in anna.documents() if d.name == "tea.txt")
    assert anna.delete(tea.id).left == 0
    gate.set()
    _done(anna)
    _agrees(anna, 16)
    assert anna._vectors.about["model"] == NAME
    assert "Birds\nOwls" not in asked  # the heading stands in the text itself
    found = anna.search("sourdough")[0]
    assert found.title == "bread.txt"
    assert found.similarity > 0.3, "similarity is the shipped model's, whichever found the passage"
    anna.add("milk.txt", b"Milk goes sour.")
    _agrees(anna, 16)


def test_a_change_that_was_interrupted_goes_on_and_can_be_taken_back(opened, tmp_path):
    _fill(opened("built-in"))
    gate.clear()
    opened(NAME)
    gate.set()
    anna = opened(OTHER)  # another wish before the first was fulfilled
    _done(anna)
    _agrees(anna, 12)
    anna = opened("built-in")
    _done(anna)
    _agrees(anna, 384)
    anna = opened("built-in")
    assert anna.reembedding is None
    assert [c.name for c in anna._index._client.list_collections() if "documents" in c.name] == [anna._vectors.name]
    assert anna.search("where is the kettle?")[0].title == "tea.txt"


def test_what_was_embedded_before_a_stop_is_not_embedded_again(opened):
    anna = opened("built-in")
    _fill(anna)
    broken.set()
    anna = opened(NAME)
    anna._index._thread.join(30)
    assert "did not answer" in anna.reembedding.problem
    assert anna.search("when do owls hunt?")[0].dense_rank == 1
    broken.clear()
    anna = opened(NAME)
    _done(anna)
    assert len(asked) == 3
    assert opened(NAME).reembedding is None
    assert len(asked) == 3


def test_a_model_that_does_not_answer(opened):
    anna = opened(NAME)
    _fill(anna)
    broken.set()
    found = anna.search("kettle cupboard")
    assert found[0].title == "tea.txt"
    assert (found[0].dense_rank, found[0].lexical_rank) == (0, 1)
    with pytest.raises(MemoryFault, match=r"did not answer.*untouched"):
        anna.add("more.txt", b"More of it.")
    assert {d.name for d in anna.documents()} == {"birds.md", "tea.txt"}


def test_a_name_that_means_nothing_changes_nothing(opened):
    _fill(opened(NAME))
    for name in ("gtp-4", NAME):
        anna = opened(name)
        assert anna._vectors.about["model"] == NAME
        assert anna.search("where is the kettle?")[0].title == "tea.txt"
    assert "names no embedding model" in opened("gtp-4").reembedding.problem


def test_names(embedder):
    assert embedding_model("", embedder) is embedding_model("built-in", embedder) is embedder
    assert embedding_model("openai:text-embedding-3-small", embedder).name == "openai:text-embedding-3-small"
    for wrong in ("gpt", "nobody:model", "openai:"):
        with pytest.raises(MemoryFault, match="names no embedding model"):
            embedding_model(wrong, embedder)
    with pytest.raises(MemoryFault, match="not installed"):
        embedding_model("no.such.package:Model", embedder).embed_one("x")


def test_providers_are_built_with_what_they_take(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-not-a-key")
    monkeypatch.setenv("OLLAMA_HOST", "127.0.0.1:9")
    openai = LangChainModel("openai:m", "openai", "m")._load()
    assert (openai.model, openai.check_embedding_ctx_length) == ("m", False)
    assert LangChainModel("ollama:m", "ollama", "m")._load().base_url == "http://127.0.0.1:9"


@pytest.mark.parametrize("vectors", [[[1.0], [2.0, 3.0]], [[float("nan")] * 4] * 2, [[1.0, 0.0]], [[], []]])
def test_vectors_that_are_none_are_refused(vectors):
    model = LangChainModel("x:y", "x", "y")
    with pytest.raises(MemoryFault, match="no usable vectors"):
        model._normalised(vectors, 2)
    assert np.allclose(np.linalg.norm(model._normalised([[3, 4], [1, 0]], 2), axis=1), 1)


def test_a_class_that_is_no_embeddings_is_told_as_that():
    with pytest.raises(MemoryFault, match="is no LangChain Embeddings"):
        LangChainModel("collections:OrderedDict", "collections", "OrderedDict").embed(["x"])
