"""The numbers in the proof's formulas are the core's, and each line's arithmetic is right."""

import math
import re
from functools import cache

import pytest
from hypothesis import given as hypothesis_given
from hypothesis import settings
from hypothesis import strategies as st

from ce_viz.core import Scenario, explain
from ce_viz.core.studies.derivation import derive
from ce_viz.pages.derivation.settings import NUM_STEPS
from ce_viz.pages.derivation.steps import STEPS as TABLE
from ce_viz.pages.derivation.symbols import Letters
from ce_viz.pages.latex_pieces import computed, given, matrix, plus, relation, vector
from ce_viz.strings.numbers import parse, shows
from tests.for_each import for_each
from tests.pages.latex_values import matrices, misprints, results, statements

STEPS = range(1, NUM_STEPS + 1)
MODERATE = {
    "default": Scenario(),
    "smoothed": Scenario(mode="smoothed"),
    "warm": Scenario(mode="smoothed", temperature=2.0),
    "cold, not one": Scenario((1.0, -0.5, 0.2), (0.7, 0.7, 0.1), mode="soft", temperature=0.5),
    "two classes": Scenario((0.3, -0.4)),
    "four classes": Scenario((1.0, 0.5, 0.0, -0.5), (0.4, 0.3, 0.2, 0.1), mode="soft"),
    "shifted": Scenario((12.0, 11.0, 10.5), label=2, mode="smoothed"),
}
ODD = {
    "huge": Scenario((1000.0, 0.0, -1000.0), temperature=0.5),
    "sure": Scenario((25.0, 1.0, 0.0)),
    "masked": Scenario((2.0, 1.0, -math.inf, 0.5)),
    "no weight": Scenario(targets=(0.0, 0.0, 0.0), mode="soft"),
    "many": Scenario(tuple(round(2.5 * math.sin(1.7 * k), 1) for k in range(30)), label=7, mode="smoothed"),
    "hundred": Scenario(tuple(float(k % 7) for k in range(100)), temperature=0.05),
}
EVERY = MODERATE | ODD
X = (1.5, -2.0)


@cache
def proofs(scenario):
    explanation = explain(scenario)
    few = range(min(explanation.num_classes, 4))
    return [derive(explanation, i, j, X) for i in few for j in few]


def letters(scenario):
    return Letters(
        scaled=scenario.temperature != 1,
        sums_to_one=abs(sum(scenario.effective_targets) - 1) < 1e-9,
        one_hot="one-hot",
        smoothed="smoothed",
    )


def numbers(step, proof, letters):
    return TABLE[step - 1].numbers(TABLE[step - 1].at_case(proof), letters)


def symbols(step, letters):
    return TABLE[step - 1].symbols(letters)


def case(step, proof):
    """The cell that a step is about."""
    at = TABLE[step - 1].at_case(proof)
    return at.i, at.j


def indices(step, proof):
    return TABLE[step - 1].indices(TABLE[step - 1].at_case(proof))


def test_table_holds_as_many_steps_as_links_may_name():
    assert len(TABLE) == NUM_STEPS


def expected(step, proof):
    """What the bold numbers of a step must be."""
    e, i, j = proof.explanation, proof.i, proof.j
    terms = range(e.num_classes)
    if e.num_classes > 4:
        neighbours = [k for k in terms if k not in (j, proof.other)][:2]
        terms = sorted({j, proof.other, *neighbours})
    measured = [e.finite_difference[j]] if math.isfinite(e.loss) else []
    return {
        1: [proof.logits_sum],
        2: [e.probs[i]] * (1 if proof.shifted else 2),
        3: [e.jacobian[i, j]],
        4: [e.jacobian[j, j]],
        5: [e.jacobian[case(5, proof)]],
        6: [0.0],
        7: [e.loss, e.probs_grad[i]],
        8: [e.chain_rule[k, j] for k in terms],
        9: [e.logits_grad[j]],
        10: [e.logits_grad[j]],
        11: [],
        12: [e.loss, e.logits_grad[j], *measured],
    }[step]


@for_each("step", STEPS)
@pytest.mark.parametrize("scenario", EVERY.values(), ids=EVERY)
def test_bold_numbers_parse_back_to_the_cores(scenario, step):
    for proof in proofs(scenario):
        texts, values = results(numbers(step, proof, letters(scenario))), expected(step, proof)
        assert len(texts) == len(values)
        for text, value in zip(texts, values, strict=True):
            assert _is_beyond_float64(text, value) or shows(text, float(value)), (texts, values)


