"""Random tables, written as programs write them, come back as they were, or an answer to a question is right."""

import pytest

from ce_viz.core.inspection import Inspection, inspect_files
from tests.core.inspection.reading.layouts import ARRAYS, PLAIN, TWO_FILES, Known, known

SEEDS = 40


def is_right(table: Known, result: Inspection) -> bool:
    return (
        result.error is None
        and not result.questions
        and result.num_classes == table.logits.shape[1]
        and result.accuracy == pytest.approx(table.accuracy, abs=1e-12)
        and result.mean_loss == pytest.approx(table.loss, abs=1e-6)
    )


def some_answer_is_right(table: Known, result: Inspection, choices: dict[str, str], depth: int = 3) -> bool:
    if not result.questions:
        return is_right(table, result)
    answers = [{**choices, **option.choices} for option in result.questions[0].options]
    return depth > 0 and any(
        some_answer_is_right(table, inspect_files(table.files, answer), answer, depth - 1)
        for answer in answers
    )


@pytest.mark.parametrize("layout", [*PLAIN, *ARRAYS, *TWO_FILES])
def test_a_table_comes_back_or_is_asked_about(layout):
    assert check(layout) <= SEEDS // 10


@pytest.mark.parametrize("layout", PLAIN)
def test_names_that_say_nothing_are_made_up_for_by_values(layout):
    assert check(layout, strange=True) <= SEEDS // 4


@pytest.mark.parametrize("layout", [*PLAIN, "two_csv", "two_csv_words"])
@pytest.mark.parametrize("strange", [True, False])
def test_probabilities_come_back_as_what_they_are(layout, strange):
    check(layout, strange=strange, probs=True)


def check(layout: str, **options: bool) -> int:
    """How many tables of the layout led to a question; each of them came back, or an answer was right."""
    asked = 0
    for seed in range(SEEDS):
        table = known(seed, layout, **options)
        result = inspect_files(table.files)
        asked += bool(result.questions)
        if result.questions:
            assert result.accuracy is None, table.about
            assert not result.sound, table.about
        assert some_answer_is_right(table, result, {}), table.about
    return asked
