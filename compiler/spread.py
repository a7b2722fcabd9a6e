"""How noise is spread: the distribution behind a policy's `noise epsilon e`, and the coins it is made of.

Lives here: `Spread`. A number is shown with discrete Laplace noise added: X with P(X = x) proportional to exp(-r |x|),
r = epsilon / sensitivity, which is epsilon-differentially private (Ghosh, Roughgarden, Sundararajan, Universally
utility-maximizing privacy mechanisms, STOC 2009). Not here: how far one row moves a number (sensitivity.py), the gates
(lowering/noise.py).

1. X = G - H for independent G, H with P(G = g) = (1 - a) a^g, a = exp(-r)
2. the binary digits of such a G are independent: digit j is 1 with probability 1 / (1 + exp(2^j r)) (Dwork, Kenthapadi,
   McSherry, Mironov, Naor, Our data, ourselves, EUROCRYPT 2006; Champion, shelat, Ullman, Securely sampling biased
   coins, CCS 2019)
3. a digit is 1 if COIN_BITS fair coins, read as a number, reach a public threshold

Two approximations: digits from `digits` on are left out, which matters with probability exp(-2^digits r) <= exp(-TAIL)
< 2^-60 for each of G and H; thresholds are rounded, which shifts each digit's probability by at most 2^-61. So the
noise of one number is within a statistical distance of (digits + 2) 2^-60 <= 2^-54 of the exact one, and what is shown
is (epsilon, delta)-private with delta <= (1 + e^epsilon) 2^-54 a number. Where all coins show 0, the noise is 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, Context, Decimal
from fractions import Fraction

COIN_BITS = 60
TAIL = 42
_EXACT = Context(prec=80)  # its exp and ln are rounded correctly, so everybody has the same thresholds


@dataclass(frozen=True, slots=True)
class Spread:
    """Discrete Laplace noise in units of a number's last place. rate: r, epsilon over sensitivity."""

    rate: Fraction

    @property
    def digits(self) -> int:
        """Binary digits of G and of H: the least number with 2^digits r >= TAIL."""
        return (-(-TAIL // self.rate) - 1).bit_length()

    @property
    def most(self) -> int:
        """No noise is greater."""
        return (1 << self.digits) - 1

    @property
    def thresholds(self) -> tuple[int, ...]:
        """Of the 2^COIN_BITS ways in which coins fall, how many make digit j a 1."""
        return tuple(self._threshold(j) for j in range(self.digits))

    def _threshold(self, j: int) -> int:
        share = _EXACT.divide(Decimal(1 << COIN_BITS), _EXACT.add(_exp(self.rate * (1 << j)), 1))
        return int(share.to_integral_value())

    def within(self, percent: int) -> int:
        """The least t with P(|X| <= t) at least so great: P(|X| > t) = 2 a^(t + 1) / (1 + a)."""
        a = _exp(-self.rate)
        rest = _EXACT.divide(_EXACT.multiply(100 - percent, _EXACT.add(a, 1)), Decimal(200))
        steps = _EXACT.divide(_EXACT.minus(_EXACT.ln(rest)), _decimal(self.rate))
        return max(int(steps.to_integral_value(rounding=ROUND_CEILING)) - 1, 0)


def _exp(x: Fraction) -> Decimal:
    return _EXACT.exp(_decimal(x))


def _decimal(x: Fraction) -> Decimal:
    return _EXACT.divide(Decimal(x.numerator), Decimal(x.denominator))