def _is_beyond_float64(text, value):
    """Whether ``text`` is a power of e where the core's number has become infinite."""
    return re.fullmatch(r"-([\d.]+ \\cdot )?e\^\{\d+\}", text) and value == -math.inf


@for_each("step", [k for k in STEPS if k not in (1, 6, 11)])
@pytest.mark.parametrize("scenario", MODERATE.values(), ids=MODERATE)
def test_steps_have_lines_of_numbers(scenario, step):
    for proof in proofs(scenario):
        assert statements(numbers(step, proof, letters(scenario)))


@for_each("step", STEPS)
@pytest.mark.parametrize("scenario", EVERY.values(), ids=EVERY)
def test_printed_numbers_give_the_printed_result(scenario, step):
    for proof in proofs(scenario):
        text = numbers(step, proof, letters(scenario))
        assert misprints(text) == [], text


LOGIT = st.one_of(
    st.floats(-6, 6), st.integers(-3, 3).map(float), st.sampled_from([0.1, 40.0, 1000.0, -math.inf])
)
WEIGHT = st.one_of(st.floats(0, 2), st.sampled_from([0.0, 1.0, 0.3, 1 / 3]))


@st.composite
def scenarios(draw):
    count = draw(st.integers(2, 5))
    logits = draw(st.lists(LOGIT, min_size=count, max_size=count).filter(lambda row: max(row) > -math.inf))
    targets = draw(st.lists(WEIGHT, min_size=count, max_size=count))
    temperature = draw(st.sampled_from([1.0, 1.0, 2.0, 0.35, 3.0]))
    mode = draw(st.sampled_from(["one-hot", "smoothed", "soft"]))
    return Scenario(tuple(logits), tuple(targets), mode=mode, temperature=temperature)


@settings(max_examples=40)
@hypothesis_given(scenario=scenarios())
def test_printed_numbers_give_the_printed_result_whatever_the_numbers(scenario):
    explanation = explain(scenario)
    for proof in (derive(explanation, 0, 1, X), derive(explanation, 1, 1, X)):
        texts = {step: numbers(step, proof, letters(scenario)) for step in STEPS}
        assert {step: text for step, text in texts.items() if misprints(text)} == {}


@pytest.mark.parametrize("step", [8, 9])
def test_a_weight_of_zero_has_no_sign(step):
    for proof in proofs(Scenario()):
        text = numbers(step, proof, letters(Scenario()))
        assert "-0 " not in text
        assert "-\\left(0" not in text


def test_what_was_not_rounded_is_equal_and_not_nearly_so():
    text = numbers(9, derive(explain(Scenario((0.0, 0.0), label=0)), 0, 0, X), letters(Scenario()))
    assert r"\approx" not in text


def test_an_output_too_small_for_float64_leaves_a_power_of_e():
    huge = Scenario((1000.0, 0.0, -1000.0))
    assert results(numbers(7, derive(explain(huge), 1, 1, X), letters(huge)))[-1] == "-e^{1000}"


@pytest.mark.parametrize("scenario", MODERATE.values(), ids=MODERATE)
def test_matrices_of_the_jacobian_parse_back(scenario):
    proof = proofs(scenario)[1]
    diagonal, outer, entries = matrices(numbers(6, proof, letters(scenario)))
    for i, row in enumerate(proof.explanation.jacobian):
        for j, value in enumerate(row):
            assert shows(diagonal[i][j], proof.explanation.probs[i] * (i == j))
            assert shows(outer[i][j], proof.probs_outer[i, j])
            assert shows(entries[i][j], value)


@pytest.mark.parametrize("scenario", MODERATE.values(), ids=MODERATE)
def test_weight_gradient_is_written_as_column_times_row(scenario):
    proof = proofs(scenario)[0]
    column, row, entries = matrices(numbers(11, proof, letters(scenario)))
    assert [parse(text) for text in row[0]] == list(X)
    for k, gradient in enumerate(proof.explanation.logits_grad):
        assert shows(column[k][0], gradient)
        assert all(shows(text, gradient * x) for text, x in zip(entries[k], X, strict=True))


