"""Expressions of a given kind, well typed, in ranges that the compiler can prove.

Lives here: `Value`, what the generator knows of an expression, and `Values.make`, which writes one. Where a range could
grow too wide, a clamp is written around it. Not here: rows and tables (verbs.py), statements (steps.py).

What is `rough` went through a product of fixed-point numbers, whose last bit depends on the protocol; nothing is
decided by it, for two runs might decide differently.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from .draws import Draws

KINDS = ("int", "fixed", "bool", "money", "date", "Kind")
TEXTS = ("", "a", "ab", "b")
LABELS = ("red", "green", "blue")
EPOCH = date(1970, 1, 1)
NARROW = 1_000
WIDEST = 1 << 40


@dataclass(frozen=True, slots=True)
class Value:
    """An expression: its kind (of KINDS, text or identifier), its range in whole units, what it may be used for."""

    text: str
    kind: str
    lo: Fraction = Fraction(0)
    hi: Fraction = Fraction(1)
    bits: int = 0
    optional: bool = False
    rough: bool = False

    @property
    def size(self) -> Fraction:
        """The greatest magnitude."""
        return max(abs(self.lo), abs(self.hi))


def literal(value: Fraction) -> str:
    """A number with a point, as it is written."""
    cents = abs(int(value * 100))
    return f"{'-' * (value < 0)}{cents // 100}.{cents % 100:02}"


def day(number: int) -> str:
    """A date as it is written."""
    return f'date "{(EPOCH + timedelta(number)).isoformat()}"'


def union(x: Value, y: Value, text: str) -> Value:
    """What is one of the two."""
    return Value(text, x.kind, min(x.lo, y.lo), max(x.hi, y.hi), max(x.bits, y.bits), rough=x.rough or y.rough)


COINS = (Value("coin", "money", Fraction(5, 4), Fraction(5, 4)), Value("debt", "money", Fraction(-7), Fraction(-7)))
"""Constants that every program declares, since a number that is written down is an amount only beside one."""


class Values:
    """Writes expressions of the values at hand."""

    def __init__(self, draws: Draws, at_hand: Sequence[Value], in_function: bool = False) -> None:
        """in_function: nothing of the outside is seen, so that there are no amounts of money."""
        self.draws, self.in_function = draws, in_function
        self.at_hand = list(at_hand)

    def make(self, kind: str, depth: int, exact: bool = False) -> Value:
        """An expression of that kind, never missing. exact: nothing rough in it."""
        known = [v for v in self.at_hand if v.kind == kind and not (exact and v.rough)]
        if depth <= 0 or self.draws.chance(15):
            return self.leaf(kind, known)
        if self.draws.chance(20):
            return self._choice(kind, depth, exact)
        match kind:
            case "int":
                return self._int(depth)
            case "fixed":
                return self._fixed(depth, exact)
            case "bool":
                return self._bool(depth)
            case "money":
                return self._money(depth)
            case "date":
                return self._date(depth)
            case _:
                return self.leaf(kind, known)

    def leaf(self, kind: str, known: list[Value]) -> Value:
        """A value at hand, or a constant."""
        if known and self.draws.chance(85):
            found = self.draws.one(known[-8:])
            if not found.optional:
                return found
            default = self.constant(kind)
            return union(found, default, f"coalesce({found.text}, {default.text})")
        return self.constant(kind)

    def constant(self, kind: str) -> Value:
        """Something written down."""
        match kind:
            case "int":
                number = Fraction(self.draws.number(-9, 30))
                return Value(str(number), kind, number, number)
            case "fixed":
                number = Fraction(self.draws.number(-900, 2_000), 100)
                return Value(literal(number), kind, number, number)
            case "money":
                return self.draws.one(COINS)
            case "bool":
                return Value(self.draws.one(("true", "false")), kind)
            case "text":
                return Value(f'"{self.draws.one(TEXTS)}"', kind)
            case "date":
                number = Fraction(self.draws.number(18_000, 18_100))
                return Value(day(int(number)), kind, number, number)
            case _:
                return Value(f"{kind}.{self.draws.one(LABELS)}", kind, hi=Fraction(2))

    def narrow(self, value: Value, most: int = NARROW) -> Value:
        """In -most .. most."""
        if value.size <= most:
            return value
        lo, hi = max(value.lo, Fraction(-most)), min(value.hi, Fraction(most))
        lo, hi = min(lo, Fraction(most)), max(hi, Fraction(-most))
        return replace(value, text=f"clamp({value.text}, {-most}, {most})", lo=lo, hi=hi)

    def number(self, depth: int, exact: bool = False) -> Value:
        """An int or a fixed."""
        return self.make(self.draws.one(("int", "fixed")), depth, exact)

    # ---- kinds

    def _choice(self, kind: str, depth: int, exact: bool) -> Value:
        condition = self.make("bool", depth - 1)
        yes, no = self._two(kind, depth, exact)
        return union(yes, no, f"(if {condition.text} then {yes.text} else {no.text})")

    def _two(self, kind: str, depth: int, exact: bool = False) -> tuple[Value, Value]:
        return self.make(kind, depth - 1, exact), self.make(kind, depth - 1, exact)

    def _int(self, depth: int) -> Value:
        match self.draws.number(0, 10):
            case 0 | 1:
                return self._sum(*self._two("int", depth))
            case 2:
                return self._product(*self._two("int", depth))
            case 3:
                return self._extreme(*self._two("int", depth))
            case 4:
                return self._one("int", depth, False)
            case 5:
                x = self.narrow(self.make("fixed", depth - 1, exact=True))
                return Value(f"int({x.text})", "int", x.lo - 1, x.hi + 1)
            case 6:
                return Value(f"int({self.make('bool', depth - 1).text})", "int")
            case 7:
                x, by = self.narrow(self.make("int", depth - 1)), self.draws.number(1, 12)
                return Value(f"({x.text} % {by})", "int", Fraction(0), Fraction(max(by - 1, 0)))
            case 8:
                x = self.narrow(self.make("int", depth - 1), 100)
                return Value(f"(({x.text}) ** 2)", "int", Fraction(0), x.size**2)
            case 9:
                x, y = self._two("date", depth)
                return Value(f"({x.text} - {y.text})", "int", x.lo - y.hi, x.hi - y.lo)
            case _:
                x = self.narrow(self.make("int", depth - 1))
                ends = sorted((self.draws.number(-50, 50), self.draws.number(-50, 50)))
                return Value(f"clamp({x.text}, {ends[0]}, {ends[1]})", "int", Fraction(ends[0]), Fraction(ends[1]))

    def _fixed(self, depth: int, exact: bool) -> Value:
        match self.draws.number(0, 8):
            case 0 | 1:
                return self._sum(self.make("fixed", depth - 1, exact), self.number(depth - 1, exact))
            case 2 | 3:
                x, y = self.make("fixed", depth - 1, exact), self.number(depth - 1, exact)
                if exact and y.kind == "fixed":
                    return self._sum(x, y)
                return self._product(x, y)
            case 4:
                return self._extreme(self.make("fixed", depth - 1, exact), self.number(depth - 1, exact))
            case 5:
                return self._one("fixed", depth, exact)
            case 6:
                return self._quotient(self.number(depth - 1, exact), self.number(depth - 1, True))
            case 7:
                x, bits = self.narrow(self.number(depth - 1, exact)), self.draws.one((16, 4, 20))
                return Value(f"fixed({x.text}, {bits})", "fixed", x.lo - 1, x.hi + 1, bits, rough=x.rough)
            case _:
                x = self.narrow(self.make("int", depth - 1))
                return Value(f"fixed({x.text})", "fixed", x.lo, x.hi, 16)

    def _bool(self, depth: int) -> Value:
        match self.draws.number(0, 7):
            case 0 | 1:
                x, y = self.number(depth - 1, True), self.number(depth - 1, True)
                return self._compared(x, y, ("<", "<=", ">", ">=", "==", "!="))
            case 2 if not self.in_function:
                return self._compared(*self._two("money", depth), ("<", "<=", ">", ">=", "==", "!="))
            case 3:
                return self._compared(*self._two("date", depth), ("<", "<=", ">", ">=", "==", "!="))
            case 4:
                return self._compared(*self._two("Kind", depth), ("==", "!="))
            case 5 if texts := [v for v in self.at_hand if v.kind == "text"]:
                x = self.leaf("text", texts)
                if x.text.startswith('"') or self.draws.chance(50):
                    return self._compared(x, self.leaf("text", texts), ("==", "!="))
                return Value(f'starts_with({x.text}, "a")', "bool")
            case 5:
                return Value(f"(not {self.make('bool', depth - 1).text})", "bool")
            case 6 if missing := [v for v in self.at_hand if v.optional]:
                return Value(f"present({self.draws.one(missing).text})", "bool")
            case _:
                x, y = self._two("bool", depth)
                return Value(f"({x.text} {self.draws.one(('and', 'or', '==', '!='))} {y.text})", "bool")

    def _money(self, depth: int) -> Value:
        x = self.narrow(self.make("money", depth - 1), 100_000)
        match self.draws.number(0, 4):
            case 0:
                return self._sum(x, self.make("money", depth - 1))
            case 1:
                y = self.narrow(self.make("int", depth - 1), 100)
                size = x.size * y.size
                return Value(f"({x.text} * {y.text})", "money", -size, size)
            case 2:
                y = self.narrow(self.make("int", depth - 1), 100)
                size = x.size + 1
                return Value(f"({x.text} / max({y.text}, 1))", "money", -size, size)
            case 3:
                return self._extreme(x, self.make("money", depth - 1))
            case _:
                return Value(f"abs({x.text})", "money", Fraction(0), x.size)

    def _date(self, depth: int) -> Value:
        x, y = self.make("date", depth - 1), self.narrow(self.make("int", depth - 1), 100)
        if x.lo < 10_000 or x.hi > 30_000:
            return x
        sign = self.draws.one("+-")
        return Value(f"({x.text} {sign} {y.text})", "date", x.lo - y.size, x.hi + y.size)

    # ---- operations

    def _sum(self, x: Value, y: Value) -> Value:
        x, y, sign = self.narrow(x, WIDEST >> 18), self.narrow(y, WIDEST >> 18), self.draws.one("+-")
        lo, hi = (x.lo + y.lo, x.hi + y.hi) if sign == "+" else (x.lo - y.hi, x.hi - y.lo)
        kind = "fixed" if "fixed" in (x.kind, y.kind) else x.kind
        return Value(f"({x.text} {sign} {y.text})", kind, lo, hi, max(x.bits, y.bits), rough=x.rough or y.rough)

    def _product(self, x: Value, y: Value) -> Value:
        x, y = self.narrow(x), self.narrow(y)
        size = x.size * y.size + 1
        kind = "fixed" if "fixed" in (x.kind, y.kind) else "int"
        rough = x.rough or y.rough or x.kind == y.kind == "fixed"
        return Value(f"({x.text} * {y.text})", kind, -size, size, max(x.bits, y.bits), rough=rough)

    def _quotient(self, x: Value, y: Value) -> Value:
        x, y = self.narrow(x), self.narrow(y)
        divisor = f"max({y.text}, {0.5 if y.kind == 'fixed' else 1})"
        size = x.size * 2 + 1
        return Value(f"({x.text} / {divisor})", "fixed", -size, size, max(x.bits, y.bits, 16), rough=x.rough)

    def _extreme(self, x: Value, y: Value) -> Value:
        if x.kind != y.kind:
            x, y = self.narrow(x), self.narrow(y)
        found = union(x, y, f"{self.draws.one(('min', 'max'))}({x.text}, {y.text})")
        return replace(found, kind="fixed" if "fixed" in (x.kind, y.kind) else x.kind)

    def _one(self, kind: str, depth: int, exact: bool) -> Value:
        x = self.make(kind, depth - 1, exact)
        if self.draws.chance(50):
            return replace(x, text=f"abs({x.text})", lo=Fraction(0), hi=x.size, optional=False)
        return replace(x, text=f"(-({x.text}))", lo=-x.hi, hi=-x.lo)

    def _compared(self, x: Value, y: Value, operators: Sequence[str]) -> Value:
        if x.kind != y.kind and x.kind in ("int", "fixed"):
            x, y = self.narrow(x), self.narrow(y)
        return Value(f"({x.text} {self.draws.one(operators)} {y.text})", "bool")
