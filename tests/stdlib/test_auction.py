"""std/auction against the same rules in NumPy: nothing may be off, ties included."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.secret_arrays import Secret, called, shared

BIDS = "int in 0 .. 20"
PRICES = np.arange(5, 40, 5)
GRID = f"[{', '.join(map(str, PRICES))}]"


@pytest.mark.parametrize("seed", range(5))
def test_one_thing_is_sold_to_the_first_of_the_highest_bidders(seed: int) -> None:
    bids = np.random.default_rng(seed).integers(0, 21, 12)  # of 21 amounts, so that many are equal
    given = Secret(bids, BIDS)
    assert called("auction", "auction.winner(bids)", bids=given) == bids.argmax()
    assert called("auction", "auction.first_price(bids)", bids=given) == bids.max()
    for reserve in (0, int(bids.max()), 25):
        expected = max(np.sort(bids)[-2], reserve)
        assert called("auction", f"auction.second_price(bids, {reserve})", bids=given) == expected
        assert called("auction", f"auction.is_sold(bids, {reserve})", bids=given) == (bids.max() >= reserve)


def test_bids_may_have_a_point() -> None:
    bids = Secret(np.array([1.25, 7.5, 3.0625]), "fixed in 0 .. 10")
    assert called("auction", "auction.second_price(bids, 0.5)", bids=bids) == 3.0625


def test_a_single_bidder_pays_the_reserve() -> None:
    assert called("auction", "auction.second_price(bids, 4)", bids=Secret(np.array([9]), BIDS)) == 4


@pytest.mark.parametrize("seed", range(5))
def test_a_double_auction_clears_where_most_changes_hands(seed: int) -> None:
    random = np.random.default_rng(seed)
    limits, offers = random.integers(0, 41, 9), random.integers(0, 41, 7)
    wanted, offered = random.integers(0, 100, 9), random.integers(0, 100, 7)
    demand = np.array([wanted[limits >= price].sum() for price in PRICES])
    supply = np.array([offered[offers <= price].sum() for price in PRICES])
    volume = np.minimum(demand, supply)
    buyers = {"limits": Secret(limits, "int in 0 .. 40"), "wanted": Secret(wanted, "int in 0 .. 100")}
    sellers = {"offers": Secret(offers, "int in 0 .. 40"), "offered": Secret(offered, "int in 0 .. 100")}
    asks = f"auction.demand(limits, wanted, {GRID})"
    gives = f"auction.supply(offers, offered, {GRID})"
    assert called("auction", asks, **buyers).tolist() == demand.tolist()
    assert called("auction", gives, **sellers).tolist() == supply.tolist()
    both = f"let d = {asks}\nlet s = {gives}\n"
    assert called("auction", both + "auction.volumes(d, s)", **buyers, **sellers).tolist() == volume.tolist()
    assert called("auction", both + "auction.clearing_place(d, s)", **buyers, **sellers) == volume.argmax()
    assert called("auction", both + "auction.clearing_volume(d, s)", **buyers, **sellers) == volume.max()
    price = f"auction.clearing_price(d, s, {GRID})"
    assert called("auction", both + price, **buyers, **sellers) == PRICES[volume.argmax()]


def test_the_same_on_shares() -> None:
    bids = Secret(np.array([3, 18, 7, 18, 11]), BIDS)
    assert shared("auction", "auction.second_price(bids, 5)", bids=bids) == 18
    assert shared("auction", "auction.winner(bids)", bids=bids) == 1
