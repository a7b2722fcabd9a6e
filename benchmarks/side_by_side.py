"""Single operations beside MPyC, which installs from the package registry, on this machine, in the same run.

    python -m benchmarks.side_by_side --python PATH [WORKLOAD ...] [--json FILE]

PATH is the Python of an environment in which `mpyc` is installed. One line a workload: seconds of SecFuse as three
processes over mutual TLS, then of the other as three processes without TLS, and how many times as long it takes. Inputs
and outputs are not counted.
"""

from __future__ import annotations

import argparse
import json
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path

from secfuse.runtime.memory import keep_freed_memory

from .primitives import ROOT, apart

PEERS = Path(__file__).resolve().parent / "peers"
LIMIT_S = 300
SIZES: dict[str, dict[str, int]] = {
    "chain": {"secfuse": 1000, "mpyc": 1000},
    "multiply": {"secfuse": 10**6, "mpyc": 10**5},
    "compare": {"secfuse": 10**6, "mpyc": 10**4},
    "sort": {"secfuse": 10**5, "mpyc": 10**3},
}
"""Elements of each; a system that would take minutes gets fewer, and its time is scaled up in proportion."""


@dataclass(frozen=True, slots=True)
class Line:
    """seconds: None where the system is not installed, or took too long. error: the largest of its results."""

    workload: str
    system: str
    elements: int
    seconds: float | None
    error: float | None


def ours(workload: str) -> Line:
    """SecFuse."""
    elements = SIZES[workload]["secfuse"]
    return Line(workload, "secfuse", elements, apart(workload, elements, None).seconds, None)


def theirs(workload: str, system: str, python: str) -> Line:
    """Another system; what it cannot do here is told by None."""
    elements = SIZES[workload][system]
    parties = ["-M3"] if system == "mpyc" else []
    order = [python, str(PEERS / f"{system}_peer.py"), *parties, workload, str(elements)]
    try:
        done = subprocess.run(order, cwd=ROOT, capture_output=True, text=True, timeout=LIMIT_S, check=True)
        said = json.loads(next(line for line in reversed(done.stdout.splitlines()) if line.startswith("{")))
    except (subprocess.SubprocessError, OSError, StopIteration, ValueError):
        return Line(workload, system, elements, None, None)
    return Line(workload, system, elements, said["seconds"], said["error"])


def shown(line: Line, own: Line) -> str:
    """Seconds, and how many times as long as SecFuse takes for as many elements."""
    if line.seconds is None or own.seconds is None:
        return f"{line.system} -"
    times = line.seconds / own.seconds * own.elements / line.elements
    of = "" if line.elements == own.elements else f" for {line.elements:,}"
    return f"{line.system} {line.seconds:.3f} s{of}: {times:,.1f} times"


def main() -> None:
    """One line a workload, and the same as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workloads", nargs="*", help=", ".join(SIZES))
    parser.add_argument("--python", required=True, metavar="PATH", help="a Python with mpyc")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the lines here")
    arguments = parser.parse_args()
    keep_freed_memory()
    lines = []
    for workload in arguments.workloads or SIZES:
        own = ours(workload)
        others = [theirs(workload, system, arguments.python) for system in SIZES[workload] if system != "secfuse"]
        lines += [own, *others]
        told = "; ".join(shown(line, own) for line in others)
        print(f"{workload:15} {own.elements:>9,}  secfuse {own.seconds:.3f} s; {told}", flush=True)
    if arguments.json:
        arguments.json.write_text(json.dumps([asdict(line) for line in lines], indent=2))


if __name__ == "__main__":
    main()
