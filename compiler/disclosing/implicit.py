"""What becomes known without a `disclose`.

Lives here: `implicit_of`. Not here: outputs (outputs.py).
"""

from __future__ import annotations

from secfuse.compiler.circuit.graph import Circuit
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.typed import texts

from .report import Implicit, Output

EVERYBODY = "everybody who takes part"


def implicit_of(circuit: Circuit, outputs: tuple[Output, ...]) -> tuple[Implicit, ...]:
    """Sizes, prints, asserts, loops that end early, the error flag, markers: all there is."""
    nodes = circuit.nodes
    found = [
        Implicit("size", EVERYBODY, f"how many rows {table.name} of {table.owner} has (at most {table.max_rows:,})")
        for table in circuit.tables
    ]
    found += [Implicit("parameter", EVERYBODY, f"the parameter {p.name}") for p in circuit.params]
    for index in circuit.outputs:
        node = nodes[index]
        if node.op is Op.PRINT:
            found.append(Implicit("print", EVERYBODY, f"the printed value {node.attr('label')}, which is public"))
        if node.op is Op.CHECK:
            found.append(Implicit("stop", EVERYBODY, f'whether the run stops with "{node.attr("message")}"'))
        if node.op is Op.DISCLOSE and nodes[node.args[0]].op is not Op.CONST:
            found.append(Implicit("condition", EVERYBODY, f"whether {node.attr('name')} is disclosed in this run"))
        if node.op is Op.DISCLOSE and nodes[node.args[2]].op is not Op.CONST:
            to = ", ".join(texts(node, "recipients"))
            found.append(Implicit("marker", to, _marker(node.attr("name"), outputs)))
    found.append(Implicit("early stop", "nobody", "loops run as often as their public bounds say"))
    found.append(Implicit("error flag", EVERYBODY, "that a table broke its declaration, not where"))
    found.append(Implicit("traffic", EVERYBODY, "how much is sent, which follows from the sizes"))
    return tuple(found)


def _marker(name: object, outputs: tuple[Output, ...]) -> str:
    output = next(output for output in outputs if output.name == name)
    if not output.rows:
        return f"whether {name} was held back"
    return f"which values of {name} were held back" if output.rows.isdigit() else f"which groups of {name} are released"
