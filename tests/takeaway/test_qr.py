"""QR codes, read back by a decoder that shares nothing with the encoder."""

import re

import numpy as np
import pytest
import zxingcpp

from ce_viz.takeaway import qr

HOLDS = {
    1: 14,
    2: 26,
    3: 42,
    4: 62,
    5: 84,
    6: 106,
    7: 122,
    8: 152,
    9: 180,
    10: 213,
}  # bytes, ISO/IEC 18004 Table 7
EDGES = [(version, HOLDS.get(version - 1, -1) + 1) for version in HOLDS] + list(HOLDS.items())


def text(size: int) -> str:
    """An address of `size` bytes."""
    return ("http://hall.example/?logits=2,1,0.1&present=1&hide=" + "jacobian,chain_rule," * 9)[:size]


def picture(modules) -> np.ndarray:
    """Grey values, four pixels a module, with the quiet zone."""
    light = np.where(np.array(modules), 0, 255).astype(np.uint8)
    return np.pad(light, 4, constant_values=255).repeat(4, 0).repeat(4, 1)


def read(modules):
    (code,) = zxingcpp.read_barcodes(picture(modules))
    return code


@pytest.mark.parametrize(("version", "size"), EDGES)
def test_every_version_is_read_back_from_its_shortest_to_its_longest_text(version, size):
    modules = qr.matrix(text(size))
    assert len(modules) == 17 + 4 * version
    if size:  # the decoder takes an empty text for no code
        code = read(modules)
        assert (code.text, code.ec_level) == (text(size), "M")


@pytest.mark.parametrize("words", ["names=猫,狗,猫头鹰", "é", "σ(o) = e^o / Σ e^o", "\U0001f989" * 53])
def test_words_beyond_ascii_are_read_back(words):
    assert read(qr.matrix(words)).text == words


def test_a_longer_text_is_refused():
    assert len(qr.matrix("é" * 106)) == 57
    with pytest.raises(qr.TextTooLongError):
        qr.matrix("é" * 107)
    with pytest.raises(qr.TextTooLongError):
        qr.svg("x" * 214)


@pytest.mark.parametrize("version", HOLDS)
def test_a_torn_symbol_is_still_read(version):
    words = text(HOLDS[version])
    modules = np.array(qr.matrix(words))
    # Whole codewords lie two columns wide and four rows high; a block of version 1 stands four wrong ones.
    for k in range(4 if version == 1 else 5):
        rows, columns = (
            slice(9 + 4 * (k % 2), 13 + 4 * (k % 2)),
            slice(-2 * (k // 2 + 1), len(modules) - 2 * (k // 2)),
        )
        modules[rows, columns] ^= True
        assert read(modules).text == words


def test_svg_paints_the_matrix_and_names_its_text():
    words = 'https://hall.example/?a="<1>"&b=2'
    drawn = qr.svg(words)
    dark = {(int(row) - 4, int(column) - 4) for column, row in re.findall(r"M(\d+) (\d+)h1v1h-1z", drawn)}
    modules = qr.matrix(words)
    assert dark == {(i, j) for i, row in enumerate(modules) for j, module in enumerate(row) if module}
    assert f'viewBox="0 0 {len(modules) + 8} {len(modules) + 8}"' in drawn
    assert 'aria-label="https://hall.example/?a=&quot;&lt;1&gt;&quot;&amp;b=2"' in drawn


@pytest.mark.parametrize(
    ("rows", "penalty"),
    [
        (["0101010", "1010101"] * 3, 0),
        (["0101010", "0000000"], 5 + 50),  # a run of seven; 3 of 14 dark, 29 % from the half
        (["01010110", "10101010"] * 4, 6 + 6),  # the last two columns are runs of eight
        (["00", "00"], 3 + 100),  # one square; 50 % from the half
        (["0101110100001", "1010001011110"], 40),  # 1011101 beside four light ones, once
    ],
)
def test_penalty_counts_what_the_standard_counts(rows, penalty):
    assert qr._penalty(np.array([[int(module) for module in row] for row in rows], np.uint8)) == penalty


def test_mask_has_the_least_penalty():
    words = text(100)
    version = qr._version(len(words))
    empty = qr._function_patterns(version)
    filled = qr._filled(empty, np.unpackbits(np.frombuffer(qr._codewords(words.encode(), version), np.uint8)))
    penalties = [qr._penalty(qr._masked(empty, filled, mask)) for mask in range(8)]
    assert len(set(penalties)) > 1
    assert qr._penalty(np.array(qr.matrix(words), np.uint8)) == min(penalties)


@pytest.mark.parametrize("mask", range(8))
def test_every_mask_is_read_back(mask):
    empty = qr._function_patterns(3)
    filled = qr._filled(
        empty, np.unpackbits(np.frombuffer(qr._codewords(b"ce_viz at the back row", 3), np.uint8))
    )
    assert read(qr._masked(empty, filled, mask)).text == "ce_viz at the back row"
