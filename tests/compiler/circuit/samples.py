"""Circuits written by hand: the sample of the language, and single operations on given columns.

`delays()` is what the program `delays_by_wind` comes down to.
"""

from __future__ import annotations

import numpy as np

from secfuse.compiler.circuit.evaluate import CLEAR
from secfuse.compiler.circuit.graph import Attr, Builder, Circuit, Node
from secfuse.compiler.circuit.interface import Column, Param, Party, Rows, Table
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.step import Step, Value, World
from secfuse.compiler.circuit.types import (
    BOOL,
    IDENTIFIER,
    NOTHING,
    PUBLIC,
    SECRET,
    Bundle,
    Elem,
    NodeType,
    Size,
    Type,
    category,
    fixed,
    integer,
)

DELAY = integer(-120, 1500)
WIND = fixed(0, 120 << 16)
BAND = category("WindBand", ("calm", "breeze", "strong", "gale"))
FLIGHTS, HOURS = (Size.rows("flights"),), (Size.rows("hours"),)
JOINED = (Size.rows("flights") + Size.rows("hours"),)
BANDS = (Size(4),)

Made = tuple[np.ndarray | list[int] | int, Elem]


def computed(op: Op, result: Elem, *args: Made, **attrs: Attr) -> Value:
    """One operation on given values."""
    types = tuple(Type(elem, tuple(Size(n) for n in np.shape(value))) for value, elem in args)
    node = Node(op, tuple(range(len(args))), Type(result), tuple(sorted(attrs.items())))
    return CLEAR[op](Step(node, types, tuple(np.asarray(value) for value, _ in args), World({}, {}, {})))


def numbers(op: Op, result: Elem, *args: Made, **attrs: Attr) -> list[int]:
    """One operation on given values, as a flat list."""
    value = computed(op, result, *args, **attrs)
    assert isinstance(value, np.ndarray)
    return [int(v) for v in value.flat]


class Sketch:
    """A circuit under construction, with the sources of the sample at hand."""

    def __init__(self) -> None:
        self.builder = Builder()

    def add(self, op: Op, args: tuple[int, ...], type_: NodeType, **attrs: Attr) -> int:
        """Append a node."""
        return self.builder.add(op, args, type_, **attrs)

    def constant(self, elem: Elem, value: int | tuple[int, ...]) -> int:
        """A public constant."""
        shape = (Size(len(value)),) if isinstance(value, tuple) else ()
        return self.add(Op.CONST, (), Type(elem, shape, PUBLIC), value=value)

    def column(self, table: str, name: str, elem: Elem) -> int:
        """A column of the sample's tables."""
        return self.add(Op.INPUT, (), Type(elem, (Size.rows(table),)), table=table, column=name)

    def rows(self, table: str) -> int:
        """The validity of a table's rows."""
        return self.add(Op.ROWS, (), Type(BOOL, (Size.rows(table),)), table=table)

    def disclose(self, when: int, shown: int, released: int, columns: tuple[int, ...], keys: int = 0) -> int:
        """Disclose to the ministry."""
        return self.add(
            Op.DISCLOSE,
            (when, shown, released, *columns),
            NOTHING,
            name="result",
            columns=("band", "flights", "delay")[: len(columns)] if keys else ("delay",) * len(columns),
            keys=keys,
            recipients=("ministry",),
            policy="bulletin",
            guards=("groups of at least 10",),
            reason="monthly bulletin",
        )

    def circuit(self, *outputs: int) -> Circuit:
        """The circuit, with the sample's parties, tables and parameter."""
        parties = (
            Party("airline", "Airline"),
            Party("weather", "Weather bureau"),
            Party("ministry", "Ministry of transport"),
        )
        flights = Table(
            "flights",
            "airline",
            400_000,
            (Column("hour", IDENTIFIER, may=("joined",)), Column("delay", DELAY, may=("aggregated",))),
        )
        hours = Table(
            "hours",
            "weather",
            30_000,
            (
                Column("hour", IDENTIFIER, unique=True, may=("joined",)),
                Column("wind", WIND, may=("compared",)),
            ),
        )
        param = Param("strong_from", integer(10, 30), 15)
        compute = ("airline", "weather", "ministry")
        nodes, regions = tuple(self.builder.nodes), tuple(self.builder.regions)
        return Circuit("delays_by_wind", parties, compute, (flights, hours), (param,), nodes, outputs, regions)


