"""The looks of a circuit: one line a declaration, one line a node; and the digest, which is that of the looks.

Lives here: `print_circuit`, `digest`. Reading back is read_text.py, re-exported here as `read_circuit`; spans are not
written. Names are written bare where they are plain words, otherwise as JSON strings.

    circuit delays_by_wind
    party airline "Airline"
    compute airline, weather
    table flights of airline at most 400000 rows
      column delay : int -120..1500 optional may aggregated
    param strong_from : int 10..30 = 15
    region 0 takes bundle(int 0..9 public; int 0..100 secret)
      %0 = arg [index=1] : int 0..100 secret
      results %0
    %0 = input [column="delay", table="flights"] : int[flights] -120..1500 secret
    %1 = join %4 %5 %6 %7 %0 [left=1, right=0] : bundle(identifier[flights + hours] secret; bool[...] secret)
    %2 = disclose %8 %9 %10 %11 [...] : bundle()
    outputs %2
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from hashlib import sha256

from .graph import Attr, Circuit, Node, Region
from .interface import Column, Param, Table
from .read_text import read_circuit
from .types import BOOL, IDENTIFIER, Bundle, Domain, Elem, NodeType, Size, Type, Visibility

__all__ = ["digest", "print_circuit", "read_circuit"]

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)


def digest(circuit: Circuit) -> str:
    """SHA-256 of the text, in hex: what is computed and disclosed, wherever its source stood."""
    return sha256(print_circuit(circuit).encode("ascii")).hexdigest()


def print_circuit(circuit: Circuit) -> str:
    """The whole circuit, in ASCII; `read_circuit` reads it back to an equal one."""
    lines = [f"circuit {_name(circuit.name)}"]
    lines += [f"party {_name(p.name)} {_quoted(p.title)}" for p in circuit.parties]
    lines.append(f"compute {', '.join(map(_name, circuit.compute))}".rstrip())
    for table in circuit.tables:
        lines += _table(table)
    lines += [_param(p) for p in circuit.params]
    for index, region in enumerate(circuit.regions):
        lines += _region(index, region)
    lines += _nodes(circuit.nodes)
    lines.append(f"outputs {_references(circuit.outputs)}".rstrip())
    return "\n".join(lines) + "\n"


def _table(table: Table) -> list[str]:
    head = f"table {_name(table.name)} of {_name(table.owner)} at most {table.max_rows} rows"
    together = [f"  unique {', '.join(map(_name, names))}" for names in table.unique_together]
    return [head, *(f"  column {_column(c)}" for c in table.columns), *together]


def _column(column: Column) -> str:
    flags = [" optional"] * column.optional + [" unique"] * column.unique
    may = f" may {', '.join(map(_name, column.may))}" if column.may else ""
    return f"{_name(column.name)} : {_elem(column.elem)}{''.join(flags)}{may}"


def _param(param: Param) -> str:
    return f"param {_name(param.name)} : {_elem(param.elem)} = {param.default}"


def _region(index: int, region: Region) -> list[str]:
    nodes = (f"  {line}" for line in _nodes(region.nodes))
    return [
        f"region {index} takes {_node_type(Bundle(region.inputs))}",
        *nodes,
        f"  results {_references(region.results)}".rstrip(),
    ]


def _nodes(nodes: tuple[Node, ...]) -> list[str]:
    return [f"%{index} = {_node(node)}" for index, node in enumerate(nodes)]


def _node(node: Node) -> str:
    attrs = f"[{', '.join(f'{_name(name)}={_attr(value)}' for name, value in node.attrs)}]" if node.attrs else ""
    parts = (node.op.value, _references(node.args), attrs)
    return f"{' '.join(p for p in parts if p)} : {_node_type(node.type)}"


def _references(indices: Iterable[int]) -> str:
    return " ".join(f"%{i}" for i in indices)


def _attr(value: Attr) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case str():
            return _quoted(value)
        case tuple():
            return f"({', '.join(map(_attr, value))})"


def _node_type(found: NodeType) -> str:
    match found:
        case Type():
            return _type(found)
        case Bundle(parts):
            return f"bundle({'; '.join(map(_type, parts))})"


def _type(found: Type) -> str:
    shape = f"[{', '.join(map(_size, found.shape))}]" if found.shape else ""
    return f"{_elem(found.elem, shape)} {_visibility(found.visibility)}"


def _elem(elem: Elem, shape: str = "") -> str:
    """`int[n] 0..7`, with the range left out where the domain has but one."""
    span = "" if elem in (BOOL, IDENTIFIER) else f" {elem.lo}..{elem.hi}"
    match elem.domain:
        case Domain.FIXED:
            return f"fixed({elem.fraction_bits}){shape}{span}"
        case Domain.MONEY:
            return f"money({elem.decimals}){shape}{span}"
        case Domain.CATEGORY:
            whole = (elem.lo, elem.hi) == (0, len(elem.labels) - 1)
            labels = ", ".join(map(_name, elem.labels))
            return f"category {_name(elem.category)}{{{labels}}}{shape}{'' if whole else span}"
        case Domain.BOOL | Domain.INT | Domain.DATE | Domain.IDENTIFIER | Domain.TEXT:
            return f"{elem.domain.value}{shape}{span}"


def _size(size: Size) -> str:
    """As in `2*flights + hours + 1`."""
    terms = [_name(table) if c == 1 else f"{c}*{_name(table)}" for table, c in size.terms]
    return " + ".join(terms + [str(size.constant)] * (size.constant != 0 or not terms))


def _visibility(visibility: Visibility) -> str:
    if visibility.level == "known":
        return f"known to {', '.join(map(_name, visibility.parties))}"
    return visibility.level


def _name(name: str) -> str:
    return name if _PLAIN.fullmatch(name) else _quoted(name)


def _quoted(text: str) -> str:
    return json.dumps(text)
