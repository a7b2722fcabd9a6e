"""Balance: chains become trees, and what is ready late is put in last."""

from __future__ import annotations

import numpy as np
import pytest

from secfuse.compiler.circuit.evaluate import evaluate
from secfuse.compiler.circuit.graph import Builder, Circuit, Node
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.types import BOOL, NOTHING, PUBLIC, Domain, Size, Type, integer
from secfuse.compiler.circuit.verify import TYPE, verify
from secfuse.compiler.passes.balance import WAITS, balance
from secfuse.compiler.passes.dce import dce
from secfuse.compiler.passes.draft import rewritten
from tests.compiler.circuit.golden import agrees_with_golden
from tests.compiler.circuit.random_circuits import PARAMS, PARTIES, TABLES, Grower, random_circuit, random_rows
from tests.compiler.circuit.samples import DELAY, FLIGHTS, Sketch

STEPS = (Op.LT, Op.EQ, Op.SUB, Op.ABS, Op.SELECT, Op.BIT, Op.NOT)


def depth(circuit: Circuit, index: int) -> int:
    """How many additions and conjunctions stand one behind the other."""
    node = circuit.nodes[index]
    below = max((depth(circuit, a) for a in node.args), default=0)
    return below + (node.op in (Op.ADD, Op.AND))


def chain(count: int, shared: bool = False) -> Circuit:
    """So many delays, each another number further, added up one after the other; a sum of two may have another user."""
    s = Sketch()
    delay = s.column("flights", "delay", DELAY)
    terms = []
    for i in range(count):
        number = s.constant(integer(i, i), i)
        terms.append(s.add(Op.SUB, (delay, number), Type(integer(-120 - i, 1500 - i), FLIGHTS)))
    total, lo, hi = terms[0], -120, 1500
    for i, term in enumerate(terms[1:], 1):
        lo, hi = lo - 120 - i, hi + 1500 - i
        total = s.add(Op.ADD, (total, term), Type(integer(lo, hi), FLIGHTS))
        if shared:
            s.add(Op.NEG, (total,), Type(integer(-hi, -lo), FLIGHTS))
    s.add(Op.ABS, (total,), Type(integer(0, max(-lo, hi)), FLIGHTS))
    return s.circuit()


@pytest.mark.parametrize(("count", "levels"), [(2, 1), (3, 2), (4, 2), (8, 3), (9, 4), (40, 6)])
def test_a_chain_becomes_a_tree(count: int, levels: int) -> None:
    before, after = chain(count), balance(chain(count))
    verify(after)
    assert depth(before, len(before.nodes) - 1) == count - 1
    assert depth(after, len(after.nodes) - 1) == levels


def test_five_delays_afterwards() -> None:
    assert agrees_with_golden("five-delays-balance", balance(chain(5)))


def test_what_others_use_stays() -> None:
    before = chain(6, shared=True)
    assert [n.op for n in balance(before).nodes].count(Op.ADD) == [n.op for n in before.nodes].count(Op.ADD)


def test_what_is_ready_late_comes_last() -> None:
    s = Sketch()
    delay = s.column("flights", "delay", DELAY)
    nine = s.constant(integer(9, 9), 9)
    slow = s.add(Op.LT, (delay, nine), Type(BOOL, FLIGHTS))
    rows = s.rows("flights")
    quick = [s.add(Op.BIT, (delay,), Type(BOOL, FLIGHTS), index=i) for i in range(2)]
    all_ = slow
    for flag in (rows, *quick):
        all_ = s.add(Op.AND, (all_, flag), Type(BOOL, FLIGHTS))
    use = s.add(Op.NOT, (all_,), Type(BOOL, FLIGHTS))
    after = balance(s.circuit())
    last = after.nodes[after.nodes[-1].args[0]]
    assert after.nodes[-1].op is Op.NOT
    assert Op.LT in {after.nodes[a].op for a in last.args}
    assert use > 0


