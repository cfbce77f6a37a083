"""Numbers as a person reads them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ce_viz.strings.numbers import field, latex, number, parse, vector

FINITE = st.floats(-1e300, 1e300)


@pytest.mark.parametrize("show", [number, latex])
@given(value=FINITE)
def test_shown_value_parses_back_at_the_shown_precision(show, value):
    assert (
        math.isclose(parse(show(value)), value, rel_tol=0.05, abs_tol=0.0)
        or abs(parse(show(value)) - value) <= 0.0005
    )


@pytest.mark.parametrize("show", [number, latex])
@given(value=FINITE.filter(lambda value: value != 0))
def test_what_is_not_zero_is_never_shown_as_zero(show, value):
    assert parse(show(value)) != 0 or abs(value) < 1e-300


@given(value=st.floats(allow_nan=False))
def test_field_reads_back_exactly(value):
    assert float(field(value)) == value


def test_minus_is_a_minus_sign_for_readers_and_a_hyphen_for_formulas():
    assert (number(-0.5), latex(-0.5)) == ("−0.500", "-0.500")


@pytest.mark.parametrize(
    ("value", "text"),
    [(math.inf, "∞"), (-math.inf, "−∞"), (math.nan, "NaN"), (-0.0, "0.000"), (2.04e-11, "2.0·10⁻¹¹")],
)
def test_number_shows(value, text):
    assert number(value) == text


def test_long_vectors_are_cut_with_an_ellipsis():
    assert vector((1.0,) * 9, at_most=2) == "[1.000, 1.000, …]"
