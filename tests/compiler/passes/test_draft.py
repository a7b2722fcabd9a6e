"""Circuits written anew: equal nodes are one, effects are as many as they were, types are the least there are."""

from __future__ import annotations

from secfuse.compiler.circuit.evaluate import evaluate
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.types import BOOL, NOTHING, PUBLIC, SECRET, Type, integer
from secfuse.compiler.circuit.verify import verify
from secfuse.compiler.passes.clamp import clamp
from secfuse.compiler.passes.draft import Draft, rewritten
from secfuse.compiler.passes.parts import parts
from tests.compiler.circuit.samples import DELAY, FLIGHTS, Sketch


def test_two_equal_effects_are_two() -> None:
    s = Sketch()
    yes = s.constant(BOOL, 1)
    lines = [s.add(Op.PRINT, (yes,), NOTHING, label="twice") for _ in range(2)]
    circuit = s.circuit(*lines)
    for after in (clamp(circuit), parts(circuit), rewritten(circuit, lambda draft, node: draft.keep(node))):
        verify(after)
        assert len(set(after.outputs)) == 2
        assert evaluate(after, {}, {}).printed == ("twice: True", "twice: True")


def test_equal_nodes_are_one() -> None:
    s = Sketch()
    columns = [s.column("flights", "delay", DELAY) for _ in range(2)]
    use = s.add(Op.EQ, (columns[0], columns[1]), Type(BOOL, FLIGHTS))
    after = rewritten(s.circuit(), lambda draft, node: draft.keep(node))
    assert after.nodes[use - 1].args == (0, 0)


def test_what_is_added_claims_the_least_there_is() -> None:
    s = Sketch()
    delay, nine = s.column("flights", "delay", DELAY), s.constant(integer(9, 9), 9)
    draft = Draft(s.circuit())
    args = tuple(draft.keep(s.circuit().nodes[i]) for i in (delay, nine))
    assert draft.type(draft.add(Op.ADD, args, DELAY)) == Type(integer(-111, 1509), FLIGHTS, SECRET)
    assert draft.type(draft.add(Op.ADD, (1, 1), DELAY)) == Type(integer(18, 18), (), PUBLIC)