def test_constants_of_a_chain_meet() -> None:
    s = Sketch()
    delay = s.column("flights", "delay", DELAY)
    total, lo, hi = delay, -120, 1500
    for i in (1, 2, 3):
        lo, hi = lo + i, hi + i
        total = s.add(Op.ADD, (total, s.constant(integer(i, i), i)), Type(integer(lo, hi), FLIGHTS))
    s.add(Op.NEG, (total,), Type(integer(-hi, -lo), FLIGHTS))
    after = dce_of_last(balance(s.circuit()))
    public = [n for n in after if n.op is Op.ADD and isinstance(n.type, Type) and n.type.visibility == PUBLIC]
    assert len(public) == 2
    assert [n.op for n in after].count(Op.ADD) == 3


def dce_of_last(circuit: Circuit) -> list[Node]:
    """The nodes behind the last one."""
    wanted = {len(circuit.nodes) - 1}
    for index in reversed(range(len(circuit.nodes))):
        if index in wanted:
            wanted.update(circuit.nodes[index].args)
    return [circuit.nodes[i] for i in sorted(wanted)]


def test_every_weight_is_that_of_an_operation() -> None:
    assert set(WAITS) <= set(TYPE)


def random_chains(seed: int) -> Circuit:
    """Numbers and truth values of flights, some of them in chains of any form, which are summed and disclosed."""
    rng = np.random.default_rng(seed)
    grower = Grower(rng, Builder())
    grower.sources()
    flights = (Size.rows("flights"),)
    for _ in range(40):
        grower.step(STEPS[int(rng.integers(len(STEPS)))])
    mask, shown = grower.single(Domain.BOOL, shape=flights)[0], []
    for _ in range(12):
        op = (Op.ADD, Op.AND, Op.OR)[int(rng.integers(3))]
        domain = Domain.INT if op is Op.ADD else Domain.BOOL
        ends = [*grower.single(domain, shape=flights), *grower.single(domain, shape=())]
        pending = [grower.some(ends) for _ in range(int(rng.integers(2, 9)))]
        while len(pending) > 1:
            x, y = (pending.pop(int(rng.integers(len(pending)))) for _ in range(2))
            both = grower.keep(op, (x, y))
            pending.append(x if both is None else both)
        if grower.type(pending[0]).shape == flights:
            total = grower.keep(*((Op.SUM, (mask, pending[0])) if op is Op.ADD else (Op.COUNT, (pending[0],))))
            shown += [total] if total is not None else []
    yes = grower.constant(BOOL, 1)
    attrs = {"name": "all", "columns": tuple(f"c{i}" for i in shown), "keys": 0, "recipients": ("ministry",)}
    why = {"policy": "bulletin", "guards": (), "reason": "because"}
    output = grower.builder.add(Op.DISCLOSE, (yes, yes, yes, *shown), NOTHING, **attrs, **why)
    compute = tuple(p.name for p in PARTIES)
    return Circuit("chains", PARTIES, compute, TABLES, PARAMS, tuple(grower.builder.nodes), (output,))


@pytest.mark.parametrize("block", range(10))
def test_the_meaning_stays(block: int) -> None:
    assert sum(holds(random_chains(seed), seed) for seed in range(15 * block, 15 * block + 15)) > 10


@pytest.mark.long
@pytest.mark.parametrize("first", range(150, 10_150, 1000))
def test_the_meaning_of_many_stays(first: int) -> None:
    for seed in range(first, first + 1000):
        holds(random_chains(seed), seed)


def test_the_meaning_of_loops_stays() -> None:
    for seed in range(30):
        holds(random_circuit(seed, 40, loops=2), seed)


def holds(before: Circuit, seed: int) -> bool:
    """The circuit means the same afterwards; whether a chain was put together anew."""
    after = balance(before)
    verify(after)
    assert evaluate(after, random_rows(seed), {}) == evaluate(before, random_rows(seed), {})
    return dce(after) != dce(rewritten(before, lambda draft, node: draft.keep(node)))
