"""Dead code: what no output needs is dropped.

    before   %0 = input hour, %1 = input delay, %2 = count %0, %3 = disclose %2     outputs %3
    after    %0 = input hour,                   %1 = count %0, %2 = disclose %1     outputs %2

Condition: no path to an output. The rest keeps its order and is numbered anew. Declared tables and parameters stay,
since owners and contracts refer to them.
"""

from __future__ import annotations

from dataclasses import replace

from secfuse.compiler.circuit.graph import Circuit


def dce(circuit: Circuit) -> Circuit:
    """Keep the outputs and what they are computed from."""
    needed = set(circuit.outputs)
    for index in reversed(range(len(circuit.nodes))):
        if index in needed:
            needed.update(circuit.nodes[index].args)
    number = {old: new for new, old in enumerate(sorted(needed))}
    nodes = (circuit.nodes[old] for old in number)
    return replace(
        circuit,
        nodes=tuple(replace(node, args=tuple(number[a] for a in node.args)) for node in nodes),
        outputs=tuple(number[o] for o in circuit.outputs),
    )
