"""Random circuits that pass the verifier, and random rows for them: material for property tests.

A step guesses an operation and arguments, asks the grammar (TYPE) for the least type of the result, and keeps the node
if the grammar agrees. So the generator knows no more of the operations than how to pick promising arguments.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from secfuse.compiler.circuit.graph import Attr, Builder, Circuit, Node
from secfuse.compiler.circuit.interface import Column, Param, Party, Rows, Table
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.ranges import fits_ring, range_of
from secfuse.compiler.circuit.typed import NUMBERS, Frame, kind
from secfuse.compiler.circuit.types import (
    BOOL,
    IDENTIFIER,
    NOTHING,
    PUBLIC,
    SECRET,
    Bundle,
    Domain,
    Elem,
    Size,
    Type,
    category,
    fixed,
    integer,
)
from secfuse.compiler.circuit.verify import TYPE
from secfuse.compiler.circuit.verify_sorted import SCANS
from tests.compiler.circuit.random_arrays import ARRAYS, guessed

BAND = category("Band", ("calm", "breeze", "gale"))
PARTIES = (Party("airline", "Airline"), Party("weather", 'The "weather" bureau'), Party("ministry", "Ministère"))
TABLES = (
    Table(
        "flights",
        "airline",
        20,
        (
            Column("key", IDENTIFIER, may=("joined",)),
            Column("delay", integer(-50, 200), may=("aggregated", "compared")),
            Column("price", fixed(-400, 4000, 8)),
            Column("late", BOOL),
            Column("band", BAND, may=("grouped",)),
            Column("note", integer(0, 9), optional=True),
        ),
    ),
    Table("hours", "weather", 12, (Column("key", IDENTIFIER, unique=True), Column("wind", fixed(0, 1 << 20)))),
)
PARAMS = (Param("limit", integer(1, 30), 15), Param("share", fixed(0, 1 << 16), 1 << 15))

ELEMENTS = (Op.ADD, Op.SUB, Op.NEG, Op.MUL, Op.DIV, Op.ABS, Op.RESCALE)
LOGIC = (Op.LT, Op.EQ, Op.AND, Op.OR, Op.NOT, Op.BIT, Op.NUMBER)
REDUCTIONS = (Op.COUNT, Op.SUM, Op.LEAST, Op.GREATEST, Op.LARGEST)
SEQUENCES = (Op.SCAN, Op.SHIFT)
ALL = (*ELEMENTS, *LOGIC, Op.SELECT, *ARRAYS, Op.CONCAT, Op.CELLS, *REDUCTIONS, *SEQUENCES)


class Grower:
    """A circuit under construction."""

    def __init__(self, rng: np.random.Generator, builder: Builder) -> None:
        self.rng = rng
        self.builder = builder

    def type(self, index: int) -> Type:
        """The type of a node that is not a bundle."""
        found = self.builder.nodes[index].type
        assert isinstance(found, Type)
        return found

    def single(self, *domains: Domain, shape: tuple[Size, ...] | None = None) -> list[int]:
        """Nodes with an element of those domains and that shape."""
        return [
            i
            for i, node in enumerate(self.builder.nodes)
            if isinstance(node.type, Type)
            and (not domains or node.type.elem.domain in domains)
            and (shape is None or node.type.shape == shape)
        ]

    def one(self, candidates: list[int]) -> int | None:
        """Any of them; None if there are none."""
        return self.some(candidates) if candidates else None

    def some(self, candidates: list[int]) -> int:
        """Any of them; there must be some."""
        return candidates[int(self.rng.integers(len(candidates)))]

    def sources(self) -> None:
        """All columns, parameters, and constants of every domain; the join of the two tables, picked apart."""
        add = self.builder.add
        for table in TABLES:
            shape = (Size.rows(table.name),)
            add(Op.ROWS, (), Type(BOOL, shape), table=table.name)
            for column in table.columns:
                add(Op.INPUT, (), Type(column.elem, shape), table=table.name, column=column.name)
                if column.optional:
                    add(Op.PRESENT, (), Type(BOOL, shape), table=table.name, column=column.name)
        for param in PARAMS:
            add(Op.PARAM, (), Type(param.elem, (), PUBLIC), name=param.name)
        for elem in (integer(-9, 9), integer(0, 2), integer(0, 0), fixed(-999, 999, 8), fixed(1, 1 << 17), BOOL, BAND):
            self.constant(elem, int(self.rng.integers(elem.lo, elem.hi + 1)))
            self.constant(elem, tuple(int(v) for v in self.rng.integers(elem.lo, elem.hi + 1, 3)))

    def constant(self, elem: Elem, value: int | tuple[int, ...]) -> int:
        """A constant that claims the whole domain or just itself."""
        if isinstance(value, int) and self.rng.random() < 0.5 and elem.domain in NUMBERS:
            elem = replace(elem, lo=value, hi=value)
        shape = (Size(len(value)),) if isinstance(value, tuple) else ()
        return self.builder.add(Op.CONST, (), Type(elem, shape, PUBLIC), value=value)

    def toss(self) -> None:
        """Coins for each row of each table, and for a single number."""
        for draw, shape in enumerate((*((Size.rows(table.name),) for table in TABLES), ())):
            self.builder.add(Op.RANDOM, (), Type(integer(0, 7), shape), draw=draw)

    def join(self) -> None:
        """A join with a random choice of columns."""
        left, right = ((Size.rows(t.name),) for t in TABLES)
        columns_left = [i for i in self.single(shape=left) if self.rng.random() < 0.6]
        columns_right = [i for i in self.single(shape=right) if self.rng.random() < 0.6]
        keys = [self.single(Domain.IDENTIFIER, shape=side)[0] for side in (left, right)]
        valid = [self.some(self.single(Domain.BOOL, shape=side)) for side in (left, right)]
        args = (keys[0], valid[0], keys[1], valid[1], *columns_left, *columns_right)
        index = self.keep(Op.JOIN, args, left=len(columns_left), right=len(columns_right), in_order=0)
        assert index is not None
        self.pick(index)

    def sort(self) -> None:
        """Some columns of one table, sorted by some of them."""
        shape = (Size.rows(TABLES[int(self.rng.integers(len(TABLES)))].name),)
        columns = [i for i in self.single(shape=shape) if self.rng.random() < 0.4]
        keys = int(self.rng.integers(min(len(columns), 3) + 1))
        descending = tuple(int(down) for down in self.rng.integers(0, 2, keys))
        args = (self.some(self.single(Domain.BOOL, shape=shape)), *columns)
        index = self.keep(Op.SORT, args, keys=keys, descending=descending)
        assert index is not None
        self.pick(index)

    def pick(self, bundle: int) -> None:
        """All parts of a bundle."""
        found = self.builder.nodes[bundle].type
        assert isinstance(found, Bundle)
        for part, type_ in enumerate(found.parts):
            self.builder.add(Op.PICK, (bundle,), type_, index=part)

    def step(self, op: Op) -> None:
        """One guess; nothing happens if the grammar refuses it."""
        args = self.arguments(op)
        if args is None:
            return
        attrs = self.attributes(op)
        shape: tuple[Size, ...] = ()
        if op in ARRAYS:
            guess = guessed(self.rng, op, [self.builder.nodes[a] for a in args])
            if guess is None:
                return
            shape, attrs = guess
        self.keep(op, args, shape, **attrs)

    def attributes(self, op: Op) -> dict[str, Attr]:
        """Of the operations that have any."""
        match op:
            case Op.BIT:
                return {"index": int(self.rng.integers(0, 12))}
            case Op.LARGEST:
                return {"how_many": int(self.rng.integers(1, 4))}
            case Op.SCAN:
                return {"what": str(self.rng.choice(SCANS))}
            case Op.SHIFT:
                return {"distance": int(self.rng.integers(-3, 4))}
            case _:
                return {}

    def arguments(self, op: Op) -> tuple[int, ...] | None:
        """Promising arguments."""
        found: list[int | None]
        match op:
            case Op.NOT:
                found = [self.one(self.single(Domain.BOOL))]
            case Op.BIT:
                found = [self.one(self.single(Domain.INT))]
            case Op.NUMBER:
                found = [self.one(self.single(Domain.BOOL)) for _ in range(int(self.rng.integers(1, 5)))]
            case Op.AND | Op.OR:
                found = [self.one(self.single(Domain.BOOL)) for _ in range(2)]
            case Op.NEG | Op.ABS | Op.RESCALE:
                found = [self.one(self.single(*NUMBERS))]
            case Op.MUL | Op.DIV:
                found = [self.one(self.single(*NUMBERS)) for _ in range(2)]
            case Op.ADD | Op.SUB | Op.LT:
                x = self.one(self.single(*NUMBERS))
                found = [x, self.alike(x)]
            case Op.EQ:
                x = self.one(self.single())
                found = [x, self.alike(x)]
            case Op.SELECT:
                x = self.one(self.single())
                found = [self.one(self.single(Domain.BOOL)), x, self.alike(x)]
            case Op.SIZE | Op.IOTA:
                found = []
            case Op.BROADCAST | Op.RESHAPE | Op.TRANSPOSE:
                found = [self.one(self.single())]
            case Op.SLICE | Op.TAKE:
                places = [i for i in self.single(Domain.INT) if self.type(i).visibility == PUBLIC]
                found = [self.one(self.single()), self.one([i for i in places if self.type(i).elem.lo >= 0])]
            case Op.MATMUL:
                matrices = [i for i in self.single(*NUMBERS) if len(self.type(i).shape) == 2]
                x = self.one(matrices)
                meets = [i for i in matrices if x is not None and self.type(i).shape[0] == self.type(x).shape[1]]
                found = [x, self.one(meets)]
            case Op.CONCAT:
                x = self.one([i for i in self.single() if self.type(i).shape])
                found = [x, self.alike(x)]
            case Op.CELLS:
                valid = self.one([i for i in self.single(Domain.BOOL) if len(self.type(i).shape) == 1])
                shape = self.type(valid).shape if valid is not None else ()
                keys = self.single(Domain.BOOL, Domain.CATEGORY, shape=shape)
                found = [valid, *(self.one(keys) for _ in range(int(self.rng.integers(1, 3))))]
            case Op.SCAN:
                starts = self.one([i for i in self.single(Domain.BOOL) if len(self.type(i).shape) == 1])
                shape = self.type(starts).shape if starts is not None else ()
                found = [starts, self.one(self.single(shape=shape))]
            case Op.SHIFT:
                found = [self.one([i for i in self.single() if len(self.type(i).shape) == 1])]
            case Op.COUNT:
                found = [self.one([i for i in self.single(Domain.BOOL) if self.type(i).shape])]
            case Op.SUM | Op.LEAST | Op.GREATEST | Op.LARGEST:
                mask = self.one([i for i in self.single(Domain.BOOL) if self.type(i).shape])
                whole = self.type(mask).shape if mask is not None else ()
                found = [mask, self.one([i for s in (whole, whole[-1:]) for i in self.single(*NUMBERS, shape=s)])]
            case _:
                raise AssertionError(f"no guess for {op.value}")
        return None if None in found else tuple(a for a in found if a is not None)

    def alike(self, index: int | None) -> int | None:
        """Another node of the same kind of element."""
        if index is None:
            return None
        wanted = kind(self.type(index).elem)
        return self.one([i for i in self.single() if kind(self.type(i).elem) == wanted])

    def keep(self, op: Op, args: tuple[int, ...], shape: tuple[Size, ...] = (), **attrs: Attr) -> int | None:
        """Append the node with the least type the grammar allows, unless the grammar refuses it."""
        types = tuple(self.type(a) for a in args)
        claimed = Type(self.claim(op, types), shape, SECRET)
        draft = Node(op, args, claimed, tuple(sorted(attrs.items())))
        tables, params = {t.name: t for t in TABLES}, {p.name: p for p in PARAMS}
        frame = Frame(tables, params, (), tuple(self.builder.nodes))
        try:
            least = TYPE[op](frame, draft, types)
        except AssertionError:
            return None
        if isinstance(least, Type):
            least = replace(least, elem=self.widened(op, least.elem, types))
            if least.elem.domain is not Domain.IDENTIFIER and not fits_ring(range_of(least.elem)):
                return None
        return self.builder.add(op, args, least, **attrs)

    def claim(self, op: Op, types: tuple[Type, ...]) -> Elem:
        """A claimed element for the operations whose result is free to choose its fraction bits."""
        if op in (Op.LEAST, Op.GREATEST):
            return types[1].elem
        bits = [t.elem.fraction_bits for t in types]
        if op in (Op.MUL, Op.MATMUL) and all(t.elem.domain is Domain.INT for t in types):
            return integer(0, 0)
        return fixed(0, 0, max(bits) if op in (Op.MUL, Op.MATMUL) else int(self.rng.choice([4, 8, 16])))

    def widened(self, op: Op, least: Elem, types: tuple[Type, ...]) -> Elem:
        """The range of a count or a sum, which the grammar leaves to the lowering: here, all rows count."""
        if op is Op.SCAN and least.domain not in NUMBERS:
            return least
        if op not in (Op.COUNT, Op.SUM, Op.LARGEST, Op.SCAN):
            return least
        rows = types[0].shape[-1].bind({t.name: t.max_rows for t in TABLES})
        lo, hi = (0, 1) if op is Op.COUNT else range_of(types[1].elem)
        return replace(least, lo=min(lo, 0) * rows, hi=max(hi, 0) * rows)

    def loop(self, steps: int, ops: tuple[Op, ...], inner: int = 0) -> None:
        """A loop over some of what there is; its trip number and bounds are public. inner: loops within."""
        bounds, trips = self.bounds()
        initial = [self.some(self.single(*NUMBERS, Domain.BOOL)) for _ in range(int(self.rng.integers(1, 4)))]
        captured = [self.some(self.single()) for _ in range(3)]
        carried = [self.carried_type(self.type(i), trips) for i in initial]
        inputs = (Type(integer(0, 40), (), PUBLIC), *carried, *(self.type(c) for c in captured))
        body = Grower(self.rng, self.builder.region(inputs))
        body.constant(BOOL, 1)
        for _ in range(steps):
            body.step(ops[int(self.rng.integers(len(ops)))])
        for _ in range(inner):
            body.loop(steps, ops)
        results = tuple(body.result(1 + i, self.type(x), trips) for i, x in enumerate(initial))
        region = self.builder.close(body.builder, results)
        self.builder.loop(region, bounds, tuple(initial), tuple(captured))

    def bounds(self) -> tuple[tuple[int, int], int]:
        """Constant ones, or up to a parameter or the trip number of the loop around; and how many trips at most."""
        ints = [i for i in self.single(Domain.INT, shape=()) if self.type(i).visibility == PUBLIC]
        inside = [i for i in ints if 10 <= self.type(i).elem.hi <= 40 and self.type(i).elem.lo >= 0]
        last = self.some(inside) if inside and self.rng.random() < 0.5 else self.constant(integer(10, 14), 12)
        first = self.constant(integer(10, 10), 10)
        return (first, last), max(0, self.type(last).elem.hi - 10)

    def carried_type(self, initial: Type, trips: int) -> Type:
        """Secret, or as visible as the initial value; a number with room for a total."""
        visibility = SECRET if self.rng.random() < 0.7 else initial.visibility
        elem = initial.elem
        if elem.domain in (Domain.INT, Domain.FIXED) and trips:
            elem = replace(elem, lo=elem.lo - 9 * trips, hi=elem.hi + 9 * trips)
        return Type(elem, initial.shape, visibility)

    def result(self, index: int, initial: Type, trips: int) -> int:
        """What the region makes of an input: a total, something clamped, a truth value, or the input itself."""
        own = self.type(index)
        if own.elem.domain in (Domain.INT, Domain.FIXED) and trips:
            if self.rng.random() < 0.5:
                return self.total(index)
            return self.clamped(index)
        alike = [i for i in self.single() if kind(self.type(i).elem) == kind(own.elem)]
        fits = [i for i in alike if self.type(i).shape == own.shape and own.elem.domain is Domain.BOOL]
        fits = [i for i in fits if self.type(i).visibility.flows_to(own.visibility)]
        return self.some([index, *fits])

    def total(self, index: int) -> int:
        """The input and up to 9, or none if something holds."""
        own = self.type(index)
        term = self.constant(replace(own.elem, lo=-9, hi=9), int(self.rng.integers(-9, 10)))
        return self.made(Op.ADD if self.rng.random() < 0.5 else Op.SUB, (index, term))

    def clamped(self, index: int) -> int:
        """Something of the same kind between the ends of the input."""
        own = self.type(index)
        alike = [i for i in self.single() if kind(self.type(i).elem) == kind(own.elem)]
        alike = [i for i in alike if self.type(i).shape in ((), own.shape)]
        value = self.some([i for i in alike if self.type(i).visibility.flows_to(own.visibility)])
        for end in (own.elem.lo, own.elem.hi):
            limit = self.constant(replace(own.elem, lo=end, hi=end), end)
            below = self.made(Op.LT, (value, limit))
            chosen = (limit, value) if end == own.elem.lo else (value, limit)
            value = self.made(Op.SELECT, (below, *chosen))
        if self.type(value).shape == own.shape:
            return value
        return index

    def made(self, op: Op, args: tuple[int, ...]) -> int:
        """A node that the grammar accepts."""
        index = self.keep(op, args)
        assert index is not None, f"{op.value} of such arguments"
        return index

    def effects(self) -> list[int]:
        """A check that holds, a printed value, some disclosed values and tables of cells."""
        add = self.builder.add
        public = [i for i in self.single() if self.type(i).visibility == PUBLIC and not self.type(i).shape]
        printed = self.some([i for i in public if self.type(i).elem.domain is not Domain.IDENTIFIER])
        limit = next(i for i in public if self.builder.nodes[i].op is Op.PARAM)
        same = add(Op.EQ, (limit, limit), Type(BOOL, (), PUBLIC))
        outputs = [
            add(Op.CHECK, (same,), NOTHING, message="the limit is itself"),
            add(Op.PRINT, (printed,), NOTHING, label="of the day"),
        ]
        gates = self.single(Domain.BOOL, shape=())
        gates = [g for g in gates if self.type(g).visibility == PUBLIC]
        for shape in ((), (Size(3),)):
            guards = self.single(Domain.BOOL, shape=shape)
            columns = [i for i in self.single(*NUMBERS, Domain.BOOL, shape=shape) if self.rng.random() < 0.6]
            keys = [i for i in columns if self.type(i).visibility == PUBLIC]
            columns = keys + [i for i in columns if i not in keys]
            if not columns:
                continue
            args = (self.some(gates), self.some(guards), self.some(guards), *columns)
            outputs.append(
                add(
                    Op.DISCLOSE,
                    args,
                    NOTHING,
                    name=f"result {len(shape)}",
                    columns=tuple(f"c{i}" for i in columns),
                    keys=len(keys) if shape else 0,
                    recipients=("ministry",),
                    policy="bulletin",
                    guards=("groups of at least 10",),
                    reason="because",
                )
            )
        return outputs


def random_circuit(
    seed: int, steps: int = 60, ops: tuple[Op, ...] = ALL, loops: int = 0, coins: bool = False
) -> Circuit:  # fmt: skip
    """A circuit that the verifier accepts; the same one for the same arguments. coins: it tosses some, too."""
    grower = Grower(np.random.default_rng(seed), Builder())
    grower.sources()
    if coins:
        grower.toss()
    grower.join()
    grower.sort()
    for _ in range(steps):
        grower.step(ops[int(grower.rng.integers(len(ops)))])
    for i in range(loops):
        grower.loop(12, ops, inner=i % 2)
    outputs = grower.effects()
    compute = tuple(p.name for p in PARTIES)
    nodes, regions = tuple(grower.builder.nodes), tuple(grower.builder.regions)
    return Circuit(f"random {seed}", PARTIES, compute, TABLES, PARAMS, nodes, tuple(outputs), regions)


def random_rows(seed: int) -> dict[str, Rows]:
    """Rows within the declared ranges, for the tables of every random circuit; now and then none at all."""
    rng = np.random.default_rng(seed)
    pool = rng.permutation(2**63 + rng.integers(0, 2**62, 16, dtype=np.uint64)).astype(np.uint64)
    tables = {}
    for table in TABLES:
        count = int(rng.integers(0, table.max_rows + 1))
        values, present = {}, {}
        for column in table.columns:
            values[column.name] = column_values(rng, column, count, pool)
            if column.optional:
                present[column.name] = rng.random(count) < 0.7
                values[column.name] *= present[column.name]
        tables[table.name] = Rows(count, values, present)
    return tables


def column_values(rng: np.random.Generator, column: Column, count: int, pool: np.ndarray) -> np.ndarray:
    """Values of one column: keys from the pool, each once if they are unique, the rest anywhere in the range."""
    if column.elem.domain is Domain.IDENTIFIER:
        return rng.choice(pool, count, replace=not column.unique)
    return rng.integers(column.elem.lo, column.elem.hi + 1, count)
