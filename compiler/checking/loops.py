"""Loops: the vars that a body assigns are carried from trip to trip, in one type that holds for all trips.

Lives here: `check_for`, `check_repeat`, and the search for that type. A body is checked until the types of what it
assigns are those it starts from: visibility and precision grow to what the body makes of them, ranges as well where
that ends soon, where `var` declares one, or where something is merely added in each trip. Not here: how a loop runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from secfuse.compiler import checked as c
from secfuse.compiler import syntax as s
from secfuse.compiler.circuit import ranges
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.ranges import Range, range_of
from secfuse.compiler.circuit.typed import ranged
from secfuse.compiler.circuit.types import BOOL, Domain, Elem, fixed, integer
from secfuse.compiler.types import ValueType, origins_of, tie_of, visibility_of

from .expressions import check_condition, check_expression
from .known import known
from .numbers import applied, chosen, literal, truth, with_bits
from .places import Places, check_range
from .scope import WHOLE, Bound, Checking
from .steps import CheckAction, Steps, bind, check_block
from .written_types import range_text, same_kind

MOST_ATTEMPTS = 6
MOST_TRIPS = 1 << 31


@dataclass(frozen=True, slots=True)
class Trip:
    """What one trip makes of the vars, by name: where it starts (keys and types) and where it ends."""

    starts: dict[str, Bound]
    results: dict[str, c.Expr]
    steps: Steps
    index: str


def check_for(checking: Checking, loop: s.For, check: CheckAction) -> Steps:
    """for i in 0 ..< n { … }"""
    places = check_range(checking, WHOLE, loop.over, check_expression)
    if places is None:
        return []
    return _loop(checking, loop, places, None, check)


def check_repeat(checking: Checking, repeat: s.Repeat, check: CheckAction) -> Steps:
    """repeat at most N until c { … }: N trips, of which those after c change nothing."""
    most = check_expression(checking, WHOLE, repeat.most)
    trips = None if most is None else known(most)
    if most is None:
        return []
    if trips is None or trips.denominator != 1 or not 0 <= trips <= MOST_TRIPS:
        checking.report("SEC613", repeat.most.span, f"`{checking.source.words(repeat.most.span)}`",
                        "a number of trips that is known before the run")  # fmt: skip
        return []
    zero = literal(repeat.span, Fraction(0), True)
    places = Places(zero, most, ({}, {"": int(trips)}))
    done = s.Name(repeat.span, f"done {repeat.span.start}")  # a name that nobody can write
    steps: Steps = [bind(checking, done, truth(repeat.span, False), Bound(ValueType(BOOL), "", assignable=True))]
    steps += _loop(checking, repeat, places, done, check)
    checking.names.pop(done.text, None)
    return steps


def _loop(checking: Checking, loop: s.For | s.Repeat, places: Places, done: s.Name | None, check: CheckAction) -> Steps:
    names = _assigned(checking, loop.body, done)
    entry = {name: found for name in names if isinstance(found := checking.names[name], Bound)}
    trips = max(places.last.type.elem.hi - places.first.type.elem.lo, 0)
    types = {name: _start(bound) for name, bound in entry.items()}
    checking.inside.append("a loop")
    trip: Trip | None = None
    for _ in range(MOST_ATTEMPTS):
        if not checking.may_go_on(loop.span):
            break
        tried: Trip | None = None
        with checking.quietly() as mistakes:
            tried = _trip(checking, loop, places, types, done, check)
        grown = types if tried is None else {n: _grown(tried, n, entry[n], types[n], trips) for n in types}
        if grown == types:
            trip = tried
            checking.problems.take(mistakes)
            break
        types = grown
    trip = trip or _trip(checking, loop, places, types, done, check)
    checking.inside.pop()
    return _carried(checking, loop, places, entry, trip, trips)


def _assigned(checking: Checking, body: tuple[s.Action, ...], done: s.Name | None) -> list[str]:
    """The vars of the outside that the body assigns."""
    found = dict.fromkeys(name.text for name in _assignments(body))
    names = [name for name in found if isinstance(b := checking.names.get(name), Bound) and b.assignable]
    return [*names, done.text] if done is not None else names


def _assignments(body: tuple[s.Action, ...]) -> Iterator[s.Name]:
    for action in body:
        match action:
            case s.Assign(name=name):
                yield name
            case s.Branch(yes=yes, no=no):
                yield from _assignments(yes)
                yield from _assignments(no)
            case s.For(body=inner) | s.Repeat(body=inner):
                yield from _assignments(inner)
            case _:
                pass


def _start(bound: Bound) -> ValueType:
    return bound.type if bound.declared is None else replace(bound.type, elem=bound.declared)


# ---- one trip


def _trip(
    checking: Checking,
    loop: s.For | s.Repeat,
    places: Places,
    types: dict[str, ValueType],
    done: s.Name | None,
    check: CheckAction,
) -> Trip:
    """The body, from vars of these types on."""
    outside = dict(checking.names)
    starts = {}
    for name, type_ in types.items():
        before = outside[name]
        assert isinstance(before, Bound), "only vars are carried"
        starts[name] = Bound(type_, checking.fresh(name), assignable=True, declared=before.declared)
        checking.by_key[starts[name].key] = starts[name]
        checking.names[name] = starts[name]
    index = Bound(places.type, checking.fresh("trip"), ends=places.ends)
    checking.by_key[index.key] = index
    if isinstance(loop, s.For):
        if loop.variable.text in outside:
            checking.report(
                "SEC202", loop.variable.span, f"a second `{loop.variable.text}`", "a name that is not taken"
            )
        checking.names[loop.variable.text] = index
        steps, changed = check_block(checking, loop.body, check)
    else:
        assert done is not None, "a repeat knows when it is done"
        steps, changed = check_block(checking, loop.body, lambda inner, action: _until(inner, loop, action, check))
        steps, changed = _masked(checking, loop, done, starts, steps, changed)
    checking.names.clear()
    checking.names.update(outside)
    results: dict[str, c.Expr] = {}
    for name, start in starts.items():
        end = changed.get(name, start)
        results[name] = c.Named(loop.span, end.type, end.key)
    return Trip(starts, results, steps, index.key)


def _until(checking: Checking, loop: s.Repeat, action: s.Action, check: CheckAction) -> Steps:
    """The body's steps, and behind the last of them the condition, which sees what the body has bound."""
    steps = check(checking, action)
    if action is loop.body[-1]:
        condition = check_condition(checking, WHOLE, loop.until)
        if condition is not None:
            steps = [*steps, bind(checking, s.Name(loop.span, f"until {loop.span.start}"), condition)]
            found = checking.names.pop(f"until {loop.span.start}")
            assert isinstance(found, Bound), "it was bound just now"
            checking.by_key[f"until {loop.span.start}"] = found
    return steps


