"""A circuit followed gate by gate, in forms instead of numbers.

Lives here: `Follower`: for each node a grid of values, as far as they stay small; what does not is a quantity of its
own, so that nothing is forgotten. Not here: what the forms tell about outputs (findings).
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import product
from typing import TypeAlias

from secfuse.compiler.circuit.graph import Circuit, Node
from secfuse.compiler.circuit.interface import Column
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.regions import loop_of
from secfuse.compiler.circuit.typed import EFFECTS, mean_of, number, own
from secfuse.compiler.circuit.types import Bundle, Domain, Elem, Type

from .conditions import FALSE, TRUE
from .forms import Algebra, Form, Piece, Value
from .grids import Dims, Grid, at, dims_of, filled, fits, places, reshaped, transposed
from .quantities import Kind, Quantity
from .rows import Join, Rows

MOST_CELLS_IN_ALL = 12_000
MOST_TRIPS = 64
MOST_FACTORS = 100_000
"""Cells of all nodes, trips of a loop, products in products of matrices; beyond, values are lost."""

Result = Grid | tuple[Grid, ...]
Frame: TypeAlias = tuple[tuple[int, int], ...]
"""Universe and order of each piece of a value."""


class Follower:
    """One analysis of one circuit: its tables of quantities, what is left of its budget."""

    def __init__(self, circuit: Circuit) -> None:
        self.circuit = circuit
        self.algebra = Algebra()
        self.rows = Rows(self.algebra, circuit.tables)
        self.columns: dict[tuple[str, str], Column] = {(t.name, c.name): c for t in circuit.tables for c in t.columns}
        self.cells_left = MOST_CELLS_IN_ALL
        self.factors_left = MOST_FACTORS

    @property
    def exhausted(self) -> bool:
        """Whether something was given up because there was too much of it."""
        return self.algebra.gave_up or min(self.cells_left, self.factors_left) < 0

    def follow(self, circuit: Circuit, inputs: tuple[Grid, ...] = ()) -> list[Result]:
        """The grids of all nodes; of effects, nothing."""
        found: list[Result] = []
        for index, node in enumerate(circuit.nodes):
            args = [found[a] for a in node.args]
            if node.op is Op.ARG:
                found.append(inputs[number(node, "index")])
            elif node.op in EFFECTS:
                found.append(())
            else:
                found.append(self._node(circuit, index, node, args))
        return found

    def _node(self, circuit: Circuit, index: int, node: Node, args: list[Result]) -> Result:
        if node.op is Op.PICK:
            bundle = args[0]
            assert isinstance(bundle, tuple), "pick of something that is not a bundle"
            return bundle[number(node, "index")]
        grids = [arg for arg in args if isinstance(arg, Grid)]
        if node.op is Op.FOLD:
            return self._fold(circuit, node, grids)
        if node.op is Op.JOIN:
            return self._join(node, grids)
        if node.op is Op.SORT:
            return self._sort(node, grids)
        type_ = own(node)
        dims = dims_of(type_.shape)
        frame = _frame(circuit, node, type_, args)
        if not fits(dims) or self.cells_left < 0:
            return self._lost(node, dims, grids, frame)
        made = self._made(circuit, index, node, type_, dims, grids)
        found = made if made is not None else self._opaque(node, dims, grids, frame)
        self.cells_left -= len(found.cells)
        return found

    def _made(
        self, circuit: Circuit, index: int, node: Node, type_: Type, dims: Dims, args: list[Grid]
    ) -> Grid | None:  # fmt: skip
        """What the gate makes, or None where that is not followed."""
        if any(arg.lost for arg in args):
            return None
        match node.op:
            case Op.INPUT | Op.PRESENT | Op.ROWS | Op.PARAM | Op.CONST | Op.SIZE | Op.IOTA:
                return self._source(node, type_.elem, dims)
            case Op.BROADCAST:
                return filled(dims, lambda place: at(args[0], place))
            case Op.RESHAPE:
                return reshaped(args[0], dims)
            case Op.TRANSPOSE:
                axes = node.attr("axes")
                return transposed(args[0], dims, axes) if isinstance(axes, tuple) else None  # type: ignore[arg-type]
            case Op.SLICE:
                return self._slice(node, dims, args)
            case Op.TAKE:
                return self._take(circuit, node, dims, args)
            case Op.CONCAT:
                return self._concat(index, dims, args)
            case Op.MATMUL:
                return self._matmul(dims, args)
            case Op.CELLS:
                return self._cells(circuit, node, dims, args)
            case Op.COUNT | Op.SUM | Op.LEAST | Op.GREATEST | Op.LARGEST:
                return self._reduced(node, dims, args)
            case Op.SCAN | Op.SHIFT:
                return self._along(node, dims, args)
            case Op.NUMBER:
                return filled(dims, lambda place: self._number_of([at(arg, place) for arg in args]))
            case Op.DIV if mean_of(circuit.nodes, node) is not None:
                return filled(dims, lambda place: self._mean(*(at(arg, place) for arg in args)))
            case _:
                rule = self._rule(node, circuit)
                if rule is None:
                    return None
                what = node.op.value
                return filled(dims, lambda p: self.algebra.each(rule, what, *(at(arg, p) for arg in args)))

    # ---- what is not followed

    def _opaque(self, node: Node, dims: Dims, args: list[Grid], frame: Frame, kind: Kind = Kind.MADE) -> Grid:
        """Each cell a quantity of its own, made of the cells beside it; of all, where the shapes differ."""
        same = all(not arg.lost and arg.dims in (dims, ()) for arg in args) and node.op not in _ACROSS
        cells = () if same else tuple(dict.fromkeys(cell for arg in args for cell in arg.cells))
        whole = () if same else (self.algebra.mixed(node.op.value, (cells, node.attrs), kind),)

        def cell(place: tuple[int, ...]) -> Value:
            values = tuple(at(arg, place) for arg in args) if same else whole
            parts = (*values, node.attrs) if same else (*values, node.attrs, place)
            if same and len(values) and None in dims:
                return self.algebra.each(
                    lambda *forms: self.algebra.of(self.algebra.made(node.op.value, (*forms, node.attrs), kind)),
                    node.op.value,
                    *values,
                )
            found = self.algebra.mixed(node.op.value, parts, kind)
            return _in_frame(found, frame) if None in dims else self._as_single(found)

        return filled(dims, cell)

    def _as_single(self, value: Value) -> Value:
        """A value without rows: what is left of rows where they are not followed."""
        (piece,) = value
        quantity = self.algebra.quantities[piece.form[0][1]]
        if not quantity.per_row:
            return value
        kind = Kind.LOOP if quantity.kind is Kind.LOOP else Kind.MADE
        key = ("reduced", piece.form[0][1])
        number = self.algebra.quantities.number(Quantity(kind, key, False, positional=quantity.positional, about=None))
        return self.algebra.single(self.algebra.of(number))

    def _lost(self, node: Node, dims: Dims, args: list[Grid], frame: Frame, kind: Kind = Kind.MADE) -> Grid:
        """One value for all cells."""
        self.algebra.gave_up = True
        cells = tuple(dict.fromkeys(cell for arg in args for cell in arg.cells))
        found = self.algebra.mixed(node.op.value, (*cells, node.attrs), kind)
        return Grid(dims, (_in_frame(found, frame) if None in dims else self._as_single(found),), lost=True)

    # ---- sources

    def _source(self, node: Node, elem: Elem, dims: Dims) -> Grid | None:
        algebra = self.algebra
        match node.op:
            case Op.CONST:
                held = node.attr("value")
                values = held if isinstance(held, tuple) else (held,) * len(list(places(dims)))
                return Grid(dims, tuple(algebra.number(_real(v, elem)) for v in values if isinstance(v, int)))
            case Op.PARAM:
                found = Quantity(Kind.PARAM, ("param", node.attr("name")), False, *_ends(elem), whole=_whole(elem))
                return Grid(dims, (algebra.single(algebra.of(algebra.quantities.number(found))),))
            case Op.SIZE:
                quantity = Quantity(Kind.PUBLIC, ("size", node.attrs), False, *_ends(elem))
                return Grid(dims, (algebra.single(algebra.of(algebra.quantities.number(quantity))),))
            case Op.IOTA:
                if None in dims:
                    return Grid(dims, ((Piece(0, 0, algebra.of(self.rows.place)),),))
                return Grid(dims, tuple(algebra.number(i) for i in range(dims[0] or 0)))
            case _:
                table = str(node.attr("table"))
                universe = self.rows.numbers[table]
                form = algebra.where(TRUE) if node.op is Op.ROWS else algebra.of(self._column(node, table, elem))
                return Grid(dims, ((Piece(universe, 0, form),),))

    def _column(self, node: Node, table: str, elem: Elem) -> int:
        column = self.columns[table, str(node.attr("column"))]
        if node.op is Op.PRESENT:
            key: tuple[object, ...] = ("present", table, column.name)
            return self.algebra.quantities.number(
                Quantity(Kind.COLUMN, key, True, Fraction(0), Fraction(1), whole=True)
            )
        low, high = _ends(elem)
        if column.optional:
            low, high = min(low, Fraction(0)), max(high, Fraction(0))
        key = ("column", table, column.name)
        return self.algebra.quantities.number(
            Quantity(Kind.COLUMN, key, True, low, high, unique=column.unique, whole=_whole(elem))
        )

    # ---- element by element

    def _rule(self, node: Node, circuit: Circuit) -> Callable[..., Form] | None:
        """How forms go through the gate; None for gates that are not followed."""
        a = self.algebra
        match node.op:
            case Op.ADD:
                return a.plus
            case Op.SUB:
                return lambda x, y: a.plus(x, y, -1)
            case Op.NEG:
                return lambda x: a.times(x, Fraction(-1))
            case Op.MUL:
                return self._times
            case Op.DIV:
                return self._divided
            case Op.ABS:
                sure = own(circuit.nodes[node.args[0]]).elem.lo >= 0
                return lambda x: x if sure else a.of(a.made("abs", (x,)))
            case Op.RESCALE:
                return lambda x: x
            case Op.LT:
                return lambda x, y: self._tested(a.plus(x, y, -1), None, (Fraction(0), 0))
            case Op.EQ:
                return lambda x, y: self._tested(a.plus(x, y, -1), (Fraction(0), 0), (Fraction(0), 1))
            case Op.AND:
                return lambda x, y: self._logic("and", x, y)
            case Op.OR:
                return lambda x, y: self._logic("or", x, y)
            case Op.NOT:
                return lambda x: (
                    a.plus(a.where(TRUE), x, -1) if not a.per_row(x) else a.where(a.conditions.fails(a.condition(x)))
                )
            case Op.SELECT:
                return self._selected
            case Op.BIT:
                index = number(node, "index")
                return lambda x: a.of(a.made("bit", (x, index), low=Fraction(0), high=Fraction(1)))
            case _:
                return None

    def _times(self, x: Form, y: Form) -> Form:
        a = self.algebra
        for one, other in ((x, y), (y, x)):
            if (factor := a.constant(one)) is not None:
                return a.times(other, factor)
        if a.per_row(x) or a.per_row(y):
            return a.multiplied(x, y)
        return a.of(a.made("mul", tuple(sorted((x, y)))))

    def _divided(self, x: Form, y: Form) -> Form:
        a = self.algebra
        factor = a.constant(y)
        return a.times(x, 1 / factor) if factor else a.of(a.made("div", (x, y)))

    def _tested(self, difference: Form, low: tuple[Fraction, int] | None, high: tuple[Fraction, int]) -> Form:
        """A comparison: of rows a condition; of single values a test."""
        a = self.algebra
        found = a.compared(difference, low, high)
        if found in (TRUE, FALSE) or a.per_row(difference):
            return a.where(found)
        return a.of(a.made("test", (found, difference), Kind.TEST, Fraction(0), Fraction(1)))

    def _logic(self, what: str, x: Form, y: Form) -> Form:
        a = self.algebra
        ends = (0, 1) if what == "and" else (1, 0)
        for one, other in ((x, y), (y, x)):
            if (known := a.constant(one)) is not None:
                return a.number(ends[0])[0].form if known == ends[0] else other
        if x == y:
            return x
        if a.per_row(x) or a.per_row(y):
            join = a.conditions.both if what == "and" else a.conditions.either
            return a.where(join(a.condition(x), a.condition(y)))
        return a.of(a.made(what, (x, y), Kind.TEST, Fraction(0), Fraction(1)))

    def _selected(self, condition: Form, x: Form, y: Form) -> Form:
        a = self.algebra
        known = a.constant(condition)
        if x == y or known is not None:
            return y if known == 0 and x != y else x
        if not a.per_row(condition) and not (a.per_row(x) or a.per_row(y)):
            return a.of(a.made("select", (condition, x, y)))
        holds = a.condition(condition)
        return a.plus(a.under(holds, x), a.under(a.conditions.fails(holds), y))

    def _number_of(self, bits: list[Value]) -> Value:
        """A number of its bits: the number that they are the bits of, or a sum."""
        a = self.algebra

        def rule(*forms: Form) -> Form:
            keys = [a.quantities[f[0][1]].key if len(f) == 1 and f[0][2] == 1 else () for f in forms]
            whole = keys[0][1] if keys[0] and keys[0][0] == "bit" else None
            if whole is not None and all(key == ("bit", whole, i) for i, key in enumerate(keys)):
                low, high = a.ends(whole)  # type: ignore[arg-type]
                if low is not None and high is not None and low >= 0 and high < 1 << len(keys):
                    return whole  # type: ignore[return-value]
            found: Form = ()
            for i, form in enumerate(forms):
                found = a.plus(found, a.times(form, Fraction(1 << i)))
            return found

        return a.each(rule, "number", *bits)

    def _mean(self, total: Value, count: Value) -> Value:
        a = self.algebra

        def rule(x: Form, n: Form) -> Form:
            return a.of(a.made("mean", (x, n), Kind.MEAN)) if not a.per_row(x) else a.of(a.made("div", (x, n)))

        return a.each(rule, "mean", total, count)

    # ---- axes

    def _slice(self, node: Node, dims: Dims, args: list[Grid]) -> Grid | None:
        x, axis = args[0], number(node, "axis")
        start = self.algebra.constant(args[1].cells[0][0].form)
        if start is None:
            return None
        first = int(start)
        if x.dims[axis] is not None:
            if dims[axis] is None:
                return None
            return filled(dims, lambda place: at(x, _moved(place, axis, first)))
        if dims[axis] is None:
            return None
        return filled(dims, lambda place: self.rows.single(at(x, _moved(place, axis, 0, to=0)), first + place[axis]))

    def _take(self, circuit: Circuit, node: Node, dims: Dims, args: list[Grid]) -> Grid | None:
        """Public places; rows again, in their order or another; or a secret place in a list: one of its items."""
        x, indices, axis = args[0], args[1], number(node, "axis")
        wide = len(indices.dims)
        if x.dims[axis] is None and None in indices.dims:
            same = own(circuit.nodes[node.args[0]]).shape[axis] in own(node).shape
            return filled(dims, lambda p: self._again(x, indices, p, axis)) if same else None
        a = self.algebra

        def cell(place: tuple[int, ...]) -> Value:
            index = at(indices, place[axis : axis + wide])
            rest = (*place[:axis], 0, *place[axis + wide :])
            known = a.constant(index[0].form) if len(index) == 1 else None
            length = x.dims[axis]
            if length is None:
                whole = at(x, rest)
                return self.rows.single(whole, int(known)) if known is not None else a.mixed("element", (whole, index))
            if known is not None:
                return at(x, _moved(rest, axis, int(known)))
            options = [at(x, _moved(rest, axis, i)) for i in range(length)]
            return a.each(self._chosen, "take", index, *options)

        return filled(dims, cell)

    def _again(self, x: Grid, indices: Grid, place: tuple[int, ...], axis: int) -> Value:
        """As many rows as there were: each in its place, or all in another order, or in a way that is not followed."""
        wide = len(indices.dims)
        index = at(indices, place[axis : axis + wide])
        whole = at(x, (*place[:axis], 0, *place[axis + wide :]))
        form = index[0].form
        if form == self.algebra.of(self.rows.place):
            return whole
        rows = [(q, k) for c, q, k in form if self.algebra.quantities[q].per_row or c != TRUE]
        if rows == [(self.rows.place, Fraction(-1))]:
            return self.rows.ordered(whole, ("take", whole, index))
        return self.algebra.mixed("take", (whole, index))

    def _chosen(self, index: Form, *options: Form) -> Form:
        """The option of that number."""
        a = self.algebra
        if not a.per_row(index) or len(options) > 32:  # noqa: PLR2004 - terms enough for a small list
            return a.of(a.made("take", (index, options)))
        found: Form = ()
        for i, option in enumerate(options):
            here = a.compared(a.plus(index, a.number(i)[0].form, -1), (Fraction(0), 0), (Fraction(0), 1))
            found = a.plus(found, a.under(here, option))
        return found

    def _concat(self, index: int, dims: Dims, args: list[Grid]) -> Grid | None:
        """Along the first axis: rows one part after the other, or cells."""
        if dims[0] is not None:
            return Grid(dims, tuple(cell for arg in args for cell in arg.cells))
        if any(not arg.dims or arg.dims[0] is not None for arg in args):
            return None

        def cell(place: tuple[int, ...]) -> Value:
            pieces: list[Piece] = []
            parts = [at(arg, place) for arg in args]
            for i, part in enumerate(parts):
                for piece in part:
                    if not piece.universe:
                        return self.algebra.mixed("concat", (*parts, index))
                    order = self.rows.order(("concat", i, piece.order, len(pieces)))
                    pieces.append(Piece(piece.universe, order, piece.form))
            return tuple(pieces)

        return filled(dims, cell)

    def _matmul(self, dims: Dims, args: list[Grid]) -> Grid | None:
        x, y = args
        length = x.dims[-1]
        pairs = len(list(places(dims))) * (length or 1)
        if len(x.dims) > 2 or len(y.dims) > 2:  # noqa: PLR2004 - batches of products are not followed
            return None
        self.factors_left -= pairs
        if self.factors_left < 0:
            return None
        a = self.algebra
        every = a.number(1)

        def cell(place: tuple[int, ...]) -> Value:
            row = place[: len(x.dims) - 1]
            column = place[len(x.dims) - 1 :]
            found = a.number(0)
            for k in range(1 if length is None else length):
                left = at(x, (*row, k))
                right = at(y, (k, *column))
                both = a.each(self._times, "mul", left, right)
                if length is None:
                    return a.single(self.rows.total(every, both))
                found = a.each(a.plus, "add", found, both)
            return found

        return filled(dims, cell)

    # ---- rows

    def _cells(self, circuit: Circuit, node: Node, dims: Dims, args: list[Grid]) -> Grid | None:
        elems = [own(circuit.nodes[a]).elem for a in node.args[1:]]
        combinations = list(product(*(range(e.lo, e.hi + 1) for e in elems)))
        a = self.algebra
        if len(dims) != 2:  # noqa: PLR2004 - cells and rows
            return None

        same: dict[tuple[int, int, tuple[int, ...]], Value] = {}

        def equal(key: int, value: int, place: tuple[int, ...]) -> Value:
            if (key, value, place) not in same:
                wanted = a.number(_real(value, elems[key]))
                same[key, value, place] = a.each(self._equal, "eq", at(args[1 + key], place), wanted)
            return same[key, value, place]

        def cell(place: tuple[int, ...]) -> Value:
            found = at(args[0], place[1:])
            for key, value in enumerate(combinations[place[0]]):
                found = a.each(lambda x, y: self._logic("and", x, y), "and", found, equal(key, value, place[1:]))
            return found

        return filled(dims, cell)

    def _equal(self, x: Form, y: Form) -> Form:
        return self._tested(self.algebra.plus(x, y, -1), (Fraction(0), 0), (Fraction(0), 1))

    def _reduced(self, node: Node, dims: Dims, args: list[Grid]) -> Grid | None:
        """Of the last axis: rows, or cells one by one."""
        mask = args[0]
        a = self.algebra
        one = Grid((), (a.number(1),))
        x = args[1] if len(args) > 1 else one
        length = mask.dims[-1]
        if length is None:

            def cell(place: tuple[int, ...]) -> Value:
                chosen, values = at(mask, (*place, 0)), at(x, (*place, 0)) if x.dims else x.cells[0]
                if not chosen[0].universe and not values[0].universe:
                    return a.mixed(node.op.value, (chosen, values))
                if node.op is Op.COUNT:
                    self.rows.counts_at_most(chosen, own(node).elem.hi)
                if node.op in (Op.COUNT, Op.SUM):
                    return a.single(self.rows.total(chosen, values))
                most = number(node, "how_many") if node.op is Op.LARGEST else 0
                return a.single(self.rows.extreme(node.op.value, chosen, values, most))

            return filled(dims, cell)
        if node.op not in (Op.COUNT, Op.SUM):
            return None

        def added(place: tuple[int, ...]) -> Value:
            found = a.number(0)
            for i in range(length):
                value = at(x, (*place, i)) if x.dims else x.cells[0]
                kept = a.each(self._selected, "select", at(mask, (*place, i)), value, a.number(0))
                found = a.each(a.plus, "add", found, kept)
            return found

        return filled(dims, added)

    def _along(self, node: Node, dims: Dims, args: list[Grid]) -> Grid | None:
        """Scans and shifts of rows: a value for each row that depends on the rows around it."""
        if dims != (None,):
            return None
        values = [arg.cells[0] for arg in args]
        order = self.rows.order(("along", *values[-1:]))

        def rule(*forms: Form) -> Form:
            parts = (node.attrs, *forms, order)
            return self.algebra.of(self.algebra.made(node.op.value, parts, positional=True))

        return Grid(dims, (self.algebra.each(rule, node.op.value, *values),))

    def _sort(self, node: Node, args: list[Grid]) -> tuple[Grid, ...]:
        """Rows in another order are the same rows; sorted cells are not followed."""
        assert isinstance(node.type, Bundle)
        if any(arg.lost or arg.dims != (None,) for arg in args):
            dims = [dims_of(part.shape) for part in node.type.parts]
            make = self._opaque if all(map(fits, dims)) else self._lost
            again = [Node(node.op, node.args, node.type, (*node.attrs, ("part", i))) for i in range(len(dims))]
            return tuple(make(part, d, args, ()) for part, d in zip(again, dims, strict=True))
        frames = {tuple((p.universe, p.order) for p in arg.cells[0]) for arg in args if arg.cells[0][0].universe}
        key = ("sort", node.attrs, tuple(arg.cells for arg in args[: 1 + number(node, "keys")]))
        if len(frames) != 1:
            return tuple(Grid((None,), (self.algebra.mixed("sort", (arg.cells[0], *key)),)) for arg in args)
        (frame,) = frames
        found = []
        for arg in args:
            cell = arg.cells[0]
            if not cell[0].universe:
                cell = tuple(Piece(universe, order, cell[0].form) for universe, order in frame)
            found.append(Grid((None,), (self.rows.ordered(cell, key),)))
        return tuple(found)

    def _join(self, node: Node, args: list[Grid]) -> tuple[Grid, ...]:
        cells = [arg.cells[0] for arg in args]
        join: Join | None = None if any(arg.lost for arg in args) else self.rows.joined(cells[0], cells[2])
        left = number(node, "left")
        if join is None:
            mixed = [self.algebra.mixed("join", (*cells[:4], cell, i)) for i, cell in enumerate(cells)]
            frame = self.algebra.mixed("join", tuple(cells[:4]))[0].universe
            return tuple(
                Grid((None,), (tuple(Piece(frame, 0, p.form) for p in cell),))
                for cell in (mixed[0], mixed[1], *mixed[4:])
            )
        found = [join.column(0, cells[0]), join.valid(cells[1], cells[3])]
        found += [join.column(0 if i < left else 1, cell) for i, cell in enumerate(cells[4:])]
        return tuple(Grid((None,), (cell,)) for cell in found)

    # ---- loops

    def _fold(self, circuit: Circuit, node: Node, args: list[Grid]) -> tuple[Grid, ...]:
        """Short loops trip by trip; of longer ones each result is made of all that goes in."""
        loop = loop_of(circuit, node)
        first, last = (self.algebra.constant(args[i].cells[0][0].form) for i in (0, 1))
        carried = tuple(args[2 : 2 + loop.carried])
        if first is not None and last is not None and last - first <= MOST_TRIPS:
            cost = int(last - first) * len(loop.region.nodes)
            if cost <= self.cells_left:
                inner = circuit.within(number(node, "region"))
                for trip in range(int(first), int(last)):
                    inputs = (Grid((), (self.algebra.number(trip),)), *carried, *args[2 + loop.carried :])
                    found = self.follow(inner, inputs)
                    carried = tuple(grid for i in inner.outputs if isinstance(grid := found[i], Grid))
                return carried
        assert isinstance(node.type, Bundle)
        results = []
        for index, part in enumerate(node.type.parts):
            dims = dims_of(part.shape)
            again = Node(node.op, node.args, part, (*node.attrs, ("part", index)))
            make = self._opaque if fits(dims) else self._lost
            results.append(make(again, dims, args, _frame(circuit, node, part, [*args]), Kind.LOOP))
        return tuple(results)


_ACROSS = frozenset({Op.FOLD, Op.SORT, Op.MATMUL, Op.CONCAT, Op.TAKE, Op.SLICE, Op.RESHAPE, Op.LEAST, Op.GREATEST})
"""Gates whose cells depend on other cells than those in the same place."""


def _real(value: int, elem: Elem) -> Fraction:
    """What the integer stands for."""
    return Fraction(value, (1 << elem.fraction_bits) * 10**elem.decimals)


def _ends(elem: Elem) -> tuple[Fraction, Fraction]:
    return _real(elem.lo, elem), _real(elem.hi, elem)


def _whole(elem: Elem) -> bool:
    return elem.domain is not Domain.FIXED and elem.domain is not Domain.MONEY


def _moved(place: tuple[int, ...], axis: int, by: int, to: int | None = None) -> tuple[int, ...]:
    """The place further along an axis."""
    here = place[axis] if to is None else to
    return (*place[:axis], here + by, *place[axis + 1 :])


def _frame(circuit: Circuit, node: Node, type_: Type, args: list[Result]) -> Frame:
    """The rows in which a value stands, if all arguments with as many rows agree; empty if they do not."""
    rows = [size for size in type_.shape if size.terms]
    if not rows:
        return ()
    frames: set[Frame] = set()
    for index, arg in zip(node.args, args, strict=True):
        known = circuit.nodes[index].type
        if isinstance(arg, Grid) and isinstance(known, Type) and rows[0] in known.shape:
            frames.update(tuple((p.universe, p.order) for p in cell) for cell in arg.cells[:64] if cell[0].universe)
    return frames.pop() if len(frames) == 1 else ()


def _in_frame(value: Value, frame: Frame) -> Value:
    """The same in the rows of the frame."""
    return tuple(Piece(universe, order, value[0].form) for universe, order in frame) or value
