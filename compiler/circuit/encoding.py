"""A circuit as plain data: numbers, texts, lists and maps.

Lives here: `circuit_data` and `record`, which writes any of our frozen values as a map of its fields. A field that has
its default is left out, so that a field that is added later changes nothing that is written today. Types
are listed once, in the order in which they are first used, and referred to by number. Spans are left out.

Not here: bytes (cbor.py), reading back (decoding.py).
"""

from __future__ import annotations

from dataclasses import MISSING, fields
from enum import Enum
from typing import Any

from .cbor import Plain
from .graph import Attr, Circuit, Node
from .types import Bundle, NodeType, Size, Visibility


def circuit_data(circuit: Circuit) -> dict[str, Plain]:
    """All of the circuit."""
    types = _Types()
    regions: list[Plain] = [
        {
            "inputs": [types.number(type_) for type_ in region.inputs],
            "nodes": [_node(node, types) for node in region.nodes],
            "results": list(region.results),
        }
        for region in circuit.regions
    ]
    nodes: list[Plain] = [_node(node, types) for node in circuit.nodes]
    return {
        "name": circuit.name,
        "parties": [[party.name, party.title] for party in circuit.parties],
        "compute": list(circuit.compute),
        "tables": [record(table) for table in circuit.tables],
        "params": [record(param) for param in circuit.params],
        "types": types.written,
        "regions": regions,
        "nodes": nodes,
        "outputs": list(circuit.outputs),
    }


def record(value: Any) -> dict[str, Plain]:
    """A frozen value as a map of those of its fields that differ from their defaults."""
    found: dict[str, Plain] = {}
    for field in fields(value):
        item = getattr(value, field.name)
        if field.default is MISSING or item != field.default:
            found[field.name] = plain(item)
    return found


def plain(value: Any) -> Plain:
    """A field's value."""
    match value:
        case bool() | int() | str() | bytes():
            return value
        case Enum():
            return str(value.value)
        case tuple():
            return [plain(item) for item in value]
        case _:
            return record(value)


def _node(node: Node, types: _Types) -> Plain:
    attrs: dict[str, Plain] = {name: _attr(value) for name, value in node.attrs}
    return [node.op.value, list(node.args), types.number(node.type), attrs]


def _attr(value: Attr) -> Plain:
    return [_attr(item) for item in value] if isinstance(value, tuple) else value


class _Types:
    """The types that were met, in order. Those of a bundle's parts come before it."""

    def __init__(self) -> None:
        self.numbers: dict[NodeType, int] = {}
        self.written: list[Plain] = []

    def number(self, type_: NodeType) -> int:
        """Where the type is listed."""
        known = self.numbers.get(type_)
        if known is not None:
            return known
        if isinstance(type_, Bundle):
            written: dict[str, Plain] = {"parts": [self.number(part) for part in type_.parts]}
        else:
            shape: list[Plain] = [_size(size) for size in type_.shape]
            written = {"elem": record(type_.elem), "shape": shape, "visibility": _visibility(type_.visibility)}
        self.numbers[type_] = len(self.written)
        self.written.append(written)
        return self.numbers[type_]


def _size(size: Size) -> Plain:
    """[constant, [table, coefficient], …]"""
    terms: list[Plain] = [[table, coefficient] for table, coefficient in size.terms]
    return [size.constant, *terms]


def _visibility(visibility: Visibility) -> Plain:
    return [visibility.level, *visibility.parties]