@for_each("step", STEPS)
@pytest.mark.parametrize("scenario", EVERY.values(), ids=EVERY)
def test_braces_and_environments_close(scenario, step):
    for text in (numbers(step, proofs(scenario)[-1], letters(scenario)), symbols(step, letters(scenario))):
        assert text.count("{") == text.count("}")
        for environment in ("aligned", "gathered", "bmatrix", "cases"):
            assert text.count(rf"\begin{{{environment}}}") == text.count(rf"\end{{{environment}}}")
        assert text.count(r"\left") == text.count(r"\right")


@pytest.mark.parametrize("step", [2, 3, 4, 5, 6, 8, 9, 10, 11, 12])
def test_temperature_is_carried_through_the_letters(step):
    def of(scaled):
        return symbols(step, Letters(scaled=scaled, sums_to_one=True, one_hot="a", smoothed="b"))

    assert "T}" in of(True)
    assert "{T}" not in of(False)
    assert "/T" not in of(False)


@pytest.mark.parametrize("step", [1, 7])
def test_steps_without_a_derivative_by_a_logit_know_no_temperature(step):
    warm = Letters(scaled=True, sums_to_one=True, one_hot="a", smoothed="b")
    assert symbols(step, warm) == symbols(
        step, Letters(scaled=False, sums_to_one=True, one_hot="a", smoothed="b")
    )


def test_cancelled_outputs_are_struck_through():
    assert symbols(8, letters(Scenario())).count(r"\cancel{S_i}") == 2
    assert symbols(8, letters(Scenario())).count(r"\cancel{S_j}") == 2


def test_upstream_names_the_shape_of_every_factor():
    text = symbols(11, letters(Scenario()))
    for shape in (
        r"K \times D",
        r"1 \times K",
        r"K \times K",
        r"K \times (K \times D)",
        r"K \times 1",
        r"1 \times D",
    ):
        assert rf"\underset{{{shape}}}" in text
    assert r"\underset{3 \times 2}" in numbers(11, proofs(Scenario())[0], letters(Scenario()))


def test_labels_that_do_not_sum_to_one_are_told_apart():
    not_one = MODERATE["cold, not one"]
    text = numbers(10, proofs(not_one)[0], letters(not_one))
    assert r"= 1.5 \ne 1" in text
    assert r"(S_j - y_j) \approx -0.5" in text
    assert r"\ne 1" not in numbers(10, proofs(Scenario())[0], letters(Scenario()))
    assert r"\sum y - y" in symbols(11, letters(not_one))


def test_case_keeps_the_logit_and_takes_an_output_that_fits():
    same, apart = derive(explain(Scenario()), 1, 1, X), derive(explain(Scenario()), 2, 1, X)
    assert [case(4, same), case(4, apart)] == [(1, 1), (1, 1)]
    assert [case(5, same), case(5, apart)] == [(0, 1), (2, 1)]
    assert [case(3, same), case(8, apart)] == [(1, 1), (2, 1)]


def test_indices_name_only_what_the_numbers_are_about():
    proof = derive(explain(Scenario()), 0, 1, X)
    assert [indices(step, proof) for step in (1, 2, 3, 4, 5, 6, 7, 8, 12)] == [
        *("", "i = 1", "i = 1, j = 2", "i = j = 2", "i = 1, j = 2", "i = 1", "i = 1", "j = 2", "j = 2")
    ]


@pytest.mark.parametrize(
    ("value", "text"), [(2.0, "2"), (0.1, "0.1"), (-1000.0, "-1000"), (1 / 3, "0.333"), (0.0, "0")]
)
def test_given_numbers_stand_as_they_were_given(value, text):
    assert given(value) == text


def test_a_number_written_with_a_power_of_ten_keeps_its_second_digit():
    assert computed(-4.85e8) == r"-4.8\cdot10^{8}"


def test_sign_tells_rounded_numbers_from_exact_ones():
    assert relation(0.5, 2.0) == "="
    assert relation(0.5, 1 / 3) == r"\approx"


def test_long_sums_vectors_and_matrices_lose_their_middle():
    texts = [str(k) for k in range(9)]
    assert plus(texts) == r"0 + 1 + \cdots + 8"
    assert plus(["1", "-2"]) == "1 - 2"
    assert vector(texts) == r"\left(0,\ 1,\ 2,\ \dots,\ 8\right)"
    assert matrices(matrix([texts] * 9))[0] == [
        ["0", "1", r"\cdots", "8"],
        ["0", "1", r"\cdots", "8"],
        [r"\vdots", r"\vdots", r"\ddots", r"\vdots"],
        ["0", "1", r"\cdots", "8"],
    ]
