"""Texts are read strictly and refused with a reason."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ce_viz.settings import readers as inputs
from ce_viz.settings.readers import Refused
from ce_viz.strings.numbers import field

READ_VECTOR = inputs.vector(most=100)


@pytest.mark.parametrize(
    "text",
    [
        "2, 1, 0.1",
        "2 1 0.1",
        "2\t1\t0.1",
        "[2, 1, 0.1]",
        "2\n1\n0.1",
        "(2; 1; .1)",
        "2，1，0.1",
        "２，１，０．１",
        " 2,,1, 0.1 ,",
    ],
)
def test_vector_reads_what_people_paste(text):
    assert READ_VECTOR(text) == (2.0, 1.0, 0.1)


def test_vector_reads_printed_minus_and_infinity():
    assert READ_VECTOR("−1, -∞, -inf, 1e2") == (-1.0, -math.inf, -math.inf, 100.0)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "empty"),
        ("[ ]", "empty"),
        ("a, b", "number"),
        ("nan, 1", "number"),
        ("1e999, 1", "number"),
        ("1_000, 2", "number"),
        ("0x10, 2", "number"),
        ("1\x002, 3", "number"),
        ("٣, 2", "number"),
        (",".join("1" * 101), "count"),
        ("1" * 19_999 + "x", "number"),
        ("1," * 10_001, "text_length"),
    ],
)
def test_vector_refuses(text, rule):
    with pytest.raises(Refused) as refused:
        READ_VECTOR(text)
    assert refused.value.rule == rule


@pytest.mark.parametrize(
    ("text", "rule"), [("21", "range"), ("-1", "range"), ("x", "number"), ("", "number")]
)
def test_real_refuses(text, rule):
    with pytest.raises(Refused) as refused:
        inputs.real(0.05, 20)(text)
    assert refused.value.rule == rule


@pytest.mark.parametrize(
    ("text", "rule"), [("0", "range"), ("1.5", "whole"), ("", "whole"), ("9" * 50, "whole")]
)
def test_whole_refuses(text, rule):
    with pytest.raises(Refused) as refused:
        inputs.whole(1, 100)(text)
    assert refused.value.rule == rule


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("x" * 10_000, "name_length"),
        ("a, " + "b" * 25, "name_length"),
        ("a\x00b", "name_letters"),
        ("\u202eabc", "name_letters"),
    ],
)
def test_names_refuse(text, rule):
    with pytest.raises(Refused) as refused:
        inputs.names(most=100)(text)
    assert refused.value.rule == rule


def test_names_keep_emoji_markup_and_other_scripts_as_text():
    assert inputs.names(most=100)("🐱, <b>x</b>, $y$, שלום, 猫") == ("🐱", "<b>x</b>", "$y$", "שלום", "猫")


@given(st.text())
def test_readers_return_a_value_or_refuse_with_a_short_excerpt(text):
    for read in (
        READ_VECTOR,
        inputs.real(0, 1),
        inputs.whole(1, 9),
        inputs.names(most=9),
        inputs.flag,
        inputs.cell,
    ):
        try:
            read(text)
        except Refused as refused:
            assert len(refused.value) <= 40
            assert refused.value.isprintable()


@given(st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=100))
def test_vector_reads_back_what_fields_show(values):
    assert READ_VECTOR(", ".join(map(field, values))) == tuple(values)
