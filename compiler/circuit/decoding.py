"""Plain data back to a circuit, strictly.

Lives here: `circuit_of`, and `Record`, which takes a map apart. Whatever a circuit's data would not say is Malformed,
with a path to the place: an unknown key, an operation that does not exist, a number out of bounds. Not here: bytes
(cbor.py), writing (encoding.py). Whoever reads compares what it has read, written again, with what it was given, so
nothing has two forms; and verifies it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from .cbor import Malformed, Plain
from .graph import Attr, Circuit, Node, Region
from .interface import Column, Param, Party, Table
from .ops import Op
from .types import PUBLIC, SECRET, Bundle, Domain, Elem, NodeType, Size, Type, Visibility

T = TypeVar("T")
_OPS = {op.value: op for op in Op}
_DOMAINS = {domain.value: domain for domain in Domain}
_FIELDS = ("name", "parties", "compute", "tables", "params", "types", "regions", "nodes", "outputs")


class Record:
    """A map, taken apart field by field. `default`: for what may be left out; a field nobody asks for is refused."""

    def __init__(self, data: Plain, path: str, known: tuple[str, ...]) -> None:
        if not isinstance(data, dict):
            raise wrong(path, "no map")
        for name in data:
            if name not in known:
                raise wrong(path, f"there is no {name!r:.60}")
        self.data, self.path = data, path

    def of(self, name: str) -> Plain:
        """The field, which must be there."""
        if name not in self.data:
            raise wrong(self.path, f"{name} is missing")
        return self.data[name]

    def text(self, name: str, default: str | None = None) -> str:
        """A text."""
        if default is not None and name not in self.data:
            return default
        return text(self.of(name), f"{self.path}.{name}")

    def number(self, name: str, default: int | None = None) -> int:
        """A whole number."""
        if default is not None and name not in self.data:
            return default
        return number(self.of(name), f"{self.path}.{name}")

    def flag(self, name: str) -> bool:
        """A truth value, false where it is left out."""
        value = self.data.get(name, False)
        if not isinstance(value, bool):
            raise wrong(f"{self.path}.{name}", "no truth value")
        return value

    def list(self, name: str, item: Callable[[Plain, str], T], default: tuple[T, ...] | None = None) -> tuple[T, ...]:
        """A list of such items."""
        if default is not None and name not in self.data:
            return default
        return items(self.of(name), f"{self.path}.{name}", item)


def wrong(path: str, found: str) -> Malformed:
    """What to raise."""
    return Malformed("form", path, found)


def text(data: Plain, path: str) -> str:
    """A text."""
    if not isinstance(data, str):
        raise wrong(path, "no text")
    return data


def number(data: Plain, path: str) -> int:
    """A whole number."""
    if isinstance(data, bool) or not isinstance(data, int):
        raise wrong(path, "no number")
    return data


def items(data: Plain, path: str, item: Callable[[Plain, str], T]) -> tuple[T, ...]:
    """A list of such items."""
    if not isinstance(data, list):
        raise wrong(path, "no list")
    return tuple(item(part, f"{path}[{place}]") for place, part in enumerate(data))


def circuit_of(data: Plain, path: str = "circuit") -> Circuit:
    """The circuit. Raises Malformed; whether the circuit makes sense is for verify.py to say."""
    record = Record(data, path, _FIELDS)
    types: list[NodeType] = []
    for place, written in enumerate(items(record.of("types"), f"{path}.types", lambda part, _: part)):
        types.append(_type(written, f"{path}.types[{place}]", types))
    return Circuit(
        record.text("name"),
        record.list("parties", _party),
        record.list("compute", text),
        record.list("tables", _table),
        record.list("params", _param),
        record.list("nodes", lambda part, at: _node(part, at, types)),
        record.list("outputs", number),
        record.list("regions", lambda part, at: _region(part, at, types)),
    )


def _party(data: Plain, path: str) -> Party:
    parts = items(data, path, text)
    if len(parts) != 2:
        raise wrong(path, "no name and title")
    return Party(*parts)


def _table(data: Plain, path: str) -> Table:
    record = Record(data, path, ("name", "owner", "max_rows", "columns", "unique_together"))
    return Table(
        record.text("name"),
        record.text("owner"),
        record.number("max_rows"),
        record.list("columns", _column),
        record.list("unique_together", lambda part, at: items(part, at, text), ()),
    )


def _column(data: Plain, path: str) -> Column:
    record = Record(data, path, ("name", "elem", "optional", "unique", "may"))
    elem = _elem(record.of("elem"), f"{path}.elem")
    return Column(
        record.text("name"), elem, record.flag("optional"), record.flag("unique"), record.list("may", text, ())
    )


def _param(data: Plain, path: str) -> Param:
    record = Record(data, path, ("name", "elem", "default"))
    return Param(record.text("name"), _elem(record.of("elem"), f"{path}.elem"), record.number("default"))


def _elem(data: Plain, path: str) -> Elem:
    record = Record(data, path, ("domain", "lo", "hi", "fraction_bits", "category", "labels", "decimals"))
    domain, lo, hi = record.text("domain"), record.number("lo"), record.number("hi")
    if domain not in _DOMAINS:
        raise wrong(path, f"no domain is called {domain!r:.60}")
    if lo > hi:
        raise wrong(path, "an empty range")
    bits, decimals = record.number("fraction_bits", 0), record.number("decimals", 0)
    return Elem(_DOMAINS[domain], lo, hi, bits, record.text("category", ""), record.list("labels", text, ()), decimals)


def _type(data: Plain, path: str, before: list[NodeType]) -> NodeType:
    """A type, or a bundle of types that are listed before it."""
    if isinstance(data, dict) and "parts" in data:
        return Bundle(Record(data, path, ("parts",)).list("parts", lambda part, at: _single(part, at, before)))
    record = Record(data, path, ("elem", "shape", "visibility"))
    elem = _elem(record.of("elem"), f"{path}.elem")
    return Type(elem, record.list("shape", _size), _visibility(record.of("visibility"), f"{path}.visibility"))


def _listed(data: Plain, path: str, types: list[NodeType]) -> NodeType:
    place = number(data, path)
    if not 0 <= place < len(types):
        raise wrong(path, "there is no such type")
    return types[place]


def _single(data: Plain, path: str, types: list[NodeType]) -> Type:
    found = _listed(data, path, types)
    if isinstance(found, Bundle):
        raise wrong(path, "a bundle within")
    return found


def _size(data: Plain, path: str) -> Size:
    if not isinstance(data, list) or not data:
        raise wrong(path, "no size")
    return Size(number(data[0], path), items(data[1:], path, _term))


def _term(data: Plain, path: str) -> tuple[str, int]:
    if not isinstance(data, list) or len(data) != 2:
        raise wrong(path, "no table and coefficient")
    return text(data[0], path), number(data[1], path)


def _visibility(data: Plain, path: str) -> Visibility:
    words = items(data, path, text)
    if words[:1] == ("known",):
        return Visibility("known", words[1:])
    if words not in (("public",), ("secret",)):
        raise wrong(path, "no visibility")
    return PUBLIC if words == ("public",) else SECRET


def _region(data: Plain, path: str, types: list[NodeType]) -> Region:
    record = Record(data, path, ("inputs", "nodes", "results"))
    return Region(
        record.list("inputs", lambda part, at: _single(part, at, types)),
        record.list("nodes", lambda part, at: _node(part, at, types)),
        record.list("results", number),
    )


def _node(data: Plain, path: str, types: list[NodeType]) -> Node:
    if not isinstance(data, list) or len(data) != 4:
        raise wrong(path, "no operation, arguments, type and attributes")
    op, args, type_, attrs = data
    name = text(op, path)
    if name not in _OPS:
        raise wrong(path, f"no operation is called {name!r:.60}")
    if not isinstance(attrs, dict):
        raise wrong(path, "attributes are no map")
    return Node(
        _OPS[name],
        items(args, path, number),
        _listed(type_, path, types),
        tuple(sorted((key, _attr(value, f"{path}.{key:.60}")) for key, value in attrs.items())),
    )


def _attr(data: Plain, path: str) -> Attr:
    match data:
        case bool() | int() | str():
            return data
        case list():
            return items(data, path, _attr)
        case _:
            raise wrong(path, "no attribute")
