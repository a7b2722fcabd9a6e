"""How far the functions of std/stats, std/credit and std/graph are from SciPy's, scikit-learn's and networkx's.

Lives here: which functions, on which invented data, against what; in plain. Not here: the page that says so
(write-statistics-errors), what may be promised (the comments of the modules).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import networkx
import numpy as np
from scipy import stats
from sklearn.metrics import roc_auc_score

from tests.support.secret_arrays import Secret, evaluated, program

Arrays: TypeAlias = dict[str, np.ndarray]

PRECISIONS = (16, 20, 24)
DATA_SETS = 12
ITEMS = 24
BINS = 10


@dataclass(frozen=True, slots=True)
class Measured:
    """A function, the arrays it is given, and what it should give for them.

    types: how the arrays are declared; {bits} stands for the precision. One without it is measured once.
    """

    call: str
    draw: Callable[[np.random.Generator], Arrays]
    types: str
    truth: Callable[[Arrays], Any]

    @property
    def shown(self) -> str:
        """The call, without what it is taken of."""
        return self.call.split("\n")[-1]


def samples(random: np.random.Generator) -> Arrays:
    """Two samples that have to do with each other, of 24 numbers in -50 .. 50."""
    x = random.normal(0, 15, ITEMS).clip(-50, 50)
    return {"x": x, "y": (0.5 * x + random.normal(3, 8, ITEMS)).clip(-50, 50)}


def scores(random: np.random.Generator) -> Arrays:
    """Goods and bads in ten bins of a score."""
    goods = random.multinomial(3000, random.dirichlet(np.linspace(0.5, 3, BINS)))
    return {"goods": goods, "bads": random.multinomial(400, random.dirichlet(np.linspace(3, 0.5, BINS)))}


def cohorts(random: np.random.Generator) -> Arrays:
    """Who is at risk, and to whom it happens, at 24 times."""
    at_risk = np.sort(random.integers(1, 1000, ITEMS))[::-1]
    return {"at_risk": at_risk, "events": random.binomial(at_risk, 0.05)}


def tables(random: np.random.Generator) -> Arrays:
    """Three by four counts."""
    return {"counts": random.integers(1, 1000, (3, 4))}


def graphs(random: np.random.Generator) -> Arrays:
    """Eight nodes, of which each leads to every other with a chance of one in four."""
    return {"edges": (random.random((8, 8)) < 0.25).astype(int)}


def weights(a: Arrays) -> np.ndarray:
    """The weight of evidence of each bin."""
    goods, bads = np.maximum(a["goods"], 0.5), np.maximum(a["bads"], 0.5)
    return np.log(goods / a["goods"].sum()) - np.log(bads / a["bads"].sum())


def shares(a: Arrays) -> tuple[np.ndarray, np.ndarray]:
    """Of goods and of bads."""
    return a["goods"] / a["goods"].sum(), a["bads"] / a["bads"].sum()


def area(a: Arrays) -> float:
    """Under the ROC curve of the customers one by one."""
    bins = np.arange(BINS)
    points = np.concatenate([np.repeat(bins, a["goods"]), np.repeat(bins, a["bads"])])
    return float(roc_auc_score(np.repeat([1, 0], [a["goods"].sum(), a["bads"].sum()]), points))


def ranks(a: Arrays) -> np.ndarray:
    """PageRank when it moves no more."""
    graph = networkx.from_numpy_array(a["edges"], create_using=networkx.DiGraph)
    return np.array(list(networkx.pagerank(graph, 0.5, tol=1e-14, max_iter=1000).values()))


def welch(a: Arrays) -> Any:
    """SciPy's test."""
    return stats.ttest_ind(a["x"], a["y"], equal_var=False)


NUMBERS, COUNTS, EDGES = "fixed({bits}) in -50 .. 50", "int in 0 .. 5_000", "int in 0 .. 1"
MOMENTS = "stats.moments(x), stats.moments(y)"

MEASURED = (
    Measured("stats.variance(x)", samples, NUMBERS, lambda a: a["x"].var()),
    Measured("stats.sample_variance(x)", samples, NUMBERS, lambda a: a["x"].var(ddof=1)),
    Measured("stats.covariance(x, y)", samples, NUMBERS, lambda a: np.cov(a["x"], a["y"], ddof=0)[0, 1]),
    Measured("stats.deviation(x)", samples, NUMBERS, lambda a: a["x"].std()),
    Measured("stats.correlation(x, y)", samples, NUMBERS, lambda a: stats.pearsonr(a["x"], a["y"]).statistic),
    Measured("stats.standardise(x)", samples, NUMBERS, lambda a: stats.zscore(a["x"])),
    Measured("stats.median(x)", samples, NUMBERS, lambda a: np.median(a["x"])),
    Measured("stats.quantile(x, 0.9)", samples, NUMBERS, lambda a: np.quantile(a["x"], 0.9)),
    Measured(f"stats.welch_t({MOMENTS})", samples, NUMBERS, lambda a: welch(a).statistic),
    Measured(f"stats.welch_degrees({MOMENTS})", samples, NUMBERS, lambda a: welch(a).df),
    Measured("stats.chi_square(counts)", tables, COUNTS,
             lambda a: stats.chi2_contingency(a["counts"], correction=False).statistic),
    Measured("stats.survival(at_risk, events)", cohorts, COUNTS, lambda a: np.cumprod(1 - a["events"] / a["at_risk"])),
    Measured("credit.weights(goods, bads)", scores, COUNTS, weights),
    Measured("credit.information_value(goods, bads)", scores, COUNTS,
             lambda a: ((shares(a)[0] - shares(a)[1]) * weights(a)).sum()),
    Measured("credit.ks(goods, bads)", scores, COUNTS, lambda a: np.abs(np.cumsum(shares(a)[0] - shares(a)[1])).max()),
    Measured("credit.auc(goods, bads)", scores, COUNTS, area),
    Measured("credit.gini(goods, bads)", scores, COUNTS, lambda a: 2 * area(a) - 1),
    Measured("graph.pagerank(edges, 0.5, 40)", graphs, EDGES, ranks),
)  # fmt: skip


def precisions(measured: Measured) -> tuple[int, ...]:
    """The fraction bits of the arguments for which it makes a difference."""
    return PRECISIONS if "{bits}" in measured.types else PRECISIONS[:1]


def errors(measured: Measured, bits: int, data_sets: int = DATA_SETS) -> Iterator[float]:
    """The greatest error on each data set, where the function has just the numbers that the truth has."""
    found = None
    for seed in range(data_sets):
        arrays = {name: exact(a, bits) for name, a in measured.draw(np.random.default_rng(seed)).items()}
        written = {name: a for name, a in arrays.items() if name in measured.call}
        given = {name: Secret(a, measured.types.format(bits=bits)) for name, a in written.items()}
        if found is None:
            found = program(measured.call.split(".")[0], measured.call, given)
        yield float(np.abs(evaluated(found, given) - measured.truth(arrays)).max())


def exact(numbers: np.ndarray, bits: int) -> np.ndarray:
    """Numbers that a fixed with so many bits can be; whole ones as they are."""
    return np.round(numbers * 2**bits) / 2**bits if numbers.dtype.kind == "f" else numbers
