"""A message for each code, about a program in tests/programs/bad. Written by scripts/write-codes."""

from __future__ import annotations

EXAMPLES: dict[str, str] = {
    "SEC101": """\
  14 |   id identifier
     |      ^^^^^^^^^^
  found:    `identifier`
  expected: `:`""",
    "SEC102": """\
  22 | let r = 5 $ 3
     |           ^
  found:    the character '$'
  expected: letters, digits, _ and signs""",
    "SEC103": """\
  23 | disclose r to third under open because "no end
     |                                        ^^^^^^^
  found:    a text without its closing "
  expected: a " on the same line""",
    "SEC104": """\
  22 | let r = 1 + 2)
     |              ^
  found:    `)`
  expected: no closing bracket, none is open""",
    "SEC105": """\
  22 | let r = 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 …
     |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ …
  found:    more than 200 levels
  expected: at most 200 levels""",
    "SEC107": """\
  22 | let with = 5
     |     ^^^^
  found:    the reserved word `with`
  expected: a name""",
    "SEC108": """\
  22 | let r = 1234567890123456789012345678901234567890
     |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  found:    40 digits
  expected: at most 36 digits""",
    "SEC201": """\
  24 |   expect m = 5
     |          ^
  found:    `m`, which is no output
  expected: one of `n`""",
    "SEC202": """\
  22 | let limit = 5
     |     ^^^^^
  found:    a second `limit`
  expected: a name that is not taken""",
    "SEC203": """\
  23 | let b = r.c
     |           ^
  found:    `c`, which is no field of the record
  expected: one of `a`""",
    "SEC204": """\
  22 | let r = extend people { band = if age < 5 then Band.lo else Band.high }
     |                                                     ^^
  found:    `lo`, which is no label of Band
  expected: one of `low`, `high`""",
    "SEC205": """\
  28 | let f : text(2) in 0 .. 1 = "a"
     |         ^^^^^^^^^^^^^^^^^
  found:    a range of `text`
  expected: a range of int or fixed only""",
    "SEC206": """\
  22 | let a = [1, true]
     |         ^^^^^^^^^
  found:    int and bool
  expected: values of one kind""",
    "SEC207": """\
  27 | let a = any(people.age)
     |             ^^^^^^^^^^
  found:    int as an argument of any
  expected: a truth value""",
    "SEC208": """\
  25 | let a = add(1)
     |         ^^^^^^
  found:    no y
  expected: add(x, y)""",
    "SEC209": """\
  22 | let r = average(people.age)
     |         ^^^^^^^
  found:    `average`
  expected: `count`, `sum`, `mean`, `min`, `max`, `variance`, `any`, `all`, `median`, `q …""",
    "SEC210": """\
  22 | let r = people + 1
     |         ^^^^^^
  found:    the table `people`
  expected: a single value""",
    "SEC211": """\
  23 |   return x + sum(people.salary)
     |              ^^^^^^^^^^^^^^^^^^
  found:    `sum` without rows
  expected: a column of a table, or a group at hand""",
    "SEC212": """\
  22 | let r = group people { x = sum(age - mean(age)) }
     |                                      ^^^^^^^^^
  found:    an aggregate of the same rows inside another
  expected: values of rows""",
    "SEC213": """\
  32 | let b = filter a where age > 5
     |                        ^^^
  found:    `age`, which may be missing
  expected: a value that is always there""",
    "SEC214": """\
  2 | program sample version "1.0"
    | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  found:    no `purpose`
  expected: program, purpose, party, compute, assume""",
    "SEC215": """\
  23 | param other : int in 0 .. 1 = 0
     | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  found:    `param` behind a computation
  expected: all declarations before the first let, print or disclose""",
    "SEC216": """\
  27 | let r = join visits with people on id
     |                                    ^^
  found:    `id`, which may be missing
  expected: a key that is always there""",
    "SEC217": """\
  27 | let r = join visits with people on id
     |                                    ^^
  found:    `id`, which may occur several times on both sides
  expected: a key that is unique on one side""",
    "SEC218": """\
  27 | let r = union people, visits
     |                       ^^^^^^
  found:    columns `id`, `cost`
  expected: the columns `id`, `age`, `salary`, `bonus`""",
    "SEC219": """\
  23 | a = 2
     |     ^
  found:    int
  expected: bool, as `a` is""",
    "SEC220": """\
  25 |     ("b", null, 10, 3)
     |           ^^^^
  found:    `null`
  expected: a whole number as a cell of `age`""",
    "SEC221": """\
  8 | assume honest majority, semi-honst
    |                         ^^^^^^^^^^
  found:    `semi-honst`
  expected: one of `honest majority`, `semi-honest`""",
    "SEC222": """\
  30 | let d = limit ** 0.5
     |                  ^^^
  found:    `0.5`
  expected: a whole number as an exponent""",
    "SEC223": """\
  23 | compute by left, left, right
     |                  ^^^^
  found:    `left` again
  expected: each party once""",
    "SEC224": """\
  28 | let a = date "2013-02-30"
     |         ^^^^^^^^^^^^^^^^^
  found:    `2013-02-30`
  expected: year-month-day of a date that exists""",
    "SEC225": """\
  29 | let b : money(2) = 1.001
     |                    ^^^^^
  found:    1.001
  expected: an amount with at most 2 decimals""",
    "SEC226": """\
  31 | let a = join visits with people on id, year
     |                                    ^^
  found:    identifier as one of several keys
  expected: ints, dates and categories, or one key alone""",
    "SEC227": """\
  23 | let a = sort people by id
     |                        ^^
  found:    `id`, which is identifier
  expected: numbers, amounts, dates, texts, truth values or labels""",
    "SEC228": """\
  23 | let a = extend people { r = rank() }
     |                             ^^^^^^
  found:    `rank` outside a window
  expected: a field of a window""",
    "SEC229": """\
  23 | let a = pivot people by band on age { n = count() }
     |                                 ^^^
  found:    `age`, which is int
  expected: a category, whose labels name the columns""",
    "SEC230": """\
  24 | let b : text(9) = "abc"
     |         ^^^^^^^
  found:    texts of 9 bytes
  expected: 1 .. 7""",
    "SEC240": """\
  22 | let a = [[1, 2], [3]]
     |                  ^^^
  found:    an array [1]
  expected: an array [2], as the first item""",
    "SEC241": """\
  23 | let b = a[0]
     |         ^^^^
  found:    1 places in a single value
  expected: at most 0""",
    "SEC242": """\
  22 | let a = [[[[[1]]]]]
     |         ^^^^^^^^^^^
  found:    an array of 5 axes
  expected: at most 4""",
    "SEC243": """\
  25 |   t = t + sum(a[0:i])
     |                 ^^^
  found:    a part whose length is not known
  expected: ends whose distance is made of sizes and constants, as in x[i : i + 8]""",
    "SEC244": """\
  23 | let b = a[0.5]
     |           ^^^
  found:    fixed(16) as a place
  expected: a single int""",
    "SEC245": """\
  23 | let b = r + 1
     |         ^
  found:    the record `r`
  expected: a value without fields""",
    "SEC246": """\
  23 | a = 2
     | ^
  found:    `a`, which is no var
  expected: a name that `var` declares""",
    "SEC301": """\
  23 | let m : public int = n
     |                      ^
  found:    `n`, which is secret
  expected: a value that is public""",
    "SEC302": """\
  22 | let n : known to third int = count(people)
     |                              ^^^^^^^^^^^^^
  found:    `count(people)`, which is secret, because `people` is
  expected: a value that is known to third""",
    "SEC303": """\
  22 | print people
     |       ^^^^^^
  found:    `people`, which is secret
  expected: a public value as what is printed""",
    "SEC304": """\
  22 | assert people.age > 17 "minors"
     |        ^^^^^^^^^^^^^^^
  found:    `people.age > 17`, which is secret, because `people` is
  expected: a public value as a condition to go on""",
    "SEC305": """\
  23 | if n > 10 {
     |    ^^^^^^
  found:    `n > 10`, which is secret, because `n` is
  expected: a public value as the condition of a branch""",
    "SEC306": """\
  23 | let c = top sum(people.age) of people by age
     |             ^^^^^^^^^^^^^^^
  found:    `sum(people.age)`, which is secret
  expected: a public number of rows""",
    "SEC307": """\
  19 | param other : int in 0 .. max(people.age) = 0
     |                           ^^^^^^^^^^^^^^^
  found:    `max(people.age)`, which is secret
  expected: a number as an end of a range""",
    "SEC308": """\
  21 |   top 1 below max(people.age)%
     |               ^^^^^^^^^^^^^^^
  found:    `max(people.age)`, which is secret
  expected: a number as a threshold""",
    "SEC309": """\
  23 | let c = quantile(people.age, people.age)
     |                              ^^^^^^^^^^
  found:    `people.age`, which is secret
  expected: a number as the share of a quantile""",
    "SEC310": """\
  22 | let r : int in 0 .. max(people.age) = limit
     |                     ^^^^^^^^^^^^^^^
  found:    `max(people.age)`, which is secret
  expected: a number as an end of a range""",
    "SEC311": """\
  24 | let b = a[n:]
     |           ^
  found:    `n`, which is secret
  expected: a public place: which it is decides how much is computed""",
    "SEC401": """\
  22 | let r = sum(people.age)
     |             ^^^^^^^^^^
  found:    people.age is aggregated, which was not requested
  expected: a column that may be aggregated""",
    "SEC402": """\
  23 | disclose r to third under open because "few of it"
     |          ^
  found:    a table with one row per record
  expected: a table made by group""",
    "SEC403": """\
  24 | disclose ages to third under strict because "who"
     |          ^^^^
  found:    `id`, an identifier
  expected: columns that name nobody""",
    "SEC404": """\
  13 | input people from left at most 1_000 rows {
     |                   ^^^^
  found:    `left` as owner, which does not compute
  expected: one of `right`, `third`""",
    "SEC405": """\
  15 |   top 1 below 101%
     |               ^^^
  found:    101
  expected: a number in 1 .. 100""",
    "SEC406": """\
  24 | disclose sum(people.age) as r to third under open because "test"
     |                             ^
  found:    a second output `r`
  expected: a name that is not taken""",
    "SEC407": """\
  23 | let s = sum(r.n)
     |         ^^^^^^^^
  found:    a table made by group
  expected: a table of records""",
    "SEC408": """\
  22 | disclose sum(people.age) to third under open because "test"
     |          ^^^^^^^^^^^^^^^
  found:    a value without a name
  expected: `as` and a name in front of `to`""",
    "SEC409": """\
  25 | disclose shown to third under open because "every row"
     |                               ^^^^
  found:    groups of open keys under `open`, which hides no small group
  expected: a policy with groups of at least 2""",
    "SEC410": """\
  24 | let some = filter (top 1 of ages by n) where pay > 10
     |            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  found:    a filter behind top
  expected: a filter in front of it""",
    "SEC411": """\
  24 | disclose transpose(ages) @ ages as squares to third under shares because "no sum …
     |          ^^^^^^^^^^^^^^^^^^^^^^
  found:    what is computed from a matrix, under shares with `top`
  expected: sums, means and counts of columns under such a policy""",
    "SEC501": """\
  22 | let r = sum(people.salary)
     |         ^^^^^^^^^^^^^^^^^^
  found:    `sum(people.salary)` may be in 0 .. 2^69
  expected: values below 2^62 in magnitude""",
    "SEC502": """\
  33 | let f = extend people { x = bonus / age }
     |                                     ^^^
  found:    a divisor that may be 0
  expected: a divisor above 0""",
    "SEC503": """\
  12 | param other : int in 5 .. 1 = 3
     |               ^^^^^^^^^^^^^
  found:    5 .. 1
  expected: a range with something in it""",
    "SEC504": """\
  23 | a = a + 10
     |     ^^^^^^
  found:    a value in 11 .. 11
  expected: a value in 0 .. 10""",
    "SEC505": """\
  30 | let c : money(10) = 1
     |               ^^
  found:    10 decimals
  expected: 0 .. 9""",
    "SEC506": """\
  29 | let b = date "0001-01-01" - 1
     |         ^^^^^^^^^^^^^^^^^^^^^
  found:    `date "0001-01-01" - 1`, which may lie -719163 .. -719163 days from 1970-01-01
  expected: a date in 0001-01-01 .. 9999-12-31""",
    "SEC510": """\
  23 | let b = a[3]
     |           ^
  found:    place 3
  expected: a place below 3, counted from 0""",
    "SEC511": """\
  23 | for i in 0 ..< 100 {
     | ^^^^^^^^^^^^^^^^^^^^
  found:    `t` in 2 .. 128 after a trip that began in 1 .. 64
  expected: a range that a trip does not leave""",
    "SEC601": """\
  23 | let a = top 0 of people by age
     |             ^
  found:    `0` rows
  expected: a whole number of rows, 1 or more""",
    "SEC602": """\
  27 | let r = pivot wide by a, b on band { n = count() }
     |                          ^
  found:    14641 groups
  expected: at most 1024 combinations of keys""",
    "SEC610": """\
  26 |   return one(x)
     |          ^^^^^^
  found:    `one`, which is being called already
  expected: functions that do not call themselves, nor each other in a circle""",
    "SEC611": """\
  23 |   print x
     |   ^^^^^^^
  found:    an effect inside a function or a loop
  expected: disclose, print and assert on the program's own lines""",
    "SEC612": """\
  22 | return 5
     | ^^^^^^^^
  found:    `return` in this place
  expected: return as the last line of a function""",
    "SEC613": """\
  23 | repeat at most count(people) until t > 3 {
     |                ^^^^^^^^^^^^^
  found:    `count(people)`
  expected: a number of trips that is known before the run""",
    "SEC614": """\
  26 |   return clamp(f0(x) + f0(x), 0, 5)
     |                        ^^^^^
  found:    more than 20,000 bodies of functions and loops
  expected: calls in calls that do not multiply like this""",
    "SEC701": """\
  22 | import statistics from "std/statistic"
     | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  found:    "std/statistic"
  expected: the path of a module that exists, such as "std/stats\"""",
}
