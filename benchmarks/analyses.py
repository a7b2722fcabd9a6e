"""The analyses that are timed as their users would run them: programs in programs/, made-up tables, the true answers.

Lives here: what is run, on how many rows, and what must come out. Not here: timing (whole.py), single operations of the
protocol (workloads.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import numpy as np

PROGRAMS = Path(__file__).resolve().parent / "programs"

Frame: TypeAlias = dict[str, np.ndarray]
Frames: TypeAlias = dict[str, Frame]
Draw: TypeAlias = Callable[[np.random.Generator, int], Frames]
Answer: TypeAlias = Callable[[Frames], np.ndarray]

BATCH, ROUNDS, RATE = 128, 10, 0.5
CLUSTERS = 8
LEAST = 3  # rows of a group that comes out
SPARSE = 1 << 40


@dataclass(frozen=True, slots=True)
class Analysis:
    """One program. `draw` makes all tables, together so many rows as the size says; `answer` is what it discloses.

    params: of the program, by the number of rows. sizes: small (also a test), everyday, headline.
    """

    title: str
    draw: Draw
    answer: Answer
    sizes: tuple[int, int, int]
    params: Callable[[int], Mapping[str, int]] = field(default=lambda rows: {})


def text_of(name: str) -> str:
    """The program."""
    return (PROGRAMS / f"{name}.sec").read_text(encoding="utf-8")


def frames_of(name: str, rows: int) -> Frames:
    """The tables, the same ones every time."""
    return ANALYSES[name].draw(np.random.default_rng(20240601), rows)


def _halves(frame: Frame, rows: int) -> Frames:
    """One half of the rows with each house."""
    first = rows // 2
    return {"ours": {k: v[:first] for k, v in frame.items()}, "theirs": {k: v[first:] for k, v in frame.items()}}


def _whole(frames: Frames) -> Frame:
    return {name: np.concatenate([frames["ours"][name], frames["theirs"][name]]) for name in frames["ours"]}


def _matrix(frame: Frame, prefix: str) -> np.ndarray:
    return np.stack([column for name, column in frame.items() if name.startswith(prefix) and name != "label"], axis=1)


def _group_draw(draw: np.random.Generator, rows: int) -> Frames:
    return _halves({"key": draw.integers(0, 100, rows), "value": draw.integers(0, 1 << 20, rows)}, rows)


def _group_answer(frames: Frames) -> np.ndarray:
    frame = _whole(frames)
    counts = np.bincount(frame["key"], minlength=100)
    groups = np.stack([np.arange(100), counts, np.bincount(frame["key"], frame["value"], 100)], axis=1)
    return groups[counts >= LEAST]


def _join_draw(draw: np.random.Generator, rows: int) -> Frames:
    """Half of the keys of each side are on the other, too."""
    each = rows // 2
    keys = draw.choice(SPARSE, each + each // 2, replace=False)
    left, right = keys[:each], draw.permutation(keys[-each:])
    values = draw.integers(0, 1 << 20, (2, each))
    return {"left": {"key": left, "value": values[0]}, "right": {"key": right, "worth": values[1]}}


def _join_answer(frames: Frames) -> np.ndarray:
    left, right = frames["left"], frames["right"]
    _, at_left, at_right = np.intersect1d(left["key"], right["key"], return_indices=True)
    return np.array([[left["value"][at_left] @ right["worth"][at_right]]])


def _value_draw(draw: np.random.Generator, rows: int) -> Frames:
    return _halves({"value": draw.integers(0, 1 << 20, rows)}, rows)


def _value_answer(frames: Frames) -> np.ndarray:
    value = _whole(frames)["value"]
    return np.array([[value.sum(), (value * value).sum(), np.median(value)]])


def _aggregate_draw(draw: np.random.Generator, rows: int) -> Frames:
    return _halves({f"c{i}": draw.integers(0, 100, rows) for i in range(1, 9)}, rows)


def _aggregate_answer(frames: Frames) -> np.ndarray:
    return np.array([[f(c) for c in _whole(frames).values() for f in (np.sum, np.mean, np.var)]])


def _logistic_draw(draw: np.random.Generator, rows: int) -> Frames:
    """Labels by a noisy linear rule."""
    x = np.round(draw.uniform(-1, 1, (rows, 32)) * 2**16) / 2**16
    rule = draw.uniform(-1, 1, 32)
    label = x @ rule + draw.normal(0, 0.5, rows) > 0
    return _halves({**{f"f{i + 1}": x[:, i] for i in range(32)}, "label": label}, rows)


def _logistic_answer(frames: Frames) -> np.ndarray:
    frame = _whole(frames)
    x, y = _matrix(frame, "f"), frame["label"]
    weights = np.zeros(x.shape[1])
    for _ in range(ROUNDS):
        for start in range(0, len(x) - BATCH + 1, BATCH):
            part = slice(start, start + BATCH)
            wrong = 1 / (1 + np.exp(-x[part] @ weights)) - y[part]
            weights -= RATE / BATCH * (wrong @ x[part])
    return np.array([[len(x), np.sum((x @ weights > 0) == y)]])


def _clusters_draw(draw: np.random.Generator, rows: int) -> Frames:
    """Around the middles of eight clusters."""
    about = draw.integers(0, CLUSTERS, rows)[:, None]
    x = np.clip(about + draw.uniform(-0.4, 0.4, (rows, CLUSTERS)), 0, 8)
    x = np.round(x * 2**16) / 2**16
    return _halves({f"x{i + 1}": x[:, i] for i in range(CLUSTERS)}, rows)


def _clusters_answer(frames: Frames) -> np.ndarray:
    x = _matrix(_whole(frames), "x")
    centres = np.repeat(np.arange(CLUSTERS, dtype=float)[:, None], CLUSTERS, axis=1)
    for _ in range(ROUNDS):
        nearest = np.argmin(((x[:, None] - centres) ** 2).sum(axis=2), axis=1)
        centres = np.stack([x[nearest == k].mean(axis=0) for k in range(CLUSTERS)])
    return centres


ANALYSES: dict[str, Analysis] = {
    "aggregate": Analysis(
        "sums, means, variances of eight columns", _aggregate_draw, _aggregate_answer, (10**3, 10**6, 10**7)
    ),
    "groups": Analysis("count and sum by a secret key of 100", _group_draw, _group_answer, (10**3, 10**5, 10**6)),
    "join": Analysis(
        "sum of products over a join of unique keys", _join_draw, _join_answer, (10**3, 2 * 10**4, 2 * 10**5)
    ),
    "statistics": Analysis("sum, sum of squares, median", _value_draw, _value_answer, (10**3, 10**5, 10**6)),
    "logistic": Analysis(
        "logistic regression, 32 features, ten epochs of batches of 128",
        _logistic_draw,
        _logistic_answer,
        (2 * 10**3, 10**4, 10**5),
        lambda rows: {"batches": rows // BATCH},
    ),
    "clusters": Analysis(
        "k-means, eight clusters, ten rounds", _clusters_draw, _clusters_answer, (10**3, 10**4, 10**5)
    ),
}