def _masked(
    checking: Checking,
    loop: s.Repeat,
    done: s.Name,
    starts: dict[str, Bound],
    steps: Steps,
    changed: dict[str, Bound],
) -> tuple[Steps, dict[str, Bound]]:
    """Where it was done before the trip, every var stays as it was."""
    until = checking.by_key.pop(f"until {loop.span.start}", None)
    if until is None:
        return steps, changed
    was_done = _state(loop, starts[done.text])
    found = {}
    for name, bound in changed.items():
        merged = chosen(checking, loop.span, was_done, _state(loop, starts[name]), _state(loop, bound))
        if merged is not None:
            steps = [*steps, bind(checking, s.Name(loop.span, name), merged, bound)]
            state = checking.names[name]
            assert isinstance(state, Bound), "it was bound just now"
            found[name] = state
    now = applied(Op.OR, loop.span, (was_done, _state(loop, until)), BOOL)
    steps = [*steps, bind(checking, done, now, starts[done.text])]
    state = checking.names[done.text]
    assert isinstance(state, Bound), "it was bound just now"
    return steps, {**found, done.text: state}


def _state(loop: s.For | s.Repeat, bound: Bound) -> c.Expr:
    return bound.const or c.Named(loop.span, bound.type, bound.key)


# ---- types that hold for all trips


def _grown(trip: Trip, name: str, entry: Bound, before: ValueType, trips: int) -> ValueType:
    """The type before the trip, widened to what the trip makes of it."""
    result = trip.results[name].type
    types = (before, result)
    elem = before.elem if entry.declared is not None else _wider(before.elem, result.elem)
    if entry.declared is None and (step := _added(trip, name)) is not None:
        elem = _accumulated(entry.type.elem, elem, step, trips)
    return replace(
        before,
        elem=elem,
        visibility=visibility_of(types),
        origins=origins_of(types),
        tie=tie_of(types),
    )


def _wider(x: Elem, y: Elem) -> Elem:
    """Around both; an int becomes fixed where the other is."""
    numbers = (Domain.INT, Domain.FIXED)
    if x.domain in numbers and y.domain in numbers:
        bits = max(x.fraction_bits, y.fraction_bits)
        found = [ranges.rescale(range_of(elem), bits - elem.fraction_bits) for elem in (x, y)]
        lo, hi = ranges.union(*found)
        return fixed(lo, hi, bits) if bits else integer(lo, hi)
    return ranged(x, ranges.union(range_of(x), range_of(y))) if same_kind(x, y) else x