def delays() -> Circuit:
    """Mean departure delay by wind band, in groups of at least 10, the top 2 below 85 %; as naive as a lowering."""
    s = Sketch()
    flown, hour = s.column("flights", "hour", IDENTIFIER), s.column("hours", "hour", IDENTIFIER)
    delay, wind = s.column("flights", "delay", DELAY), s.column("hours", "wind", WIND)
    flights, hours = s.rows("flights"), s.rows("hours")
    parts = tuple(Type(elem, JOINED, SECRET) for elem in (IDENTIFIER, BOOL, DELAY, WIND))
    join = s.add(Op.JOIN, (flown, flights, hour, hours, delay, wind), Bundle(parts), left=1, right=1, in_order=0)
    valid, delay, wind = (s.add(Op.PICK, (join,), parts[i], index=i) for i in (1, 2, 3))
    band = _band(s, wind)
    cells = s.add(Op.CELLS, (valid, band), Type(BOOL, (*BANDS, *JOINED)))
    count = s.add(Op.COUNT, (cells,), Type(integer(0, 400_000), BANDS))
    again = s.add(Op.COUNT, (cells,), Type(integer(0, 400_000), BANDS))
    total = s.add(Op.SUM, (cells, delay), Type(integer(-120 * 400_000, 1500 * 400_000), BANDS))
    mean = s.add(Op.DIV, (total, again), Type(fixed(-120 << 16, 1500 << 16), BANDS))
    released = s.add(Op.AND, (_enough(s, count), _spread(s, cells, delay)), Type(BOOL, BANDS))
    when, shown, keys = s.constant(BOOL, 1), s.constant(BOOL, (1, 1, 1, 1)), s.constant(BAND, (0, 1, 2, 3))
    return s.circuit(s.disclose(when, shown, released, (keys, count, mean), keys=1))


def _band(s: Sketch, wind: int) -> int:
    """if wind < 5 then calm else if wind < strong_from then breeze else if wind < 30 then strong else gale"""
    chosen = s.constant(BAND, 3)
    strong_from = s.add(Op.PARAM, (), Type(integer(10, 30), (), PUBLIC), name="strong_from")
    strong_from = s.add(Op.RESCALE, (strong_from,), Type(fixed(10 << 16, 30 << 16), (), PUBLIC))
    for limit, label in ((_fixed(s, 30), 2), (strong_from, 1), (_fixed(s, 5), 0)):
        below = s.add(Op.LT, (wind, limit), Type(BOOL, JOINED))
        chosen = s.add(Op.SELECT, (below, s.constant(BAND, label), chosen), Type(BAND, JOINED))
    return chosen


def _fixed(s: Sketch, whole: int) -> int:
    literal = s.constant(integer(whole, whole), whole)
    return s.add(Op.RESCALE, (literal,), Type(fixed(whole << 16, whole << 16), (), PUBLIC))


def _enough(s: Sketch, count: int) -> int:
    small = s.add(Op.LT, (count, s.constant(integer(10, 10), 10)), Type(BOOL, BANDS))
    return s.add(Op.NOT, (small,), Type(BOOL, BANDS))


def _spread(s: Sketch, cells: int, delay: int) -> int:
    size = s.add(Op.ABS, (delay,), Type(integer(0, 1500), JOINED))
    top = s.add(Op.LARGEST, (cells, size), Type(integer(0, 3000), BANDS), how_many=2)
    whole = s.add(Op.SUM, (cells, size), Type(integer(0, 1500 * 400_000), BANDS))
    top = s.add(Op.MUL, (top, s.constant(integer(100, 100), 100)), Type(integer(0, 300_000), BANDS))
    whole = s.add(Op.MUL, (s.constant(integer(85, 85), 85), whole), Type(integer(0, 85 * 1500 * 400_000), BANDS))
    return s.add(Op.LT, (top, whole), Type(BOOL, BANDS))


def delay_rows(flights: int, hours: int, seed: int = 1) -> dict[str, Rows]:
    """Synthetic rows for `delays()`; every flight's hour is among the hours but for one in ten."""
    rng = np.random.default_rng(seed)
    keys = rng.permutation(np.arange(2 * hours, dtype=np.uint64)) * np.uint64(0x9E37_79B9_7F4A_7C15)
    flown = np.concatenate([keys[: hours - hours // 10], keys[hours : hours + hours // 10]])
    return {
        "flights": Rows(flights, {"hour": rng.choice(flown, flights), "delay": rng.integers(-120, 1501, flights)}),
        "hours": Rows(hours, {"hour": keys[:hours], "wind": rng.integers(0, (40 << 16) + 1, hours)}),
    }
