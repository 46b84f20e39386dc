"""Columns of whole numbers as bytes, the same on every machine: little-endian."""

import sys
from array import array


def to_bytes(numbers: "array[int]") -> bytes:
    """Return the numbers as files keep them."""
    return _little_endian(numbers).tobytes()


def from_bytes(of: str, kept: bytes) -> "array[int]":
    """Return the numbers of a type code of ``array``. Raises ValueError for bytes that end within one."""
    return _little_endian(array(of, kept))


def _little_endian(numbers: "array[int]") -> "array[int]":
    """Return the numbers, swapped where the machine has the other order of bytes."""
    if sys.byteorder == "little":
        return numbers
    swapped = numbers[:]
    swapped.byteswap()
    return swapped
