"""The driver: rounds are the critical path, messages of a round go together, and places never repeat."""

from __future__ import annotations

from typing import Any

import pytest

from secfuse.runtime.rounds import Exchange, Lockstep, together


def echo() -> tuple[Lockstep, list[list[Any]]]:
    """A driver whose rounds are written down and come back as they are."""
    rounds: list[list[Any]] = []

    def deliver(moves: list[Any]) -> list[Any]:
        rounds.append(moves)
        return moves

    return Lockstep(deliver), rounds


async def chain(name: str, length: int) -> str:
    """A chain of dependent rounds."""
    for i in range(length):
        assert await Exchange([f"{name}{i}"]) == [f"{name}{i}"]
    return name


def test_independent_operations_share_rounds() -> None:
    steps, rounds = echo()

    async def both() -> list[str]:
        return await together(chain("a", 3), chain("b", 1), chain("c", 2))

    assert steps.run(both()) == ["a", "b", "c"]
    assert rounds == [["a0", "b0", "c0"], ["a1", "c1"], ["a2"]]


def test_a_task_waits_for_what_it_awaits_and_no_longer() -> None:
    steps, rounds = echo()

    async def main() -> str:
        slow = steps.spawn(chain("slow", 2), "slow")
        quick = steps.spawn(chain("quick", 1), "quick")
        await quick
        after = await chain("after", 1)
        return after + await slow + await slow

    assert steps.run(main()) == "afterslowslow"
    assert rounds == [["slow0", "quick0"], ["slow1", "after0"]]


def test_places_are_the_same_whatever_else_runs_and_never_repeat() -> None:
    def places(with_company: bool) -> list[str]:
        steps, _ = echo()
        drawn: list[str] = []

        async def draws(count: int) -> None:
            for _ in range(count):
                drawn.append(steps.here().next_draw())
                await Exchange([])

        async def main() -> None:
            if with_company:
                steps.spawn(chain("company", 5), "company")
            await together(draws(2), draws(3))
            await together(draws(1))

        steps.run(main())
        return drawn

    alone = places(with_company=False)
    assert sorted(alone) == sorted(places(with_company=True))
    assert len(set(alone)) == len(alone) == 6


def test_an_error_ends_the_run_with_it() -> None:
    steps, _ = echo()

    async def fails() -> None:
        await Exchange([1])
        raise ValueError("of the operation")

    async def main() -> None:
        await together(chain("a", 9), fails())

    with pytest.raises(ValueError, match="of the operation"):
        steps.run(main())
    assert steps.run(chain("again", 1), "another run") == "again"


def test_waiting_for_nobody_is_a_mistake_that_says_so() -> None:
    steps, _ = echo()

    async def main() -> None:
        await steps.current  # type: ignore[misc]

    with pytest.raises(AssertionError, match="nobody will send"):
        steps.run(main())
