"""Tables of a generated program: every verb on them, and what is disclosed of them.

Lives here: `Table`, `Tables.step` (a table made of another), `Tables.shown` (groups and single values of one). Not
here: expressions (values.py), other statements (steps.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from .draws import Draws
from .rows import Input
from .steps import Function, called
from .values import KINDS, Value, Values

MOST_ROWS = 40
PLAIN = ("int", "fixed")


@dataclass(frozen=True, slots=True)
class Table:
    """A table by its name: columns, the greatest number of rows, columns that are unique."""

    name: str
    columns: dict[str, Value]
    most: int
    unique: frozenset[str]

    def of(self, *kinds: str, optional: bool = False, exact: bool = False) -> list[Value]:
        """Its columns of these kinds."""
        return [
            v
            for v in self.columns.values()
            if v.kind in kinds and (optional or not v.optional) and not (exact and v.rough)
        ]


class Tables:
    """Writes statements about tables, line by line."""

    def __init__(
        self, draws: Draws, lines: list[str], scalars: list[Value], functions: Sequence[Function] = ()
    ) -> None:
        self.draws, self.lines, self.scalars = draws, lines, scalars
        self.functions = [function for function in functions if not function.fields]

    def given(self, table: Input) -> Table:
        """An owner's table."""
        return Table(table.name, dict(table.columns), table.most, table.unique)

    def step(self, table: Table, other: Table) -> Table:
        """A table made of this one, or of both."""
        verbs: tuple[Callable[[Table, Table], Table], ...] = (
            self._extend, self._filter, self._join, self._union, self._sort, self._top, self._distinct, self._window,
            self._select, self._filter_present, self._through_arrays,
        )  # fmt: skip
        verb = self.draws.one(verbs)
        ordering = verb in (self._sort, self._top, self._window)
        return (self._filter if ordering and not self.orderable(table) else verb)(table, other)

    def let(self, table: Table, text: str) -> Table:
        """The table under a name of its own."""
        name = self.draws.name("t")
        self.lines.append(f"let {name} = {text}")
        return replace(table, name=name)

    def values(self, table: Table) -> Values:
        """Expressions of a row."""
        columns = [replace(v, text=name) for name, v in table.columns.items()]
        return Values(self.draws, [*columns, *self.scalars])

    # ---- verbs

    def _extend(self, table: Table, _: Table) -> Table:
        fields, columns = [], dict(table.columns)
        for _ in range(self.draws.number(1, 2)):
            name = self.draws.name("c")
            value = self._new(replace(table, columns=columns))
            fields.append(f"{name} = {value.text}")
            columns[name] = replace(value, text=name)
        return self.let(replace(table, columns=columns), f"extend {table.name} {{ {', '.join(fields)} }}")

    def _new(self, table: Table) -> Value:
        """A new column: what stays missing, a call, an item at a secret place, any expression."""
        values = self.values(table)
        missing = [v for v in table.of("int", optional=True) if v.optional and v.size < 1_000]
        match self.draws.number(0, 7):
            case 0 | 1 if missing:
                source = self.draws.one(missing)
                return replace(source, text=f"{source.text} + 1", hi=source.hi + 1)
            case 2 if self.functions:
                return called(self.draws.one(self.functions), values)
            case 3:
                place = values.make("int", 1)
                return Value(f"[4, -7, 0][clamp({place.text}, 0, 2)]", "int", Fraction(-7), Fraction(4))
            case _:
                return values.make(self.draws.one(KINDS), 2)

    def _filter(self, table: Table, _: Table) -> Table:
        """What a condition says is present would not be missing behind it: `not` keeps it from saying so."""
        condition = self.values(table).make("bool", 2).text
        said = f"not (not {condition})" if "present(" in condition else condition
        return self.let(table, f"filter {table.name} where {said}")

    def _filter_present(self, table: Table, other: Table) -> Table:
        missing = [v for v in table.columns.values() if v.optional]
        if not missing:
            return self._filter(table, other)
        column = self.draws.one(missing)
        columns = table.columns | {column.text: replace(column, optional=False)}
        return self.let(replace(table, columns=columns), f"filter {table.name} where present({column.text})")

    def _select(self, table: Table, _: Table) -> Table:
        chosen = [name for name in table.columns if name == "key" or self.draws.chance(75)]
        names = chosen or list(table.columns)[:1]
        columns = {name: table.columns[name] for name in names}
        return self.let(replace(table, columns=columns), f"select {table.name} {{ {', '.join(names)} }}")

    def _through_arrays(self, table: Table, other: Table) -> Table:
        """A matrix of numbers, and a table of its columns: all rows count then, those that did not are zeros."""
        numbers = [v for v in table.of(*PLAIN) if v.size <= 1_000 and v.bits <= 16]
        if not numbers:
            return self._filter(table, other)
        chosen, name, new = self.draws.some(numbers, 1, 2), self.draws.name("m"), self.draws.name("c")
        self.lines.append(f"let {name} = matrix {table.name} {{ {', '.join(v.text for v in chosen)} }}")
        if self.draws.chance(50):
            product = self.draws.one(
                (f"transpose({name}) @ {name}", f"sum({name}, axis = 0)", f"max({name}, axis = 0)")
            )
            self.lines.append(f'disclose {product} as {name}_out to third under any because "of a matrix"')
        bits = max(v.bits for v in chosen)
        column = Value(new, "fixed" if bits else "int", min(v.lo for v in chosen), max(v.hi for v in chosen), bits)
        column = replace(column, lo=min(column.lo, 0), hi=max(column.hi, 0), rough=any(v.rough for v in chosen))
        place, more = self.draws.name("c"), self.draws.number(0, len(chosen) - 1)
        kept = {new: column, place: replace(column, text=place, lo=column.lo - 1, hi=column.hi + 1)}
        text = f"table {{ {new} = {name}[:, {more}], {place} = {name}[:, 0] + 1 }}"
        return self.let(Table("", kept, table.most, frozenset()), text)

    def _join(self, table: Table, other: Table) -> Table:
        """On the key, which is always there; of this table's rows if they find one partner or none."""
        both = "key" in table.unique and "key" in other.unique
        kinds = ["", "left ", "semi ", "anti "] if "key" in other.unique else [""]
        kind = self.draws.one([*kinds, "full "] if both else kinds)
        clash = set(table.columns) & set(other.columns) - {"key"}
        if "key" not in table.columns or "key" not in other.columns:
            return self._filter(table, other)
        if (clash and kind not in ("semi ", "anti ")) or not ({"key"} & (table.unique | other.unique)):
            return self._filter(table, other)
        text = f"{kind}join {table.name} with {other.name} on key"
        columns = dict(table.columns)
        most = max(table.most, other.most)
        if kind == "full ":
            columns = {name: replace(v, optional=name != "key") for name, v in columns.items()}
            most = table.most + other.most
        if kind in ("left ", "full "):
            columns |= {name: replace(v, optional=True) for name, v in other.columns.items() if name != "key"}
        if kind == "":
            columns |= {name: v for name, v in other.columns.items() if name != "key"}
        columns = {n: v for n, v in columns.items() if v.kind != "identifier" or n == "key"}
        return self.let(Table("", columns, most, table.unique if both and kind != "full " else frozenset()), text)

    def _union(self, table: Table, other: Table) -> Table:
        if table.most * 2 > MOST_ROWS:
            return self._filter(table, other)
        again = self._filter(table, other)
        united = replace(table, most=table.most + again.most, unique=frozenset())
        return self.let(united, f"union {table.name}, {again.name}")

    def _sort(self, table: Table, _: Table) -> Table:
        return self.let(table, f"sort {table.name} by {self.order(table)}")

    def _top(self, table: Table, _: Table) -> Table:
        most = self.draws.number(1, 4)
        wanted = replace(table, most=min(table.most, most))
        count = self.draws.one((str(most), "few")) if most == 4 else str(most)
        return self.let(wanted, f"top {count} of {table.name} by {self.order(table)}")

    def _distinct(self, table: Table, _: Table) -> Table:
        keys = self.draws.some([n for n, v in table.columns.items() if not v.optional and not v.rough], 1, 2)
        unique = table.unique | frozenset(keys if len(keys) == 1 else ())
        return self.let(replace(table, unique=unique), f"distinct {table.name} on {', '.join(keys)}")

    def _window(self, table: Table, _: Table) -> Table:
        name, columns = self.draws.name("c"), dict(table.columns)
        value = self._running(table)
        columns[name] = replace(value, text=name)
        keys = self.draws.some([v.text for v in table.of("Kind", "bool", "identifier", "text")], 0, 1)
        by = f" by {keys[0]}" if keys else ""
        field = f"{{ {name} = {value.text} }}"
        return self.let(replace(table, columns=columns), f"window {table.name}{by} order {self.order(table)} {field}")

    def orderable(self, table: Table) -> list[Value]:
        """Columns that have an order."""
        return table.of("int", "fixed", "bool", "Kind", "date", "money", "text", exact=True)

    def order(self, table: Table) -> str:
        """One or two columns to sort by."""
        names = [v.text for v in self.orderable(table)]
        return ", ".join(name + self.draws.one((" desc", "")) for name in self.draws.some(names, 1, 2))

    def _running(self, table: Table) -> Value:
        """What a window computes."""
        small = [v for v in table.of(*PLAIN, optional=True) if v.size <= 1_000]
        definite = [v for v in small if not v.optional]
        match self.draws.number(0, 5):
            case 0:
                return Value("rank()", "int", Fraction(0), Fraction(table.most))
            case 1 if small:
                source = self.draws.one(small)
                lag = f"lag({source.text}, {self.draws.number(1, min(2, table.most))})"
                return replace(source, text=lag, lo=min(source.lo, 0), hi=max(source.hi, 0), optional=True)
            case 2 | 3 if small:
                source = self.draws.one(small)
                size = source.size * table.most
                return replace(source, text=f"sum({source.text})", lo=-size, hi=size, optional=False)
            case 4 if definite:
                source = self.draws.one(definite)
                return replace(source, text=f"{self.draws.one(('min', 'max'))}({source.text})")
            case _:
                return Value("count()", "int", Fraction(0), Fraction(table.most))

    # ---- what is shown

    def shown(self, table: Table) -> None:
        """Groups of closed or open keys, a pivot, or everything in one group."""
        closed = [v.text for v in table.of("Kind", "bool")]
        closed += [v.text for v in table.of("int") if v.hi - v.lo <= 50 and not v.text.startswith("c")]
        match self.draws.number(0, 5):
            case 0 | 1 if closed:
                self._disclosed(
                    f"group {table.name} by {', '.join(self.draws.some(closed, 1, 1))}", table, self._policy()
                )
            case 2:
                self._disclosed(f"group {table.name}", table, self._policy())
            case 3 if "key" in table.columns:
                self._open(table)
            case 4 if pairs := [v.text for v in table.of("Kind") if closed]:
                self._pivot(table, self.draws.one(pairs), closed)
            case _:
                self.single(table)

    def _policy(self) -> str:
        return self.draws.one(("any", "shares", "any"))

    def _disclosed(self, group: str, table: Table, policy: str, before: str = "") -> None:
        if policy == "shares":
            table = replace(table, columns={n: v for n, v in table.columns.items() if not v.rough})
        fields = [f"{self.draws.name('g')} = {self.aggregate(table).text}" for _ in range(self.draws.number(1, 3))]
        name = self.draws.name("r")
        text = f"{group} {{ {', '.join([*fields, *([before] if before else [])])} }}"
        if self.draws.chance(20):
            self.lines.append(f"let {name} = {text}")
            text = f"sort {name} by n desc" if before else f"extend {name} {{ extra = 1 }}"
        self.lines.append(f'disclose {text} as {name}_out to third under {policy} because "groups"')

    def _open(self, table: Table) -> None:
        """Of open keys, small groups are hidden; identifiers are left out of what is shown."""
        policy = self.draws.one(("pairs", "shares"))
        if table.columns["key"].kind != "identifier":
            self._disclosed(f"group {table.name} by key", table, policy, "n = count()")
            return
        name = self.draws.name("r")
        exact = replace(table, columns={n: v for n, v in table.columns.items() if not v.rough})
        value = self.aggregate(exact).text
        self.lines.append(f"let {name} = select (group {table.name} by key {{ n = count(), v = {value} }}) {{ n, v }}")
        self.lines.append(f'disclose {name} to third under {policy} because "groups without their keys"')

    def _pivot(self, table: Table, on: str, closed: list[str]) -> None:
        others = [name for name in closed if name != on]
        if not others:
            self.single(table)
            return
        name = self.draws.name("r")
        text = f"pivot {table.name} by {self.draws.one(others)} on {on} {{ n = {self.aggregate(table).text} }}"
        self.lines.append(f'disclose {text} as {name} to third under any because "pivot"')

    def single(self, table: Table) -> None:
        """A value of all rows, which may be used further on."""
        value = self.aggregate(table, f"{table.name}.")
        name = self.draws.name("v")
        self.lines.append(f"let {name} = {value.text}")
        self.lines.append(f'disclose {name} to third under any because "of all rows"')
        if not value.optional:
            self.scalars.append(replace(value, text=name))

    def aggregate(self, table: Table, dotted: str = "") -> Value:
        """A reduction of the rows."""
        columns = [replace(v, text=f"{dotted}{n}") for n, v in table.columns.items()]
        small = [v for v in columns if v.kind in PLAIN and v.size <= 1_000]
        tiny = [v for v in small if v.size <= 100 and v.bits <= 4 and not v.rough]
        amounts = [v for v in columns if v.kind == "money" and v.size <= 100_000]
        count = f"count({table.name})" if dotted else "count()"
        match self.draws.number(0, 11):
            case 0 | 1 if small:
                return self._total(table, self.draws.one(small))
            case 2 if small:
                source = self.draws.one(small)
                return Value(f"mean({source.text})", "fixed", min(source.lo, 0), max(source.hi, 0), 16, rough=True)
            case 3 if tiny:
                source = self.draws.one(tiny)
                return Value(f"variance({source.text})", "fixed", Fraction(0), source.size**2 * 2, 16, rough=True)
            case 4:
                source = self.draws.one([v for v in columns if v.kind in (*PLAIN, "money", "date")] or columns[:1])
                if source.kind == "identifier":
                    return Value(f"count_distinct({source.text})", "int", Fraction(0), Fraction(table.most))
                return replace(source, text=f"{self.draws.one(('min', 'max'))}({source.text})", optional=False)
            case 5 if small:
                source = replace(self.draws.one(small), optional=False)
                share = self.draws.one(("0.5", "0.25", "0", "1", "0.9"))
                if self.draws.chance(50):
                    return Value(f"median({source.text})", "fixed", source.lo - 1, source.hi + 1, 16, rough=True)
                return replace(source, text=f"quantile({source.text}, {share})")
            case 6:
                source = self.draws.one([v for v in columns if not v.rough])
                return Value(f"count_distinct({source.text})", "int", Fraction(0), Fraction(table.most))
            case 7 if numbers := [v for v in columns if v.kind in (*PLAIN, "money", "date")]:
                source = self.draws.one(numbers)
                return replace(source, text=f"first({source.text})", optional=False)
            case 8 if truths := [v for v in columns if v.kind == "bool"]:
                source = self.draws.one(truths)
                return Value(f"{self.draws.one(('any', 'all'))}({source.text})", "bool")
            case 9 if amounts:
                return self._total(table, self.draws.one(amounts))
            case 10 if not dotted:
                condition = self.values(table).make("bool", 1).text
                return Value(f"count({condition})", "int", Fraction(0), Fraction(table.most))
            case _:
                return Value(count, "int", Fraction(0), Fraction(table.most))

    def _total(self, table: Table, source: Value) -> Value:
        lo, hi = (min(source.lo, 0) * table.most, max(source.hi, 0) * table.most)
        return replace(source, text=f"sum({source.text})", lo=Fraction(lo), hi=Fraction(hi), optional=False)
