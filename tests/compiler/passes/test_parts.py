"""Parts: what owners can do with their own rows of a union, they do; only results are put together."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from secfuse.compiler.circuit.evaluate import evaluate
from secfuse.compiler.circuit.graph import Builder, Circuit
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.types import BOOL, NOTHING, PUBLIC, SECRET, Domain, Size, Type, fixed, known_to
from secfuse.compiler.circuit.verify import verify
from secfuse.compiler.front import read_program
from secfuse.compiler.passes import run_passes
from secfuse.compiler.passes.dce import dce
from secfuse.compiler.passes.parts import parts
from secfuse.compiler.program import Program
from secfuse.runtime.costs.predict import predict
from tests.compiler.circuit.golden import agrees_with_golden
from tests.compiler.circuit.random_circuits import PARAMS, PARTIES, TABLES, Grower, random_rows

ROOT = Path(__file__).parents[3]
AIRLINE, WEATHER = known_to("airline"), known_to("weather")
UNION = Size.rows("flights") + Size.rows("hours")
STEPS = (Op.ADD, Op.SUB, Op.NEG, Op.MUL, Op.DIV, Op.ABS, Op.LT, Op.EQ, Op.AND, Op.OR, Op.NOT, Op.SELECT, Op.TRANSPOSE)
ENDS = (Op.COUNT, Op.SUM, Op.LEAST, Op.GREATEST, Op.LARGEST)


def union(grower: Grower) -> None:
    """Prices and winds one below the other, which of the rows count, and a few numbers."""
    add, flights, hours = grower.builder.add, (Size.rows("flights"),), (Size.rows("hours"),)
    price = add(Op.INPUT, (), Type(fixed(-400, 4000, 8), flights, AIRLINE), table="flights", column="price")
    same = add(Op.RESCALE, (price,), Type(fixed(-400 << 8, 4000 << 8), flights, AIRLINE))
    wind = add(Op.INPUT, (), Type(fixed(0, 1 << 20), hours, WEATHER), table="hours", column="wind")
    rows = [
        add(Op.ROWS, (), Type(BOOL, shape, seen), table=table)
        for table, shape, seen in (("flights", flights, AIRLINE), ("hours", hours, WEATHER))
    ]
    x = add(Op.CONCAT, (same, wind), Type(fixed(-400 << 8, 1 << 20), (UNION,), SECRET))
    add(Op.CONCAT, tuple(rows), Type(BOOL, (UNION,), SECRET))
    add(Op.RESHAPE, (x,), Type(fixed(-400 << 8, 1 << 20), (UNION, Size(1)), SECRET))
    add(Op.RESHAPE, (x,), Type(fixed(-400 << 8, 1 << 20), (Size(1), UNION), SECRET))
    for elem, value in ((fixed(-999, 1 << 17), 1 << 16), (fixed(1, 1 << 17), 3), (BOOL, 1)):
        number = grower.constant(elem, value)
        add(Op.BROADCAST, (number,), Type(grower.type(number).elem, (UNION,), PUBLIC))


def random_union(seed: int) -> Circuit:
    """Some operations on a union of columns of two owners, then reductions, all of which are disclosed."""
    rng = np.random.default_rng(seed)
    grower = Grower(rng, Builder())
    union(grower)
    for ops, times in ((STEPS, 14), (ENDS, 10)):
        for _ in range(times):
            grower.step(ops[int(rng.integers(len(ops)))])
    yes = grower.constant(BOOL, 1)
    shown = grower.single(Domain.INT, Domain.FIXED, Domain.BOOL, shape=())
    attrs = {"name": "all", "columns": tuple(f"c{i}" for i in shown), "keys": 0, "recipients": ("ministry",)}
    why = {"policy": "bulletin", "guards": (), "reason": "because"}
    output = grower.builder.add(Op.DISCLOSE, (yes, yes, yes, *shown), NOTHING, **attrs, **why)
    compute = tuple(p.name for p in PARTIES)
    return Circuit("union", PARTIES, compute, TABLES, PARAMS, tuple(grower.builder.nodes), (output,))


def example(name: str) -> Program:
    """Of the examples, before any pass."""
    file = ROOT / "examples" / name / "main.sec"
    return read_program(file.read_text(encoding="utf-8"), name)


def test_three_payrolls_afterwards() -> None:
    assert agrees_with_golden("average-salary-parts", dce(parts(example("01-average-salary").circuit)))


def test_three_payrolls_send_a_tenth() -> None:
    circuit = example("01-average-salary").circuit
    rows = {table.name: 1000 for table in circuit.tables}
    before, after = (sum(predict(c, rows, {}).tally.link_bytes.values()) for c in (circuit, run_passes(circuit)))
    assert after * 10 < before


def test_nothing_changes_where_owners_compute_nothing() -> None:
    on_shares = Path(ROOT / "tests" / "programs" / "good" / "join_full.sec").read_text(encoding="utf-8")
    circuit = dce(read_program(on_shares).circuit)
    assert [n.op for n in dce(parts(circuit)).nodes].count(Op.CONCAT) <= [n.op for n in circuit.nodes].count(Op.CONCAT)


def test_the_sum_of_several_largest_is_not_taken_apart() -> None:
    grower = Grower(np.random.default_rng(0), Builder())
    union(grower)
    add = grower.builder.add
    mask = grower.single(Domain.BOOL, shape=(UNION,))[0]
    x = add(Op.ABS, (grower.single(Domain.FIXED, shape=(UNION,))[0],), Type(fixed(0, 1 << 20), (UNION,), SECRET))
    for how_many in (1, 2):
        add(Op.LARGEST, (mask, x), Type(fixed(0, 2 << 20), (), SECRET), how_many=how_many)
    circuit = Circuit("union", PARTIES, (), TABLES, PARAMS, tuple(grower.builder.nodes), ())
    kept = [n for n in parts(circuit).nodes if n.op is Op.LARGEST]
    assert [(n.attr("how_many"), own_parties(n.type)) for n in kept] == [(1, ("airline",)), (1, ("weather",)), (2, ())]


def own_parties(type_: object) -> tuple[str, ...]:
    """Who could compute it."""
    assert isinstance(type_, Type)
    return type_.visibility.parties


@pytest.mark.parametrize("seed", range(150))
def test_the_meaning_stays(seed: int) -> None:
    holds(seed)


@pytest.mark.long
@pytest.mark.parametrize("first", range(150, 10_150, 1000))
def test_the_meaning_of_many_stays(first: int) -> None:
    for seed in range(first, first + 1000):
        holds(seed)


def holds(seed: int) -> None:
    """The circuit means the same afterwards, is well-formed, and a second time changes nothing that is left."""
    before = random_union(seed)
    verify(before)
    after = parts(before)
    verify(after)
    assert evaluate(after, random_rows(seed), {}) == evaluate(before, random_rows(seed), {})
    assert dce(parts(dce(after))) == dce(after)


def test_most_of_them_are_taken_apart() -> None:
    taken = sum(len(parts(c).nodes) != len(c.nodes) for c in map(random_union, range(50)))
    assert taken > 40
