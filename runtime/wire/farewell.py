"""How a party leaves: it says its last word, hangs up, and stays until the others have hung up, too.

Lives here: `part`. A socket that is closed while something is unread destroys what was sent last, so that a peer would
not hear why the run ended: this is why leaving takes two.
"""

from __future__ import annotations

import select
from collections.abc import Callable, Sequence

from .frames import Kind
from .link import Link

FAREWELL_S = 5.0


def part(links: Sequence[Link], kind: Kind, payload: bytes, not_for: int, clock: Callable[[], float]) -> None:
    """Send `kind` to everybody and close, after at most FAREWELL_S. not_for: a rank that is not waited for."""
    deadline_s = clock() + FAREWELL_S
    for link in links:
        link.post(kind, 0, [memoryview(payload)])
    staying = list(links)
    while staying := [link for link in staying if not link.leave()]:
        left_s = deadline_s - clock()
        if left_s <= 0 or all(link.rank == not_for for link in staying):
            break
        poll = select.poll()
        for link in staying:
            poll.register(link.channel, select.POLLIN | (select.POLLOUT if link.sending else 0))
        poll.poll(left_s * 1000)
    for link in links:
        link.channel.close()
