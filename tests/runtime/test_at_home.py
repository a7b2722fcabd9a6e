"""What needs one owner's rows alone is computed by that owner, in the clear, and shared where others need it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from secfuse.compiler.circuit.evaluate import evaluate
from secfuse.compiler.circuit.graph import Circuit
from secfuse.compiler.circuit.interface import Rows
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.verify import verify
from secfuse.compiler.compile import compile_source
from secfuse.compiler.lowering.lower import lower
from secfuse.compiler.passes import run_passes
from secfuse.runtime.costs.predict import predict
from secfuse.runtime.kinds import is_given
from secfuse.runtime.reach import reach
from secfuse.runtime.run import simulate
from tests.compiler.contracts import CONTRACT

SCALED = """
let older = filter people where age > 30
let scaled = extend older { share = debt * debt + 0.5, kids2 = coalesce(kids, 0) * 2 }
let total = sum(scaled.share)
let costs = sum(visits.cost)
disclose total + costs as both to third under open because "a sum of each, added"
"""


def rows() -> dict[str, Rows]:
    people = {
        "id": np.arange(5, dtype=np.uint64),
        "band": np.array([0, 1, 0, 1, 1]),
        "age": np.array([20, 31, 40, 50, 60]),
        "debt": np.array([-3, 2, 1, 0, 5]) << 16,
        "kids": np.array([0, 1, 2, 3, 4]),
    }
    visits = {"id": np.arange(4, dtype=np.uint64), "cost": np.array([1, 2, 3, 4]) << 8}
    return {
        "people": Rows(5, people, {"kids": np.array([True, False, True, True, True])}),
        "visits": Rows(4, visits, {}),
    }


def compiled(body: str, at_home: bool = True) -> Circuit:
    program = compile_source(CONTRACT + body)
    return program.circuit if at_home else run_passes(lower(program.checked, at_home=False))


def given(circuit: Circuit) -> list[Op]:
    """The operations whose results owners hand in."""
    counts = {table.name: 4 for table in circuit.tables}
    return sorted(
        (circuit.nodes[i].op for i in reach(circuit, {}, counts).nodes if is_given(circuit.nodes[i])), key=str
    )


def test_an_owner_shares_what_it_has_summed_up_rather_than_its_rows() -> None:
    circuit = compiled(SCALED)
    assert set(given(circuit)) <= {Op.SUM, Op.LT, Op.AND, Op.SELECT, Op.ADD, Op.RESCALE}
    assert Op.INPUT not in given(circuit)
    sent = predict(circuit, {"people": 1_000, "visits": 5_000}, {}).tally.link_bytes
    assert sum(sent.values()) < 10_000
    on_shares = predict(compiled(SCALED, at_home=False), {"people": 1_000, "visits": 5_000}, {}).tally.link_bytes
    assert sum(on_shares.values()) > 100_000


@pytest.mark.parametrize("at_home", [True, False])
def test_both_ways_mean_the_same_and_cost_what_is_predicted(at_home: bool) -> None:
    circuit = compiled(SCALED, at_home)
    verify(circuit)
    done = simulate(circuit, rows(), {})
    plain = evaluate(circuit, rows(), {})
    assert [(r.name, r.keys) for r in done.released] == [(r.name, r.keys) for r in plain.released]
    assert abs(float(done.released[0].rows[0][0]) - float(plain.released[0].rows[0][0])) < 0.001
    counts = {name: table.count for name, table in rows().items()}
    assert predict(circuit, counts, {}).tally.ands == done.ands


def test_what_two_owners_are_needed_for_is_computed_on_shares() -> None:
    circuit = compiled('disclose count(join visits with people on id) as n to third under open because "joined"\n'
                       .replace("count(join visits with people on id)", "sum(joined.cost)")
                       .join(["let joined = join visits with people on id\n", ""]))  # fmt: skip
    assert Op.JOIN in {node.op for node in circuit.nodes if not is_given(node)}
    assert given(circuit) == [Op.PICK] * 3  # both keys, and the costs, of rows that their owners have sorted


def test_what_only_grows_an_array_is_done_on_shares() -> None:
    """To share a value once and repeat it costs less than to share it repeated."""
    circuit = compiled("""
let joined = join visits with people on id
let n = sum(people.age)
let near = extend joined { part = cost * n }
disclose sum(near.part) as parts to third under open because "a total is repeated for each row"
""")
    assert Op.SUM in given(circuit)
    assert Op.SELECT not in given(circuit)


def test_a_region_works_on_what_is_handed_in_as_shares() -> None:
    circuit = compiled("""
var total = 0.0
let debts = sum(people.debt)
for i in 0 ..< 3 { total = total + debts }
disclose total to third under open because "a loop"
""")
    verify(circuit)
    done = simulate(circuit, rows(), {})
    assert [row for released in done.released for row in released.rows] == [(15.0,)]


def test_a_column_may_not_claim_to_be_known_to_another_party() -> None:
    circuit = compiled(SCALED)
    index = next(i for i, node in enumerate(circuit.nodes) if node.op is Op.INPUT)
    node = circuit.nodes[index]
    stolen = replace(node.type, visibility=replace(node.type.visibility, parties=("third",)))  # type: ignore[union-attr]
    nodes = (*circuit.nodes[:index], replace(node, type=stolen), *circuit.nodes[index + 1 :])
    with pytest.raises(AssertionError, match="claims to be known to third"):
        verify(replace(circuit, nodes=nodes))
