"""One TLS connection to one peer, non-blocking, on one thread.

Lives here: `Channel`, which turns a socket into bytes in and bytes out and never waits. TLS runs over memory buffers,
so that one system call carries many records (1.4 times the throughput of an SSLSocket, the same latency).
Not here: who the peer may be (identity.py, connect.py) and what the bytes mean (link.py).

A failed write says nothing: loss is discovered where it can also be explained, by reading to the end, because the
peer may have said why it leaves.
"""

from __future__ import annotations

import contextlib
import socket
import ssl

CHUNK_BYTES = 128 * 1024
_NOTHING = memoryview(b"")
_KEEPALIVE = (("TCP_KEEPIDLE", 10), ("TCP_KEEPINTVL", 3), ("TCP_KEEPCNT", 3))  # seconds, seconds, times


class Gone(Exception):
    """The peer will send no more. `said_so`: it closed the channel on purpose, as a process that is killed cannot."""

    def __init__(self, *, said_so: bool) -> None:
        super().__init__(said_so)
        self.said_so = said_so


class Refused(Exception):
    """TLS failed: the peer's certificate is not acceptable to us, or ours to the peer. The text is OpenSSL's reason."""


def tune(sock: socket.socket, stall_s: float) -> None:
    """No waiting for more to send; a peer whose machine is gone is noticed within about 20 s."""
    sock.setblocking(False)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (*_KEEPALIVE, ("TCP_USER_TIMEOUT", int(stall_s * 1000))):
        if hasattr(socket, name):  # not every system has all of them
            sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


class Channel:
    """Both directions of one connection. `sock` is connected and non-blocking."""

    def __init__(self, sock: socket.socket, context: ssl.SSLContext, *, server: bool) -> None:
        self.sock = sock
        self._in = ssl.MemoryBIO()
        self._out = ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._in, self._out, server_side=server)
        self._cipher = _NOTHING
        self._plain = b""  # given back
        self._buffer = bytearray(CHUNK_BYTES)
        self._view = memoryview(self._buffer)
        self.sending = False  # True while the kernel has not taken everything that was written
        self._writable = True
        self._eof = False
        self._end: Gone | Refused | None = None
        self.certificate = b""

    def fileno(self) -> int:
        """For select and poll."""
        return self.sock.fileno()

    def handshake(self) -> bool:
        """Go on as far as possible; True when done, `certificate` is then the peer's. Raises Gone, Refused."""
        while True:
            try:
                self._tls.do_handshake()
            except ssl.SSLWantReadError:
                self.flush()
                if not self._receive():
                    return False
            except ssl.SSLEOFError:
                raise Gone(said_so=False) from None
            except ssl.SSLError as error:
                self.flush()  # the alert that tells the peer why
                raise Refused(_reason(error)) from None
            else:
                self.flush()
                self.certificate = self._tls.getpeercert(binary_form=True) or b""
                return True

    @property
    def holding(self) -> bool:
        """True if received bytes wait in this process, where poll cannot see them."""
        return self._in.pending > 0 or self._tls.pending() > 0 or self._eof or len(self._plain) > 0

    def write(self, data: memoryview) -> int:
        """Encrypt and send up to CHUNK_BYTES; how many bytes of `data` were taken, 0 while the kernel is full."""
        if self.sending and not self.flush():
            return 0
        if not self._writable:
            return len(data)
        if len(data) > CHUNK_BYTES:
            data = data[:CHUNK_BYTES]
        try:
            taken = self._tls.write(data)
            while taken < len(data):
                taken += self._tls.write(data[taken:])
        except ssl.SSLError:  # the peer has hung up, or refused us
            self._writable = False
            return len(data)
        self.flush()
        return taken

    def flush(self) -> bool:
        """Hand ciphertext to the kernel; True when none is left."""
        cipher = self._cipher
        while cipher or self._out.pending:
            cipher = cipher or memoryview(self._out.read())
            try:
                cipher = cipher[self.sock.send(cipher) :]
            except BlockingIOError:
                break
            except OSError:
                cipher, self._writable = _NOTHING, False
        self._cipher = cipher
        self.sending = len(cipher) > 0
        return not self.sending

    def read(self, into: memoryview) -> int:
        """Fill `into` as far as there is something; how many bytes, 0 if nothing is there. Raises Gone, Refused."""
        count = min(len(into), len(self._plain))
        if count:
            into[:count], self._plain = self._plain[:count], self._plain[count:]
        while count < len(into) and self._end is None:
            if not self.holding and not self._receive():  # cheaper than to let TLS find out
                break
            try:
                got: int = self._tls.read(len(into) - count, into[count:])  # type: ignore[assignment]
            except ssl.SSLError as error:
                self._end = _end_of(error)
                if self._end is None and not self._receive():
                    break
            else:
                count += got
                if not got:
                    self._end = Gone(said_so=True)
        if self._end is not None and not count and len(into):
            raise self._end
        return count

    def read_message(self, size_bytes: int) -> bytes | None:
        """The next bytes if exactly one record of this size has just come, else None, and they are read as ever."""
        if self._plain or self._end is not None or not self._receive() or self._eof:
            return None
        try:
            data = self._tls.read(size_bytes)
        except ssl.SSLError as error:
            self._end = _end_of(error)
            return None
        if len(data) == size_bytes:
            return data
        self._plain = data
        self._end = None if data else Gone(said_so=True)
        return None

    def give_back(self, data: bytes) -> None:
        """Have the next read begin with what the last one brought."""
        self._plain = data

    def _receive(self) -> bool:
        """Take what the kernel has; False if it has nothing now."""
        try:
            got = self.sock.recv_into(self._buffer)
        except BlockingIOError:
            return False
        except OSError:
            got = 0
        if got:
            self._in.write(self._view[:got])
        else:
            self._in.write_eof()
            self._eof = True
        return True

    def farewell(self) -> None:
        """Tell the peer that nothing more will come."""
        with contextlib.suppress(ssl.SSLError):
            self._tls.unwrap()
        self.flush()
        with contextlib.suppress(OSError):
            self.sock.shutdown(socket.SHUT_WR)

    def discard(self) -> bool:
        """Throw away what still comes; True when the peer hung up. Closing without it could destroy our last words."""
        while True:
            try:
                if not self.sock.recv_into(self._buffer):
                    return True
            except BlockingIOError:
                return False
            except OSError:
                return True

    def close(self) -> None:
        """Give the socket back."""
        self.sock.close()


def _end_of(error: ssl.SSLError) -> Gone | Refused | None:
    """What reading ended with; None if only more bytes are needed."""
    if isinstance(error, ssl.SSLWantReadError):
        return None
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return Gone(said_so=isinstance(error, ssl.SSLZeroReturnError))
    return Refused(_reason(error))


def _reason(error: ssl.SSLError) -> str:
    return (error.reason or "TLS failed").replace("_", " ").lower()
