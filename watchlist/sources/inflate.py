"""Decompress an answer piece by piece, so that a bomb is noticed long before it is unpacked."""

import zlib
from collections.abc import Iterator

SUPPORTED = "gzip, deflate"
"""What we offer in Accept-Encoding: the two that the standard library unpacks within a bound."""

_PIECE = 64 * 1024


class Inflater:
    """Undoes one Content-Encoding. ``feed`` yields pieces of at most 64 KiB; ``finish`` tells truncation.

    Raises ValueError for an encoding that was not offered (or a stack of them), zlib.error for bad data.
    """

    def __init__(self, content_encoding: str) -> None:
        self._coding = content_encoding.strip().lower()
        if self._coding not in ("", "identity", "gzip", "x-gzip", "deflate"):
            raise ValueError(self._coding)
        self._engine: zlib._Decompress | None = None
        self._begun = False
        self._held = b""  # the first byte of "deflate", when it comes alone: two tell which kind it is

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield what the next compressed bytes hold."""
        if self._coding in ("", "identity"):
            if data:
                yield data
            return
        data, self._held = self._held + data, b""
        if self._engine is None and self._coding == "deflate" and len(data) == 1 and not self._begun:
            self._held = data
            return
        while data:
            if self._engine is None:
                if self._begun and not data.strip(b"\0"):
                    return  # some servers pad a gzip stream with zeros
                self._engine = zlib.decompressobj(self._window(data))
                self._begun = True
            engine = self._engine
            piece = engine.decompress(data, _PIECE)
            if piece:
                yield piece
            data = engine.unconsumed_tail
            if engine.eof:  # a gzip answer may hold several members
                data = engine.unused_data if "gzip" in self._coding else b""
                self._engine = None
            elif not data and not piece:
                return

    def _window(self, data: bytes) -> int:
        if "gzip" in self._coding:
            return 16 + zlib.MAX_WBITS
        # RFC 9110 means zlib's format by "deflate"; some servers send the raw one
        zlib_header = len(data) > 1 and data[0] & 0x0F == 8 and (data[0] * 256 + data[1]) % 31 == 0
        return zlib.MAX_WBITS if zlib_header else -zlib.MAX_WBITS

    def finish(self) -> bool:
        """Say whether the stream came to its proper end."""
        return self._engine is None and not self._held
