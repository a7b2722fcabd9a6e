"""A recorded run as SVG: one lane for each source line, one for the rounds, time from left to right.

Lives here: `timeline_of`. What is narrower than a pixel is drawn together, so that the drawing of a run of a million
steps is as small as that of a short one. Not here: recording (runtime/trace.py), the trace for other tools.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape

from secfuse.runtime.trace import Recording

NAMES, WIDTH, LANE, HEAD = 330.0, 760.0, 20.0, 26.0
MOST_LANES = 14
LETTERS = 50
WORK, ROUND = "#2a62c9", "#b42318"


def timeline_of(recording: Recording, name_of: Callable[[int], str], title: str) -> str:
    """name_of: the source line of a node, in words. Of the lanes those are drawn that take longest."""
    lanes: dict[str, list[tuple[float, float]]] = {}
    for work in recording.work:
        lanes.setdefault(name_of(work.node), []).append((work.start_s, work.seconds))
    total = {name: sum(seconds for _, seconds in spans) for name, spans in lanes.items()}
    kept = set(sorted(lanes, key=lambda name: -total[name])[:MOST_LANES])
    rounds = [(made.start_s, made.seconds) for made in recording.rounds]
    ends = [start + seconds for spans in (*lanes.values(), rounds) for start, seconds in spans]
    length = max(ends, default=0.0) or 1.0
    height = HEAD + LANE * (len(kept) + 1) + 8
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {NAMES + WIDTH + 90:.0f} {height:.0f}" '
        'width="100%" font-family="Inter, Segoe UI, Helvetica, Arial, sans-serif" font-size="11">',
        f"<title>{escape(title)}</title>",
        *_scale(length, height),
    ]
    y = HEAD
    for name, spans in lanes.items():
        if name in kept:
            parts += _lane(name, spans, total[name], length, y, WORK)
            y += LANE
    waited = sum(seconds for _, seconds in rounds)
    parts += _lane(f"{len(rounds):,} rounds: sending and waiting", rounds, waited, length, y, ROUND)
    return "\n".join([*parts, "</svg>"])


def _scale(length: float, height: float) -> Iterable[str]:
    """Five marks of time."""
    for part in range(5):
        x = NAMES + WIDTH * part / 4
        yield f'<line x1="{x:.0f}" y1="16" x2="{x:.0f}" y2="{height - 4:.0f}" stroke="#e3e6eb"/>'
        yield f'<text x="{x:.0f}" y="11" text-anchor="middle" fill="#6b7280">{duration(length * part / 4)}</text>'


def _lane(
    name: str, spans: list[tuple[float, float]], seconds: float, length: float, y: float, colour: str
) -> Iterable[str]:
    words = name if len(name) <= LETTERS else name[: LETTERS - 1] + "…"
    yield f'<text x="0" y="{y + 13:.0f}" fill="#1f2937">{escape(words)}</text>'
    for start, end in merged(spans, length / WIDTH):
        x, wide = NAMES + WIDTH * start / length, max(0.6, WIDTH * (end - start) / length)
        yield f'<rect x="{x:.1f}" y="{y + 3:.0f}" width="{wide:.1f}" height="{LANE - 7:.0f}" fill="{colour}"/>'
    yield f'<text x="{NAMES + WIDTH + 8:.0f}" y="{y + 13:.0f}" fill="#6b7280">{duration(seconds)}</text>'


def merged(spans: list[tuple[float, float]], gap: float) -> list[tuple[float, float]]:
    """Spans (start, length) as (start, end), joined where less than `gap` lies between them."""
    found: list[tuple[float, float]] = []
    for start, seconds in sorted(spans):
        if found and start - found[-1][1] < gap:
            found[-1] = (found[-1][0], max(found[-1][1], start + seconds))
        else:
            found.append((start, start + seconds))
    return found


def duration(seconds: float) -> str:
    """For a person, three digits."""
    if seconds >= 60:
        return f"{seconds / 60:.3g} min"
    return f"{seconds:.3g} s" if seconds >= 1 or not seconds else f"{seconds * 1e3:.3g} ms"
