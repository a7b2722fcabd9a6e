"""How a plan looks to a person: a line a node, and below them everything that is opened.

Lives here: `plan_text`. Not here: what a plan is (runtime/plan.py).
"""

from __future__ import annotations

from secfuse.runtime.plan import Plan, Planned


def plan_text(plan: Plan) -> str:
    """The plan of the circuit, of each way into its loops, and what is opened for whom."""
    lines = [f"plan of {plan.circuit.name} with {plan.protocol}, version {plan.version}", *_nodes(plan.nodes)]
    for trip in plan.trips:
        lines += [f"region {trip.region} entered with {', '.join(trip.inputs)}", *_nodes(trip.nodes)]
    opened = [f"  %{index} {opening.what}, for {', '.join(opening.to)}" for index, opening in plan.opened]
    return "\n".join([*lines, "opened", *opened]) + "\n"


def _nodes(nodes: tuple[Planned, ...]) -> list[str]:
    return [f"  %{index} {node.op.value}: {node.kind}, {node.method}" for index, node in enumerate(nodes)]
