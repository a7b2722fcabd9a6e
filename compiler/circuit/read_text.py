"""Reading a circuit's text back.

Lives here: `read_circuit` and the grammar of each line. Not here: writing (text.py), cutting a line into words
(words.py), or whether the circuit makes sense (verify.py). Whatever is not in the grammar is a ValueError that names
the line; nothing is executed.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from .graph import Attr, Circuit, Node, Region
from .interface import Column, Param, Party, Table
from .ops import Op
from .types import BOOL, IDENTIFIER, PUBLIC, SECRET, Bundle, Elem, NodeType, Size, Type, Visibility, category
from .types import Domain as D
from .words import Words

_OPS = {op.value: op for op in Op}


@dataclass(slots=True)
class _Draft:
    """What has been read so far."""

    name: str | None = None
    compute: tuple[str, ...] | None = None
    outputs: tuple[int, ...] | None = None
    parties: list[Party] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    params: list[Param] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    regions: list[Region] = field(default_factory=list)
    inputs: tuple[Type, ...] | None = None  # of the region that is being read


def read_circuit(text: str) -> Circuit:
    """The circuit that `print_circuit` wrote. Blank lines and lines that start with # are skipped.

    Raises ValueError, "line 7: …", for text that is not a circuit.
    """
    draft = _Draft()
    lines = text.split("\n")
    for number, line in enumerate(lines, 1):
        if line.strip() and not line.startswith("#"):
            words = Words(number, line)
            _line(draft, words)
            words.end()
    if draft.name is None or draft.compute is None or draft.outputs is None or draft.inputs is not None:
        raise ValueError(f"line {len(lines)}: the text ends without circuit, compute or outputs, or within a region")
    tables, params, nodes, regions = (
        tuple(draft.tables), tuple(draft.params), tuple(draft.nodes), tuple(draft.regions)
    )  # fmt: skip
    return Circuit(draft.name, tuple(draft.parties), draft.compute, tables, params, nodes, draft.outputs, regions)


def _line(draft: _Draft, words: Words) -> None:
    if words.take("%"):
        draft.nodes.append(_node(words, len(draft.nodes)))
        return
    match words.word():
        case "circuit" if draft.name is None:
            draft.name = words.name()
        case "party":
            draft.parties.append(Party(words.name(), words.string()))
        case "compute" if draft.compute is None:
            draft.compute = _names(words)
        case "table":
            draft.tables.append(_table(words))
        case "column" if draft.tables:
            table = draft.tables[-1]
            draft.tables[-1] = replace(table, columns=(*table.columns, _column(words)))
        case "unique" if draft.tables:
            table = draft.tables[-1]
            draft.tables[-1] = replace(table, unique_together=(*table.unique_together, _names(words)))
        case "param":
            draft.params.append(_param(words))
        case "region" if draft.inputs is None and not draft.nodes:
            draft.inputs = _region_inputs(words, len(draft.regions))
        case "results" if draft.inputs is not None:
            results = _references(words, len(draft.nodes))
            draft.regions.append(Region(draft.inputs, tuple(draft.nodes), results))
            draft.inputs, draft.nodes = None, []
        case "outputs" if draft.outputs is None and draft.inputs is None:
            draft.outputs = _references(words, len(draft.nodes))
        case other:
            raise words.wrong(f"{other} cannot stand here")


def _table(words: Words) -> Table:
    name = words.name()
    words.expect("of")
    owner = words.name()
    words.expect("at", "most")
    max_rows = words.number()
    words.expect("rows")
    return Table(name, owner, max_rows, ())


def _column(words: Words) -> Column:
    name = words.name()
    words.expect(":")
    elem, _ = _elem(words, shaped=False)
    optional, unique = words.take("optional"), words.take("unique")
    may = _names(words) if words.take("may") else ()
    return Column(name, elem, optional, unique, may)


def _param(words: Words) -> Param:
    name = words.name()
    words.expect(":")
    elem, _ = _elem(words, shaped=False)
    words.expect("=")
    return Param(name, elem, words.number())


def _region_inputs(words: Words, index: int) -> tuple[Type, ...]:
    if words.number() != index:
        raise words.wrong(f"this must be region {index}")
    words.expect("takes", "bundle")
    return _parts(words)


def _node(words: Words, index: int) -> Node:
    if words.number() != index:
        raise words.wrong(f"this must be node %{index}")
    words.expect("=")
    name = words.word()
    if name not in _OPS:
        raise words.wrong(f"no operation is called {name}")
    args = _references(words, index)
    attrs = _attrs(words) if words.take("[") else ()
    words.expect(":")
    return Node(_OPS[name], args, _node_type(words), attrs)


def _references(words: Words, nodes: int) -> tuple[int, ...]:
    """Indices of nodes that have been read."""
    found: list[int] = []
    while words.take("%"):
        found.append(words.number())
        if not 0 <= found[-1] < nodes:
            raise words.wrong(f"there is no node %{found[-1]} yet")
    return tuple(found)


def _attrs(words: Words) -> tuple[tuple[str, Attr], ...]:
    found: list[tuple[str, Attr]] = []
    while not words.take("]"):
        if found:
            words.expect(",")
        name = words.name()
        words.expect("=")
        found.append((name, _attr(words)))
    return tuple(found)


def _attr(words: Words) -> Attr:
    if words.take("("):
        items: list[Attr] = []
        while not words.take(")"):
            if items:
                words.expect(",")
            items.append(_pair(words) if words.take("(") else _single(words))
        return tuple(items)
    return _single(words)


def _pair(words: Words) -> Attr:
    """A table and its coefficient in a size."""
    table = words.string()
    words.expect(",")
    coefficient = words.number()
    words.expect(")")
    return table, coefficient


def _single(words: Words) -> Attr:
    if words.take("true"):
        return True
    if words.take("false"):
        return False
    return words.string() if words.at_string() else words.number()


def _node_type(words: Words) -> NodeType:
    if not words.take("bundle"):
        return _type(words)
    return Bundle(_parts(words))


def _parts(words: Words) -> tuple[Type, ...]:
    words.expect("(")
    parts: list[Type] = []
    while not words.take(")"):
        if parts:
            words.expect(";")
        parts.append(_type(words))
    return tuple(parts)


def _type(words: Words) -> Type:
    elem, shape = _elem(words, shaped=True)
    return Type(elem, shape, _visibility(words))


def _visibility(words: Words) -> Visibility:
    match words.word():
        case "public":
            return PUBLIC
        case "secret":
            return SECRET
        case "known":
            words.expect("to")
            return Visibility("known", _names(words))
        case other:
            raise words.wrong(f"{other} is no visibility")


def _elem(words: Words, shaped: bool) -> tuple[Elem, tuple[Size, ...]]:
    """An element, and the shape that is written in its middle."""
    match words.word():
        case "bool":
            whole = BOOL
        case "identifier":
            whole = IDENTIFIER
        case "category":
            whole = _category(words)
        case "int":
            whole = Elem(D.INT, 0, 0)
        case "fixed":
            words.expect("(")
            whole = Elem(D.FIXED, 0, 0, words.number())
            words.expect(")")
        case "money":
            words.expect("(")
            whole = Elem(D.MONEY, 0, 0, decimals=words.number())
            words.expect(")")
        case "date":
            whole = Elem(D.DATE, 0, 0)
        case other:
            raise words.wrong(f"{other} is no domain")
    shape = _shape(words) if shaped and words.take("[") else ()
    if whole.domain not in (D.INT, D.FIXED, D.MONEY, D.DATE) and not words.at_number():
        return whole, shape
    lo = words.number()
    words.expect("..")
    hi = words.number()
    if lo > hi:
        raise words.wrong(f"the range {lo}..{hi} is empty")
    return replace(whole, lo=lo, hi=hi), shape


def _category(words: Words) -> Elem:
    name = words.name()
    words.expect("{")
    labels = _names(words)
    words.expect("}")
    if not labels:
        raise words.wrong(f"category {name} has no label")
    return category(name, labels)


def _shape(words: Words) -> tuple[Size, ...]:
    sizes = [_size(words)]
    while words.take(","):
        sizes.append(_size(words))
    words.expect("]")
    return tuple(sizes)


def _size(words: Words) -> Size:
    terms: list[tuple[str, int]] = []
    while True:
        if not words.at_number():
            terms.append((words.name(), 1))
        else:
            number = words.number()
            if not words.take("*"):
                return Size(number, tuple(terms))
            terms.append((words.name(), number))
        if not words.take("+"):
            return Size(0, tuple(terms))


def _names(words: Words) -> tuple[str, ...]:
    """Names with commas between; none at all is possible."""
    if not words.at_name():
        return ()
    found = [words.name()]
    while words.take(","):
        found.append(words.name())
    return tuple(found)
