"""Statements of a generated program on single values: functions, vars, loops, arrays, records, branches.

Lives here: `Steps`. Each statement may leave a value for those behind it, and discloses what it made. Not here: tables
(verbs.py), expressions (values.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from .draws import Draws
from .values import Value, Values

CAP = 100


@dataclass(frozen=True, slots=True)
class Function:
    """A function of numbers: the kinds of its parameters, its result, called with arguments in -CAP .. CAP."""

    name: str
    kinds: tuple[str, ...]
    result: Value
    fields: tuple[str, ...]


def called(function: Function, values: Values) -> Value:
    """A call with any arguments; of a record that is returned, nothing is known."""
    arguments = [values.narrow(values.make(kind, 1), CAP).text for kind in function.kinds]
    return replace(function.result, text=f"{function.name}({', '.join(arguments)})")


class Steps:
    """Writes statements, line by line."""

    def __init__(self, draws: Draws, lines: list[str], scalars: list[Value], in_function: bool = False) -> None:
        self.draws, self.lines, self.scalars, self.in_function = draws, lines, scalars, in_function
        self.public = ("3", "2") if in_function else ("3", "few", "2", "0")
        self.functions: list[Function] = []

    def values(self, more: Sequence[Value] = ()) -> Values:
        """Expressions of what is there."""
        return Values(self.draws, [*self.scalars, *more, *more], self.in_function)

    def step(self) -> None:
        """One statement."""
        self.draws.one((self._let, self._array, self._matrix, self._loop, self._branch, self._repeat, self._record,
                        self._comprehension, self._call, self._loop, self._matrix, self._public))()  # fmt: skip

    def show(self, text: str) -> None:
        """Disclose something."""
        self.lines.append(f'disclose {text} as {self.draws.name("o")} to third under any because "a value"')

    def keep(self, value: Value, shown: bool = True) -> Value:
        """The value under a name, for the statements behind."""
        name = self.draws.name("v")
        self.lines.append(f"let {name} = {value.text}")
        if shown:
            self.show(name)
        self.scalars.append(replace(value, text=name))
        return self.scalars[-1]

    def _let(self) -> None:
        self.keep(self.values().make(self.draws.one(("int", "fixed", "bool", "money", "date", "Kind")), 2))

    # ---- arrays

    def _items(self, kind: str, count: int, more: Sequence[Value] = ()) -> list[Value]:
        values = self.values(more)
        return [values.narrow(values.make(kind, 1), CAP) for _ in range(count)]

    def _array(self) -> None:
        kind, count = self.draws.one(("int", "fixed")), self.draws.number(1, 4)
        items = self._items(kind, count)
        name = self.draws.name("a")
        self.lines.append(f"let {name} = [{', '.join(item.text for item in items)}]")
        rough = any(item.rough for item in items)
        of = Value("", kind, Fraction(-CAP), Fraction(CAP), 16 if kind == "fixed" else 0, rough=rough)
        place = self.values().make("int", 1).text
        weights = ", ".join(str(self.draws.number(-2, 3)) for _ in range(count))
        total = replace(of, lo=of.lo * 12, hi=of.hi * 12, rough=True)
        made = [
            (f"{name}[{self.draws.number(0, count - 1)}]", of), (f"{name}[clamp({place}, 0, {count - 1})]", of),
            (f"sum({name})", replace(of, lo=of.lo * 4, hi=of.hi * 4)), (f"max({name})", of), (f"min({name})", of),
            (f"mean({name})", replace(of, kind="fixed", bits=16, rough=True)), (f"dot({name}, [{weights}])", total),
            (f"number(binary({name}, 9))[0]" if kind == "int" else f"{name}[0]", of),
            (f"sum({name}[{self.draws.number(0, count - 1)}:])", replace(of, lo=of.lo * 4, hi=of.hi * 4)),
        ]  # fmt: skip
        if not rough:
            extreme = self.draws.one(("argmin", "argmax"))
            made += [(f"{extreme}({name})", Value("", "int", Fraction(0), Fraction(3)))]
            made += [(f"count({name} > 1)", Value("", "int", Fraction(0), Fraction(4)))]
        text, value = self.draws.one(made)
        self.keep(replace(value, text=text))
        if self.draws.chance(30):
            self.show(name)

    def _matrix(self) -> None:
        rows, columns = self.draws.number(1, 2), self.draws.number(1, 3)
        name, vector = self.draws.name("m"), ", ".join(item.text for item in self._items("int", columns))
        lines = ["[" + ", ".join(item.text for item in self._items("int", columns)) + "]" for _ in range(rows)]
        self.lines.append(f"let {name} = [{', '.join(lines)}]")
        self.show(
            self.draws.one(
                (name, f"{name} @ transpose({name})", f"{name} @ [{vector}]", f"sum({name}, axis = 0)",
                 f"max({name}, axis = 1)", f"{name}[:, 0]", f"{name}[0]", f"{name} * 2 - [{vector}]",
                 f"if {self.values().make('bool', 1).text} then {name} else {name} + 1")
            )
        )  # fmt: skip

    def _comprehension(self) -> None:
        count = self.draws.number(1, 4)
        item, place = self.draws.name("e"), self.draws.number(0, 1)
        kind = self.draws.one(("int", "fixed"))
        at_hand = Value(item, "int" if place else kind, Fraction(-CAP), Fraction(CAP), 16 * (kind == "fixed"))
        source = f"0 ..< {count}" if place else f"[{', '.join(v.text for v in self._items(kind, count))}]"
        at_hand = replace(at_hand, rough=not place)
        if place:
            at_hand = replace(at_hand, lo=Fraction(0), hi=Fraction(3), bits=0)
        values = self.values([at_hand, at_hand])
        value = values.narrow(values.make(kind, 2), CAP)
        name = self.draws.name("a")
        self.lines.append(f"let {name} = [{value.text} for {item} in {source}]")
        self.show(name if self.draws.chance(50) else f"sum({name})")

    # ---- records and functions

    def _record(self) -> None:
        name, kinds = self.draws.name("q"), (self.draws.one(("int", "bool", "fixed", "Kind")), "fixed")
        values = [self.values().make(kind, 1) for kind in kinds]
        fields = ", ".join(f"f{i} = {value.text}" for i, value in enumerate(values))
        self.lines.append(f"let {name} = {{{fields}}}")
        self.scalars += [replace(value, text=f"{name}.f{i}") for i, value in enumerate(values)]
        self.show(f"{name}.f{self.draws.number(0, 1)}")

    def function(self) -> None:
        """A function, written before all else; it may call those before it."""
        name = self.draws.name("fun")
        kinds = tuple(self.draws.one(("int", "fixed")) for _ in range(self.draws.number(1, 2)))
        params = [
            Value(f"p{i}", kind, Fraction(-CAP), Fraction(CAP), 16 * (kind == "fixed"), rough=kind == "fixed")
            for i, kind in enumerate(kinds)
        ]
        values = Values(self.draws, params, True)
        inner = values.narrow(values.make(self.draws.one(("int", "fixed")), 2), CAP)
        single = [function for function in self.functions if not function.fields]
        if single and self.draws.chance(50):
            inner = called(self.draws.one(single), values)
        body = Steps(self.draws, [], [*params], True)
        if self.draws.chance(40):
            params += body.looped()
        local = Value("y", inner.kind, inner.lo, inner.hi, inner.bits, rough=inner.rough)
        values = Values(self.draws, [*params, local, local], True)
        result = values.narrow(values.make(self.draws.one(("int", "fixed")), 2), CAP)
        fields = ("low", "high") if self.draws.chance(20) else ()
        returned = f"{{low = {result.text}, high = y}}" if fields else result.text
        written = ", ".join(f"p{i}: {kind}" for i, kind in enumerate(kinds))
        lines = [f"let y = {inner.text}", *body.lines, f"return {returned}"]
        self.lines += [f"fn {name}({written}) {{", *(f"  {line}" for line in lines), "}"]
        self.functions.append(Function(name, kinds, result, fields))

    def _call(self) -> None:
        if not self.functions:
            self._let()
            return
        function = self.draws.one(self.functions)
        found = called(function, self.values())
        if not function.fields:
            self.keep(found)
            return
        name = self.draws.name("q")
        self.lines.append(f"let {name} = {found.text}")
        self.show(f"{name}.{self.draws.one(function.fields)}")
        self.scalars.append(replace(found, text=f"{name}.low"))

    # ---- vars, loops, branches

    def _vars(self) -> list[Value]:
        """One or two vars with a declared range."""
        made = []
        for _ in range(self.draws.number(1, 2)):
            kind, name = self.draws.one(("int", "fixed")), self.draws.name("u")
            values = self.values()
            start = values.narrow(values.make(kind, 1), CAP).text
            self.lines.append(f"var {name} : {kind} in {-CAP} .. {CAP} = {start}")
            made.append(Value(name, kind, Fraction(-CAP), Fraction(CAP), 16 * (kind == "fixed"), rough=kind == "fixed"))
        return made

    def _body(self, at_hand: list[Value], vars_: list[Value], depth: int, indent: str) -> list[str]:
        """Assignments, some under conditions, some in an inner loop."""
        lines = []
        for _ in range(self.draws.number(1, 2)):
            var = self.draws.one(vars_)
            values = self.values([*at_hand, *vars_, *vars_])
            value = values.make(var.kind, 2)
            assigned = f"{indent}{var.text} = clamp({value.text}, {-CAP}, {CAP})"
            match self.draws.number(0, 3):
                case 0 if depth:
                    lines.append(f"{indent}if {values.make('bool', 1).text} {{")
                    lines += self._body(at_hand, vars_, depth - 1, indent + "  ")
                    if self.draws.chance(50):
                        lines += [f"{indent}}} else {{", f"  {assigned}"]
                    lines.append(f"{indent}}}")
                case 1 if depth:
                    index = self.draws.name("j")
                    inner = Value(index, "int", Fraction(0), Fraction(2))
                    lines.append(f"{indent}for {index} in 0 ..< {self.draws.one(self.public)} {{")
                    inner = replace(inner, hi=Fraction(4))
                    lines += self._body([*at_hand, inner], vars_, depth - 1, indent + "  ")
                    lines.append(f"{indent}}}")
                case 2:
                    local = self.draws.name("l")
                    lines.append(f"{indent}let {local} = {values.narrow(value, CAP).text}")
                    lines.append(f"{indent}{var.text} = clamp({local} + {var.text}, {-CAP}, {CAP})")
                case _:
                    lines.append(assigned)
        return lines

    def _done(self, vars_: list[Value]) -> None:
        """Behind a loop the vars are values like others."""
        for var in vars_:
            self.show(var.text)
        self.scalars += vars_

    def _loop(self) -> None:
        self._done(self.looped())

    def looped(self) -> list[Value]:
        """Vars that a loop assigns."""
        vars_, index = self._vars(), self.draws.name("i")
        over, hi = self.draws.one(
            (("0 ..< 3", 2), ("1 .. 2", 2), ("0 ..< 0", 0), (f"2 .. {self.public[1]}", 4), ("-1 .. 1", 1))
        )
        at_hand = Value(index, "int", Fraction(-1), Fraction(hi))
        body = self._body([at_hand, at_hand], vars_, 1, "  ")
        self.lines += [f"for {index} in {over} {{", *body, "}"]
        return vars_

    def _repeat(self) -> None:
        vars_ = self._vars()
        exact = [var for var in vars_ if not var.rough]
        until = Values(self.draws, [*exact, *exact, *self.scalars]).make("bool", 1).text
        body = self._body([], vars_, 0, "  ")
        self.lines += [f"repeat at most {self.draws.number(1, 4)} until {until} {{", *body, "}"]
        self._done(vars_)

    def _branch(self) -> None:
        vars_ = self._vars()
        condition = self.values().make("bool", 2).text
        yes, no = (self._body([], vars_, 1, "  ") for _ in range(2))
        self.lines += [f"if {condition} {{", *yes, "} else {", *no, "}"]
        self._done(vars_)

    def _public(self) -> None:
        """A real branch with effects, and what is printed."""
        value = self.values().make(self.draws.one(("int", "fixed", "bool")), 1)
        name = self.draws.name("v")
        self.lines.append(f"let {name} = {value.text}")
        shown = [f'  disclose {name} as {self.draws.name("o")} to third under any because "if"' for _ in range(2)]
        condition = self.draws.one(("few > 2", "sure", "not sure and few < 4"))
        self.lines += [f"if {condition} {{", shown[0], "} else {", shown[1], "  print few * 2", "}"]
        self.lines.append('assert few > 0 or sure "few is positive"')
        self.scalars.append(replace(value, text=name))
