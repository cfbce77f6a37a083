"""Names in several lines, axes of length 1, names in every record, labels with a prefix: what wraps a plain table."""

import json

import numpy as np
import pytest

from ce_viz.core.inspection import inspect_files
from tests.core.inspection.known_files import (
    LABELS,
    LOGITS,
    NAMES,
    PROBS,
    K,
    N,
    answered,
    assert_read,
    csv,
    npz,
    roles,
    scores,
)

WORDS = [NAMES[at] for at in LABELS]
RNG = np.random.default_rng(15)


def table(*above: str, rows=LOGITS, more=()) -> tuple[str, bytes]:
    """Lines above rows of a number that counts, the scores and more columns."""
    below = [
        ",".join(map(str, [at, *row, *rest])) for at, (row, *rest) in enumerate(zip(rows, *more, strict=True))
    ]
    return "a.csv", "\n".join([*above, *below]).encode()


LEVELS = {
    "one name of the upper level over all classes": table(
        ",logits,logits,logits,", ",cat,dog,owl,label", more=[WORDS]
    ),
    "a level over the label too": table(",logits,logits,logits,meta", ",cat,dog,owl,label", more=[WORDS]),
    "levels with names": table("kind,logits,logits,logits,meta", "class,cat,dog,owl,label", more=[WORDS]),
    "the index's own name below": table(
        ",logits,logits,logits,meta", ",cat,dog,owl,label", "id,,,,", more=[WORDS]
    ),
    "one level and the index's name": table("class,cat,dog,owl,label", "id,,,,", more=[WORDS]),
    "a name of the upper level alone": table(",logits,logits,logits,label", ",cat,dog,owl,", more=[WORDS]),
    "the same names twice": table(
        ",pred,pred,pred,true,true,true",
        ",cat,dog,owl,cat,dog,owl",
        rows=PROBS.round(9),
        more=np.eye(K, dtype=int)[LABELS].T,
    ),
}


@pytest.mark.parametrize("kind", LEVELS)
def test_names_in_two_levels_are_one_line_of_names(kind):
    assert_read(inspect_files([LEVELS[kind]]))


@pytest.mark.parametrize("shape", [(N, 1, K), (1, N, K), (N, K, 1), (N, K, 1, 1)])
def test_axes_of_length_1_are_left_out(shape):
    assert_read(inspect_files([npz(logits=LOGITS.reshape(shape), labels=LABELS.reshape(N, 1, 1))]))


def test_one_row_with_axes_of_length_1_stays_a_row():
    result = inspect_files([npz(logits=LOGITS[:1].reshape(1, 1, K), labels=LABELS[:1])])
    assert (result.num_rows, result.num_classes) == (1, K)


def test_an_array_of_three_long_axes_is_refused():
    result = inspect_files([npz(logits=np.zeros((N, 2, K)), labels=LABELS)])
    assert result.error.code == "dimensions"


@pytest.mark.parametrize("names", ["classes", "names"])
def test_names_of_the_classes_may_stand_in_every_record(names):
    records = [
        {"gold": word, names: NAMES, "logits": row} for word, row in zip(WORDS, LOGITS.tolist(), strict=True)
    ]
    lines = "\n".join(map(json.dumps, records)).encode()
    assert_read(inspect_files([("a.jsonl", lines)]))


@pytest.mark.parametrize("prefix", ["class_", "__label__", "breed: ", "animals/"])
def test_what_stands_before_every_label_is_no_part_of_it(prefix):
    assert_read(inspect_files([csv({**scores(), "label": [prefix + word for word in WORDS]})]))


def test_a_prefix_is_left_out_only_where_all_labels_are_classes_then():
    result = inspect_files([csv({**scores(), "label": ["class_cat", "class_bee"] * (N // 2)})])
    assert (result.error.code, result.error.value) == ("label_unknown", "class_cat")


# A column more than the labels count, which nothing tells from the others.

ROWS = 90
MANY = (RNG.normal(size=(ROWS, K + 1)) * 2).round(3)
COUNTED = np.arange(ROWS) % K


@pytest.mark.parametrize("place", range(K + 1))
def test_one_column_too_many_for_the_labels_is_asked_for(place):
    names = ["cat", "dog", "owl"]
    names.insert(place, "x")
    files = [csv({**scores(MANY, names), "label": COUNTED})]
    result = inspect_files(files)
    (question,) = result.questions
    assert (question.code, question.numbers) == ("extra", {"columns": K + 1, "counted": K})
    assert [(option.code, option.name, option.classes) for option in question.options] == [
        ("classes", names[-1], K + 1),
        *(("aside", name, K) for name in names),
    ]
    without = answered(files, result, "x" if place < K else "aside")
    assert without.num_classes == K
    chosen = inspect_files(files, question.options[1 + place].choices)
    assert_read(chosen, np.delete(MANY, place, axis=1), COUNTED)
    assert roles(chosen)["x"] == "other"
    assert_read(answered(files, result, "classes"), MANY, COUNTED)


def test_a_class_without_a_label_among_few_rows_is_none_too_many():
    assert_read(
        inspect_files([csv({**scores(MANY[:50], ["cat", "dog", "owl", "bee"]), "label": COUNTED[:50]})]),
        MANY[:50],
        COUNTED[:50],
    )
