"""QR codes: a text as a square of modules, and as SVG.

Byte mode (the text's UTF-8), error correction level M, versions 1 to 10: up to 213 bytes, 57 × 57 modules.
Source: ISO/IEC 18004:2015; the numbers of its sections stand beside what follows them. A matrix is a square uint8
array of modules, 1 for dark, indexed [row, column].
"""

from html import escape
from itertools import product

import numpy as np
from numpy.typing import NDArray

__all__ = ["TextTooLongError", "matrix", "svg"]

# Version -> (check codewords of a block, data codewords of each block), level M (7.5.1, Table 9).
BLOCKS = {
    1: (10, (16,)),
    2: (16, (28,)),
    3: (26, (44,)),
    4: (18, (32,) * 2),
    5: (24, (43,) * 2),
    6: (16, (27,) * 4),
    7: (18, (31,) * 4),
    8: (22, (38, 38, 39, 39)),
    9: (22, (36, 36, 36, 37, 37)),
    10: (26, (43, 43, 43, 43, 44)),
}
# Version -> the centre of the middle and of the last alignment patterns (Annex E); 6 is always the first.
ALIGNED = {
    1: (),
    2: (18,),
    3: (22,),
    4: (26,),
    5: (30,),
    6: (34,),
    7: (22, 38),
    8: (24, 42),
    9: (26, 46),
    10: (28, 50),
}
QUIET = 4  # light modules around the symbol (9.1)
FREE = 2  # a module that no function pattern holds

Modules = NDArray[np.uint8]


class TextTooLongError(ValueError):
    """The text's UTF-8 is longer than the largest symbol holds."""


def matrix(text: str) -> tuple[tuple[bool, ...], ...]:
    """The symbol of `text`, rows of modules from the top, True for dark, without the quiet zone.

    The smallest version that holds it, under the mask with the least penalty.

    >>> len(matrix("ce_viz"))
    21

    Raises
    ------
    TextTooLongError
        Above 213 bytes.
    """
    data = text.encode()
    version = _version(len(data))
    empty = _function_patterns(version)
    filled = _filled(empty, np.unpackbits(np.frombuffer(_codewords(data, version), np.uint8)))
    best = min((_masked(empty, filled, mask) for mask in range(8)), key=_penalty)
    return tuple(tuple(bool(module) for module in row) for row in best)


def svg(text: str) -> str:
    """The symbol of `text` with its quiet zone, black on white, one user unit a module; its name is the text.

    Raises
    ------
    TextTooLongError
        Above 213 bytes.
    """
    rows = matrix(text)
    side = len(rows) + 2 * QUIET
    dark = "".join(
        f"M{column + QUIET} {row + QUIET}h1v1h-1z"
        for row, modules in enumerate(rows)
        for column, module in enumerate(modules)
        if module
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" role="img" aria-label="{escape(text)}"'
        f' shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{side}v{side}h-{side}z"/><path d="{dark}"/></svg>'
    )


def _version(size: int) -> int:
    """The smallest version whose data codewords hold `size` bytes, the mode and their count (7.4.1, Table 3)."""
    for version, (_, blocks) in BLOCKS.items():
        if 4 + _count_bits(version) + 8 * size <= 8 * sum(blocks):
            return version
    raise TextTooLongError(f"{size} bytes; the largest symbol holds 213")


def _count_bits(version: int) -> int:
    return 8 if version < 10 else 16


