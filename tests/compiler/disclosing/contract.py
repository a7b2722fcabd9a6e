"""A contract for programs of one thing: two owners, a third party, a policy that is careful and one that is not."""

from __future__ import annotations

CONTRACT = """\
program sample version "1.0"
purpose "test/disclosure" "What is disclosed, and what could be made of it."
party left  "Left"
party right "Right"
party third "Third"
compute by left, right, third
assume honest majority, semi-honest

category Band { low, high }
param limit : int in 0 .. 100 = 50

input people from left at most 1_000 rows {
  id   : identifier unique       may be joined, grouped
  no   : int in 0 .. 999 unique  may be compared
  band : Band                    may be grouped, compared
  age  : int in 0 .. 120         may be compared, aggregated, ranked, shown, grouped
  pay  : int in 0 .. 90_000      may be aggregated, compared, ranked
}
input visits from right at most 1_000 rows {
  id   : identifier unique       may be joined
  cost : int in 0 .. 10_000      may be aggregated, compared, ranked
}

policy careful {
  groups of at least 10
  at most 2 runs per 30 days
}
policy lax {
  at most 100 runs per 1 days
}

"""


def with_contract(body: str) -> str:
    """The whole program."""
    return CONTRACT + body + "\n"