def _added(trip: Trip, name: str) -> Range | None:
    """Between which ends a trip moves the var, if it only adds or subtracts what no carried var has a part in, or
    chooses between such sums; None for anything else. The circuit proves the same anew (circuit/verify_regions.py).
    """
    definitions = {step.name: step.value for step in trip.steps if isinstance(step, c.LetValue)}
    own, keys = trip.starts[name].key, {start.key for start in trip.starts.values()}

    def step(value: c.Expr) -> Range | None:
        match value:
            case c.Named(name=key) if key == own:
                return 0, 0
            case c.Named(name=key) if key in definitions:
                return step(definitions[key])
            case c.Apply(op=Op.SELECT, args=(_, x, y)):
                first, second = step(x), step(y)
                return None if first is None or second is None else ranges.union(first, second)
            case c.Apply(op=Op.ADD, args=(x, y)):
                return moved(x, y, 1) or moved(y, x, 1)
            case c.Apply(op=Op.SUB, args=(x, y)):
                return moved(x, y, -1)
            case _:
                return None

    def moved(total: c.Expr, term: c.Expr, sign: int) -> Range | None:
        so_far = None if _mentions(term, keys, definitions, trip) else step(total)
        by = range_of(term.type.elem)
        return None if so_far is None else ranges.add(so_far, by if sign > 0 else ranges.negate(by))

    return step(trip.results[name])


def _mentions(value: c.Expr, keys: set[str], definitions: dict[str, c.Expr], trip: Trip) -> bool:
    """True if the value may depend on one of the keys. Bindings by anything but a let count as depending."""
    bound = {carried.behind for step in trip.steps if isinstance(step, c.Loop) for carried in step.carried}
    rest, seen = [value], set[str]()
    while rest:
        current = rest.pop()
        for name in c.names_of(current):
            if name in keys or name in bound:
                return True
            if name in definitions and name not in seen:
                seen.add(name)
                rest.append(definitions[name])
    return False


def _accumulated(start: Elem, elem: Elem, step: Range, trips: int) -> Elem:
    """From the start to where it can get by moving once a trip."""
    lo, hi = ranges.rescale(range_of(start), elem.fraction_bits - start.fraction_bits)
    return ranged(elem, (lo + min(0, step[0] * trips), hi + max(0, step[1] * trips)))


# ---- the loop


def _carried(
    checking: Checking,
    loop: s.For | s.Repeat,
    places: Places,
    entry: dict[str, Bound],
    trip: Trip,
    trips: int,
) -> Steps:
    carried = []
    for name, start in trip.starts.items():
        bits = start.type.elem.fraction_bits
        initial = _in_bits(checking, c.Named(loop.span, entry[name].type, entry[name].key), bits)
        result = _in_bits(checking, trip.results[name], bits)
        if initial is None or result is None or not _stays(checking, loop, name, start, result, trip, trips):
            continue
        key = checking.fresh(name)
        carried.append(c.Carried(start.key, start.type, initial, result, key))
        behind = Bound(start.type, key, assignable=True, declared=start.declared)
        checking.by_key[key] = behind
        checking.names[name] = behind
    return [c.Loop(loop.span, trip.index, places.type, places.first, places.last, tuple(carried), tuple(trip.steps))]  # type: ignore[arg-type]


def _in_bits(checking: Checking, value: c.Expr, bits: int) -> c.Expr | None:
    numbers = (Domain.INT, Domain.FIXED)
    differs = value.type.elem.fraction_bits != bits
    return with_bits(checking, value, bits) if differs and value.type.elem.domain in numbers else value


def _stays(
    checking: Checking, loop: s.For | s.Repeat, name: str, start: Bound, result: c.Expr, trip: Trip, trips: int
) -> bool:
    """True if what a trip ends with is what a trip may start with; else SEC511."""
    have, wanted = result.type.elem, start.type.elem
    inside = wanted.lo <= have.lo and have.hi <= wanted.hi
    if inside or _added(trip, name) is not None:
        return True
    found = f"`{name}` in {range_text(have)} after a trip that began in {range_text(wanted)}"
    hint = f"declare its range, as in var {name} : fixed in -100 .. 100 = …, and assign clamp(…, -100, 100)"
    checking.report("SEC511", loop.span, found, "a range that a trip does not leave", hint)
    return False
