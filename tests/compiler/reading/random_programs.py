"""Programs that read well and mean nothing: every form of the grammar, inside every other that may hold it.

Lives here: `random_program`. Names are drawn from words of the grammar too, since most of those are names as well.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

NAMES = [
    "a", "b2", "total", "x_y", "top", "sort", "table", "window", "text", "by", "for", "at", "until", "of", "order",
    "desc", "matrix", "in", "first", "left",
]  # fmt: skip
OPERATORS = ["+", "-", "*", "/", "**", "@", "==", "<=", "and", "or"]


def random_program(random: Random, statements: int) -> str:
    """Statements of all kinds."""
    writer = _Writer(random)
    return "\n".join(writer.statement(3) for _ in range(statements)) + "\n"


class _Writer:
    """One method per form; `depth` is how many more levels there may be."""

    def __init__(self, random: Random) -> None:
        self.random = random

    def one_of(self, *forms: Callable[[int], str], depth: int) -> str:
        return self.random.choice(forms)(depth - 1)

    def some(self, form: Callable[[int], str], depth: int, separator: str = ", ") -> str:
        return separator.join(form(depth) for _ in range(self.random.randint(1, 3)))

    def maybe(self, text: str) -> str:
        return self.random.choice(["", text])

    # ---- statements

    def statement(self, depth: int) -> str:
        return self.one_of(self.action, self.action, self.action, self.function, self.module, self.test, depth=depth)

    def module(self, depth: int) -> str:
        return f'import {self.name()} from "std/{self.name()}"'

    def function(self, depth: int) -> str:
        generics = self.maybe(f"[{self.names()}]")
        parameters = self.maybe(", ".join(f"{self.name()}: {self.annotation(depth)}" for _ in range(2)))
        result = self.maybe(f"-> {self.type_or_record(depth)}")
        return f"fn {self.name()}{generics}({parameters}) {result} {self.block(depth)}"

    def test(self, depth: int) -> str:
        rows = f'{{ ({self.some(self.sum, depth)})  ("x") }}'
        return f'test "t" {{\nexpect a = {self.atom(depth)}\ngiven b = rows {rows}\n}}'

    def block(self, depth: int) -> str:
        lines = self.some(self.action, depth, "\n")
        return f"{{ {lines} }}" if "\n" not in lines and self.random.random() < 0.5 else f"{{\n{lines}\n}}"

    def action(self, depth: int) -> str:
        simple = (self.let, self.var, self.assign, self.print, self.assert_, self.disclose, self.return_)
        blocks = (self.branch, self.for_, self.repeat)
        return self.one_of(*simple, *blocks, depth=depth) if depth > 0 else self.assign(0)

    def let(self, depth: int) -> str:
        return f"let {self.name()}{self.typed(depth)} = {self.one_of(self.value, self.table, self.matrix, depth=depth)}"

    def var(self, depth: int) -> str:
        return f"var {self.name()}{self.typed(depth)} = {self.value(depth)}"

    def typed(self, depth: int) -> str:
        return self.maybe(f" : {self.annotation(depth)}")

    def assign(self, depth: int) -> str:
        return f"{self.name()} = {self.value(depth)}"

    def print(self, depth: int) -> str:
        return f"print {self.value(depth)}"

    def return_(self, depth: int) -> str:
        return f"return {self.value(depth)}"

    def assert_(self, depth: int) -> str:
        return f'assert {self.value(depth)} "why"'

    def disclose(self, depth: int) -> str:
        what = self.one_of(self.value, self.table, depth=depth)
        return f'disclose {what}{self.maybe(f" as {self.name()}")} to {self.names()} under {self.name()} because "c"'

    def branch(self, depth: int) -> str:
        head = f"if {self.value(depth)} {self.block(depth - 1)}"
        match self.random.randrange(3):
            case 0 if depth > 0:
                return f"{head} else {self.branch(depth - 1)}"
            case 1:
                return f"{head} else {self.block(depth - 1)}"
            case _:
                return head

    def for_(self, depth: int) -> str:
        return f"for {self.name()} in {self.range(depth)} {self.block(depth - 1)}"

    def repeat(self, depth: int) -> str:
        return f"repeat at most {self.sum(depth)} until {self.value(depth)} {self.block(depth - 1)}"

    # ---- types

    def annotation(self, depth: int) -> str:
        level = self.random.choice(["", "public ", "secret ", f"known to {self.names()} "])
        return level + self.type_or_record(depth)

    def type_or_record(self, depth: int) -> str:
        return self.random.choice(
            [self.type(depth), self.type(depth), f"{{{self.name()}: {self.type(depth)}, b: int}}"]
        )

    def type(self, depth: int) -> str:
        sizes = self.maybe(f"[{self.some(self.sum, 0)}] ")
        base = self.random.choice(
            ["int", "fixed", "fixed(20)", "money(2)", "date", "bool", "text(12)", "identifier", "T"]
        )
        return f"{sizes}{base}{self.maybe('?')}{self.maybe(f' in {self.sum(0)} .. {self.sum(0)}')}"

    # ---- values

    def value(self, depth: int) -> str:
        if depth <= 0:
            return self.name()
        return self.one_of(self.sum, self.choice, self.not_, self.compared, depth=depth)

    def choice(self, depth: int) -> str:
        return f"if {self.value(depth)} then {self.value(depth)} else {self.value(depth)}"

    def not_(self, depth: int) -> str:
        return f"not {self.sum(depth)}"

    def compared(self, depth: int) -> str:
        return f"{self.sum(depth)} {self.random.choice(['==', '<', '>='])} {self.sum(depth)}"

    def sum(self, depth: int) -> str:
        if depth <= 0:
            return self.random.choice([self.name(), "1", "2.5", "400_000"])
        left, right = self.atom(depth - 1), self.atom(depth - 1)
        return f"{self.random.choice(['', '-'])}{left} {self.random.choice('+-*/@')} {right}"

    def atom(self, depth: int) -> str:
        leaves = (self.leaf, self.call, self.index, self.array, self.comprehension, self.record, self.brackets)
        return self.one_of(*leaves, depth=depth) if depth > 0 else self.leaf(0)

    def leaf(self, depth: int) -> str:
        return self.random.choice([self.name(), "7", '"text"', "true", 'date "2013-05-01"', f"a.{self.name()}"])

    def call(self, depth: int) -> str:
        arguments = [self.value(depth) for _ in range(self.random.randint(0, 2))]
        named = [f"{self.name()} = {self.value(depth)}" for _ in range(self.random.randint(0, 2))]
        return f"{self.maybe('module.')}{self.name()}({', '.join((*arguments, *named))})"

    def index(self, depth: int) -> str:
        place = self.random.choice(
            [self.value(depth), ":", f"{self.value(depth)}:", f":{self.sum(depth)}", f"{self.sum(depth)}:-1, 2"]
        )
        return f"{self.random.choice([self.name(), f'f({self.sum(depth)})'])}[{place}]"

    def array(self, depth: int) -> str:
        return f"[{self.some(self.value, depth)}]"

    def comprehension(self, depth: int) -> str:
        over = self.random.choice([self.range(depth), self.value(depth)])
        return f"[{self.value(depth)} for {self.name()} in {over}]"

    def record(self, depth: int) -> str:
        separator = self.random.choice([", ", "\n"])
        edge = "\n" if separator == "\n" else ""
        return f"{{{edge}{self.some(self.assign, depth, separator)}{edge}}}"

    def brackets(self, depth: int) -> str:
        return f"({self.value(depth)})"

    def range(self, depth: int) -> str:
        return f"{self.sum(depth)} {self.random.choice(['..', '..<'])} {self.sum(depth)}"

    # ---- tables

    def table(self, depth: int) -> str:
        tables = (self.join, self.narrowed, self.ordered, self.windowed, self.grouped, self.from_arrays)
        return self.one_of(*tables, depth=depth)

    def operand(self, depth: int) -> str:
        return f"({self.table(depth)})" if depth > 0 and self.random.random() < 0.5 else self.random.choice("tuv")

    def join(self, depth: int) -> str:
        kind = self.random.choice(["", "left ", "semi ", "anti ", "full "])
        return f"{kind}join {self.operand(depth)} with {self.operand(depth)} on {self.names()}"

    def narrowed(self, depth: int) -> str:
        table = self.operand(depth)
        return self.random.choice([
            f"filter {table} where {self.value(depth)}",
            f"select {table} {{ {self.names()} }}",
            f"distinct {table} on {self.names()}",
            f"union {table}, {self.operand(depth)}",
        ])  # fmt: skip

    def ordered(self, depth: int) -> str:
        verb = self.random.choice(["sort", f"top {self.random.choice([3, 'n', '(n + 1)'])} of"])
        return f"{verb} {self.operand(depth)} by {self.keys()}"

    def keys(self) -> str:
        return ", ".join(self.name() + self.random.choice(["", " asc", " desc"]) for _ in range(2))

    def windowed(self, depth: int) -> str:
        return (
            f"window {self.operand(depth)}{self.maybe(f' by {self.names()}')} order {self.keys()} {self.fields(depth)}"
        )

    def grouped(self, depth: int) -> str:
        verb, rest = self.random.choice(
            [("group", self.maybe(f" by {self.names()}")), ("extend", ""), ("pivot", " by a on b")]
        )
        return f"{verb} {self.operand(depth)}{rest} {self.fields(depth)}"

    def from_arrays(self, depth: int) -> str:
        return f"table {self.fields(depth)}"

    def matrix(self, depth: int) -> str:
        return f"matrix {self.operand(depth)} {{ {self.names()} }}"

    def fields(self, depth: int) -> str:
        return f"{{ {self.some(self.assign, depth)} }}"

    def names(self) -> str:
        return ", ".join(self.name() for _ in range(self.random.randint(1, 3)))

    def name(self) -> str:
        return self.random.choice(NAMES)