def _codewords(data: bytes, version: int) -> bytes:
    """Data and check codewords, block after block interleaved (7.4.10, 7.6)."""
    checks, sizes = BLOCKS[version]
    room = sum(sizes)
    head = 4 + _count_bits(version)
    number = ((0b0100 << _count_bits(version) | len(data)) << 8 * len(data)) | int.from_bytes(data)
    # 4 + 8 k bits so far: the terminator's four zeros always complete a codeword.
    filled = (number << 4).to_bytes((head + 8 * len(data) + 4) // 8)
    padded = (filled + b"\xec\x11" * room)[:room]
    ends = np.cumsum(sizes)
    blocks = [padded[end - size : end] for end, size in zip(ends, sizes, strict=True)]
    corrections = [_check(block, checks) for block in blocks]
    longest = max(sizes)
    return bytes(b[i] for i in range(longest) for b in blocks if i < len(b)) + bytes(
        c[i] for i in range(checks) for c in corrections
    )


def _product(a: int, b: int) -> int:
    """The product in GF(2^8) modulo x^8 + x^4 + x^3 + x^2 + 1 (7.5.2)."""
    total = 0
    for bit in range(8):
        if b >> bit & 1:
            total ^= a << bit
    for bit in range(14, 7, -1):
        if total >> bit & 1:
            total ^= 0x11D << bit - 8
    return total


def _check(block: bytes, count: int) -> bytes:
    """The Reed-Solomon check codewords: the rest of block · x^count by Π (x − 2^k), k < count (7.5.2, Annex A)."""
    divisor, root = [1], 1
    for _ in range(count):
        shifted, times = [*divisor, 0], [0, *(_product(c, root) for c in divisor)]
        divisor = [a ^ b for a, b in zip(shifted, times, strict=True)]
        root = _product(root, 2)
    rest = [0] * count
    for byte in block:
        factor = byte ^ rest[0]
        rest = [a ^ _product(c, factor) for a, c in zip([*rest[1:], 0], divisor[1:], strict=True)]
    return bytes(rest)


def _with_checks(value: int, generator: int) -> int:
    """`value` followed by its BCH check bits (Annexes C and D)."""
    width = generator.bit_length() - 1
    rest = value << width
    while rest.bit_length() > width:
        rest ^= generator << rest.bit_length() - generator.bit_length()
    return value << width | rest


def _function_patterns(version: int) -> Modules:
    """Finder, timing and alignment patterns, version information, the dark module; formats as zeros (6.3, 7.10)."""
    size = 17 + 4 * version
    modules = np.full((size, size), FREE, np.uint8)
    rings = np.maximum(*np.abs(np.mgrid[-4:5, -4:5]))
    finder = np.isin(rings, (0, 1, 3))
    modules[:8, :8], modules[:8, -8:], modules[-8:, :8] = finder[1:, 1:], finder[1:, :8], finder[:8, 1:]
    modules[8, :9] = modules[:9, 8] = modules[8, -8:] = modules[-8:, 8] = 0
    modules[6, 8:-8] = modules[8:-8, 6] = np.arange(size - 16) % 2 == 0
    centres = (6, *ALIGNED[version])
    for row, column in product(centres, repeat=2):
        if min(row, column) > 6 or max(row, column) not in (
            6,
            centres[-1],
        ):  # the finders' three corners have none
            modules[row - 2 : row + 3, column - 2 : column + 3] = np.isin(rings[2:-2, 2:-2], (0, 2))
    if version >= 7:
        bits = _with_checks(version, 0x1F25)
        block = np.array([bits >> i & 1 for i in range(18)]).reshape(6, 3)
        modules[:6, -11:-8], modules[-11:-8, :6] = block, block.T
    return modules


def _filled(empty: Modules, bits: Modules) -> Modules:
    """The symbol with `bits` in their zigzag, two columns at a time from the lower right corner (7.7.3)."""
    size = len(empty)
    pairs = [*range(size - 1, 6, -2), 5, 3, 1]  # column 6 is the timing pattern's
    path = [
        (row, column)
        for turn, right in enumerate(pairs)
        for row in (range(size) if turn % 2 else reversed(range(size)))
        for column in (right, right - 1)
        if empty[row, column] == FREE
    ]
    modules = empty.copy()
    modules[tuple(np.array(path).T)] = np.pad(bits, (0, len(path) - len(bits)))
    return modules


def _masked(empty: Modules, filled: Modules, mask: int) -> Modules:
    """The whole symbol under a mask (7.8.2), with the format information that tells it (7.9)."""
    size = len(empty)
    i, j = np.mgrid[:size, :size]
    inverted = (
        (i + j) % 2,
        i % 2,
        j % 3,
        (i + j) % 3,
        (i // 2 + j // 3) % 2,
        i * j % 2 + i * j % 3,
        (i * j % 2 + i * j % 3) % 2,
        ((i + j) % 2 + i * j % 3) % 2,
    )[mask] == 0
    modules = np.where(empty == FREE, filled ^ inverted, empty)
    bits = _with_checks(mask, 0x537) ^ 0x5412  # level M is 00
    beside = [(8, k) for k in (0, 1, 2, 3, 4, 5, 7, 8)] + [(k, 8) for k in (7, 5, 4, 3, 2, 1, 0)]
    split = [(size - 1 - k, 8) for k in range(7)] + [(8, size - 8 + k) for k in range(8)]
    for places in (beside, split):
        for k, place in enumerate(places):
            modules[place] = bits >> 14 - k & 1
    modules[size - 8, 8] = 1
    return modules


def _penalty(modules: Modules) -> int:
    """How hard the symbol is to read (7.8.3.1): runs, squares, what looks like a finder pattern, too dark or light."""
    total = 0
    for lines in (modules, modules.T):
        for line in lines:
            changes = np.flatnonzero(np.diff(line)) + 1
            runs = np.diff(np.concatenate(([0], changes, [len(line)])))
            total += int(np.sum(runs[runs >= 5] - 2))
            text = "".join(map(str, line))
            for pattern in ("10111010000", "00001011101"):
                total += 40 * sum(text.startswith(pattern, k) for k in range(len(text) - 10))
    same = modules[1:, 1:] + modules[1:, :-1] + modules[:-1, 1:] + modules[:-1, :-1]
    total += 3 * int(np.isin(same, (0, 4)).sum())
    return total + 10 * int(abs(modules.mean() - 0.5) * 20)
