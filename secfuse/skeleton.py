"""What `secfuse new` writes: a program, its settings, one small table a party, a page that explains them.

Lives here: `skeleton`, text only. Not here: writing it (cli_new.py).
"""

from __future__ import annotations

from collections.abc import Sequence

from secfuse.compiler.formatting.format import format_source

COUNTS = ("basic,3\nbasic,5\nextra,2\n", "basic,4\nextra,6\nextra,1\n", "basic,8\nextra,7\ntrial,1\n")
"""The rows of the three tables: `trial` has one row in all, too few to be shown."""


def skeleton(name: str, parties: Sequence[str]) -> dict[str, str]:
    """File name -> text, for a program and three parties; the names must be names of the language."""
    return {
        "main.sec": format_source(_program(name, parties)),
        "secfuse.toml": _settings(parties),
        **{f"{party}.csv": f"kind,amount\n{rows}" for party, rows in zip(parties, COUNTS, strict=True)},
        "README.md": _page(name, parties),
    }


def _program(name: str, parties: Sequence[str]) -> str:
    declared = "\n".join(f'party {party} "{party.replace("_", " ").capitalize()}"' for party in parties)
    inputs = "\n".join(
        f"input {party}_sales from {party} at most 10_000 rows {{\n"
        "  kind : Kind may be grouped\n"
        "  amount : int in 0 .. 1_000 may be aggregated\n"
        "}"
        for party in parties
    )
    first, second, third = parties
    return f"""# What is asked of whom, and who learns what: the contract. Whatever derives from an input is secret.
program {name} version "0.1"
purpose "statistics/example" "Sales by kind over three organisations; no sale leaves its owner."

{declared}
compute by {", ".join(parties)}
assume honest majority, semi-honest

category Kind {{ basic, extra, trial }}

{inputs}

# What must hold before something is shown. Smaller groups come out as markers.
policy report {{
  groups of at least 3
}}

# What is computed.
let sales = union {", ".join(f"{party}_sales" for party in parties)}
let result = group sales by kind {{
  number = count()
  total = sum(amount)
}}

disclose result to {", ".join(parties)} under report because "each party sees the whole"

test "all three tables count" {{
  given {first}_sales = rows {{ (Kind.basic, 3) }}
  given {second}_sales = rows {{ (Kind.basic, 4) (Kind.extra, 6) }}
  given {third}_sales = rows {{ (Kind.basic, 8) }}
  expect result = rows {{ (Kind.basic, 3, 15) (Kind.extra, 1, 6) }}
}}

test "a group of two is not shown" {{
  given {first}_sales = rows {{ (Kind.trial, 1) }}
  given {second}_sales = rows {{ (Kind.trial, 2) }}
  given {third}_sales = rows {{ }}
  with report.groups = 3
  expect result = rows {{
    (Kind.basic, suppressed, suppressed)
    (Kind.extra, suppressed, suppressed)
    (Kind.trial, suppressed, suppressed)
  }}
}}
"""


def _settings(parties: Sequence[str]) -> str:
    inputs = "".join(f'\n[inputs.{party}_sales]\nsource = "{party}.csv"\n' for party in parties)
    return f"# Where each owner's rows are. In a real run every organisation names only its own.\n{inputs}"


def _page(name: str, parties: Sequence[str]) -> str:
    return f"""# {name}

```sh
secfuse check main.sec                # what it asks for, and what it would disclose to whom
secfuse test main.sec                 # its own tests
secfuse run main.sec                  # all parties in one process: for trying out, without privacy
secfuse run main.sec --parties tcp    # one process per party, mutual TLS on this machine
secfuse check main.sec --watch        # while you change it
```

| file | |
| --- | --- |
| `main.sec` | the program: contract, computation, tests |
| `secfuse.toml` | where each owner's table is |
| {", ".join(f"`{party}.csv`" for party in parties)} | small tables, made up |

Two kinds come out with their totals. `trial` has a single sale, so that only a marker is shown.
"""
