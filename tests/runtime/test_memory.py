"""Keeping freed memory is a request to the C library: it must never stop a run."""

from __future__ import annotations

import ctypes

import pytest

from secfuse.runtime.memory import keep_freed_memory


def test_it_asks_for_three_things(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, int]] = []

    class Library:
        """A C library that notes what it is asked."""

        def mallopt(self, what: int, value: int) -> int:
            """Note it."""
            asked.append((what, value))
            return 1

    monkeypatch.setattr(ctypes, "CDLL", lambda name: Library())
    keep_freed_memory()
    assert [what for what, _ in asked] == [-3, -1, -2]


@pytest.mark.parametrize("failure", [OSError, AttributeError])
def test_a_library_without_it_is_no_obstacle(monkeypatch: pytest.MonkeyPatch, failure: type[Exception]) -> None:
    def missing(name: None) -> None:
        raise failure

    monkeypatch.setattr(ctypes, "CDLL", missing)
    keep_freed_memory()
