"""Sides of a join that one owner knows are sorted by it; sides that come from a join on the same key are in order."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from secfuse.compiler.circuit.evaluate import evaluate
from secfuse.compiler.circuit.graph import Circuit
from secfuse.compiler.circuit.interface import Rows
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.verify import verify
from secfuse.compiler.compile import compile_source
from secfuse.compiler.lowering.lower import lower
from secfuse.compiler.passes.order import order
from secfuse.runtime.costs.predict import predict
from secfuse.runtime.run import simulate
from tests.compiler.contracts import CONTRACT

SHOWN = 'disclose sum(joined.cost) as costs to third under open because "of both"\n'
JOINED = "let joined = join visits with people on id\n" + SHOWN
FILTERED = "let older = filter people where age > 30\nlet joined = join visits with older on id\n" + SHOWN
CHAIN = (
    """input more from third at most 50 rows {
  id : identifier unique may be joined
}
let first = join visits with people on id
let joined = join first with more on id
"""
    + SHOWN
)
SEVERAL = Path(__file__).parents[2] / "programs" / "good" / "join_on_several_keys.sec"


def lowered(body: str) -> Circuit:
    return lower(compile_source(CONTRACT.replace("at least 3", "at least 1") + body).checked)


def in_order(circuit: Circuit) -> list[object]:
    return [node.attr("in_order") for node in circuit.nodes if node.op is Op.JOIN]


def checked(circuit: Circuit, tables: dict[str, Rows]) -> None:
    """The same is released by the meaning of either circuit, and on shares, where it costs what is predicted."""
    after = order(circuit)
    verify(after)
    assert order(after) == after
    plain = evaluate(circuit, tables, {}).released
    assert evaluate(after, tables, {}).released == plain
    done = simulate(after, tables, {})
    assert done.released == plain
    cost = predict(after, {name: table.count for name, table in tables.items()}, {}).tally
    assert (cost.rounds, cost.ands) == (done.traffic["left"].rounds, done.ands)


def ids(rng: np.random.Generator, count: int, most: int) -> np.ndarray:
    return rng.integers(0, most, count).astype(np.uint64) * np.uint64(2**64 - 59)


def rows(visits: int, people: int, seed: int) -> dict[str, Rows]:
    rng = np.random.default_rng(seed)
    own = {
        "id": rng.permutation(ids(rng, people, 1) + np.arange(people, dtype=np.uint64) * np.uint64(2**64 - 59)),
        "band": rng.integers(0, 2, people),
        "age": rng.integers(0, 90, people),
        "debt": rng.integers(-3, 3, people) << 16,
        "kids": rng.integers(0, 4, people),
    }
    theirs = {"id": ids(rng, visits, people + 3), "cost": rng.integers(0, 9, visits) << 8}
    more = np.arange(0, 40, 2, dtype=np.uint64) * np.uint64(2**64 - 59)
    return {
        "people": Rows(people, own, {"kids": np.ones(people, bool)}),
        "visits": Rows(visits, theirs, {}),
        "more": Rows(len(more), {"id": more}, {}),
    }


def test_each_owner_sorts_its_side() -> None:
    circuit = order(lowered(JOINED))
    assert in_order(circuit) == [1]
    sorts = [node for node in circuit.nodes if node.op is Op.SORT]
    assert [node.type.parts[0].visibility.level for node in sorts] == ["known", "known"]  # type: ignore[union-attr]


def test_a_side_that_two_owners_are_needed_for_is_left() -> None:
    circuit = order(lower(compile_source(CONTRACT + JOINED).checked, at_home=False))
    assert in_order(circuit) == [0]


@pytest.mark.parametrize(("visits", "people"), [(70, 9), (5, 200), (1, 1), (130, 64)])
def test_joins_of_sorted_sides_mean_the_same(visits: int, people: int) -> None:
    for body in (JOINED, FILTERED):
        tables = rows(visits, people, visits)
        del tables["more"]
        checked(lowered(body), tables)


def test_what_a_join_gave_is_in_order_of_its_key() -> None:
    assert in_order(order(lowered(CHAIN))) == [1, 1]
    checked(lowered(CHAIN), rows(90, 50, 1))


def test_keys_that_are_computed_are_sorted_by_the_bits_that_are_shared() -> None:
    """The digits of several keys can be anything in rows that do not count."""
    circuit = lower(compile_source(SEVERAL.read_text()).checked)
    assert set(in_order(order(circuit))) == {1}
    assert Op.NUMBER in {node.op for node in order(circuit).nodes}
    rng = np.random.default_rng(2)
    places = rng.permutation(3 * 20 * 26)[:40]
    weather = {"airport": places % 3, "date": 15_700 + places // 3 % 20, "hour": places // 60 - 1}
    flights = {"airport": rng.integers(0, 3, 50), "date": 15_700 + rng.integers(0, 20, 50)}
    checked(
        circuit,
        {
            "weather": Rows(40, weather | {"wind": rng.integers(0, 120, 40) << 16}, {}),
            "flights": Rows(50, flights | {"hour": rng.integers(0, 6, 50), "delay": rng.integers(-9, 99, 50)}, {}),
        },
    )
