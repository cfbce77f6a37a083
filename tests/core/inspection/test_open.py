"""Tables in which names, two classes, parts of the data or two files leave something open: settled, or asked for."""

import numpy as np
import pytest

from ce_viz.core.inspection import inspect_files
from tests.core.inspection.known_files import (
    LABELS,
    LOGITS,
    PREDICTED,
    K,
    N,
    answered,
    assert_read,
    csv,
    npy,
    npz,
    scores,
)

RNG = np.random.default_rng(16)
IDS = [f"img_{at:03d}.jpg" for at in RNG.permutation(N)]
ORDER = RNG.permutation(N)
AGE, BMI = RNG.uniform(20, 80, N).round(1), RNG.uniform(18, 35, N).round(1)

# Two classes.

TWO, SIGN = LABELS % 2, (LABELS % 2) * 2 - 1
PAIR = np.stack([np.zeros(N), np.where(TWO == 1, 1.0, -1.0) + RNG.normal(size=N)], axis=1)


def test_yes_is_1_wherever_it_stands():
    for names in (["no", "yes"], ["yes", "no"], ["True", "False"], ["positive", "negative"]):
        order = [0, 1] if names == ["no", "yes"] else [1, 0]
        assert_read(inspect_files([csv({**scores(PAIR[:, order], names=names), "label": TWO})]), PAIR, TWO)
    assert_read(inspect_files([npz(decision=PAIR, y=SIGN)]), PAIR, TWO)


def test_which_of_two_words_is_1_is_asked_where_most_labels_would_be_wrong():
    files = [csv({"spam": PAIR[:, 1], "ham": PAIR[:, 0], "label": TWO})]
    result = inspect_files(files)
    assert [question.code for question in result.questions] == ["positive"]
    assert_read(answered(files, result, "spam"), PAIR, TWO)
    assert_read(answered(files, result, "ham"), PAIR, 1 - TWO)


@pytest.mark.parametrize("sides", [{"age": AGE}, {"age": AGE, "bmi": BMI}, {"age": AGE.astype(int)}])
def test_a_single_score_beside_features_is_asked_for(sides):
    files = [csv({**sides, "probability": 1 / (1 + np.exp(-PAIR[:, 1])), "label": TWO})]
    result = inspect_files(files)
    assert [question.code for question in result.questions] == ["scores"]
    alone = answered(files, result, "probability")
    assert [question.code for question in alone.questions] == ["binary"]


@pytest.mark.parametrize("name", ["error", "loss", "date", "score"])
def test_three_rows_do_not_tell_whether_a_column_is_a_class_that_never_occurs(name):
    values, truth = np.array([[2, 0.5, 0.1], [0.3, 1.9, 0.2], [1.4, 0.2, 0.1]]), np.array([0, 1, 0])
    files = [csv({**scores(values, names=["alpha", "omega", name]), "label": truth})]
    result = inspect_files(files)
    assert result.questions
    assert any(
        inspect_files(files, option.choices).num_classes == 3 for option in result.questions[0].options
    )


def test_one_number_a_row_is_joined_by_ids_and_read_without_names():
    score = {"id": IDS, "score": PAIR[:, 1]}
    files = [csv(score, "s.csv"), csv({"id": [IDS[at] for at in ORDER], "label": TWO[ORDER]}, "l.csv")]
    bare = [("a.csv", "\n".join(f"{v},{at}" for v, at in zip(PAIR[:, 1], TWO, strict=True)).encode())]
    for given in (files, bare):
        result = inspect_files(given)
        (question,) = result.questions
        option = next(one for one in question.options if one.choices == {"?binary": "logit 1"})
        assert option.accuracy == ((PAIR[:, 1] > 0) == TWO).mean()


# Parts of the data.


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("is_test", ["False", "True"]), ("is_valid", ["0", "1"]), ("split", ["0", "1"]), ("Set", ["Train", "Test"]),
        ("in_holdout", ["no", "yes"]),
    ],
)  # fmt: skip
def test_parts_told_by_yes_and_no_are_asked_for(name, cells):
    part = np.arange(N) % 3 == 0
    files = [csv({name: [cells[int(held)] for held in part], **scores(), "label": LABELS})]
    result = inspect_files(files)
    assert [question.code for question in result.questions] == ["rows"]
    chosen = next(one for one in result.questions[0].options if one.choices == {"?rows": cells[1]})
    assert_read(inspect_files(files, chosen.choices), LOGITS[part], LABELS[part])


def test_folds_are_no_parts():
    assert_read(inspect_files([csv({"fold": np.arange(N) % 4, **scores(), "label": LABELS})]))


# Two files.

SCORES = csv({"id": IDS, **scores()}, "scores.csv")


def labels(keys: list[str], key: str = "id", **more) -> tuple[str, bytes]:
    return csv({key: keys, **more, "label": LABELS[ORDER]}, "labels.csv")


JOINED = {
    "other columns": labels([IDS[at] for at in ORDER], age=AGE, site=np.arange(N) % 2),
    "capitals and spaces": labels([f"{IDS[at].upper()} " for at in ORDER]),
    "folders": labels([f"data/test/{IDS[at]}" for at in ORDER], "path"),
    "without endings": labels([IDS[at].removesuffix(".jpg") for at in ORDER]),
    "an id twice with one label": (
        "b.csv",
        labels([IDS[at] for at in ORDER])[1] + f"\n{IDS[5]},{LABELS[5]}".encode(),
    ),
}


@pytest.mark.parametrize("case", JOINED)
def test_ids_are_joined_however_they_are_written(case):
    assert_read(inspect_files([SCORES, JOINED[case]]))


@pytest.mark.parametrize("names", [["cat", "dog", "owl"], ["x", "y", "z"]])
@pytest.mark.parametrize("turned", [True, False])
def test_target_rows_of_a_second_file_are_joined_and_stand_under_the_same_names(names, turned):
    order = [2, 0, 1]
    hot = np.eye(K, dtype=int)[LABELS][ORDER][:, order]
    truth = csv(
        {"id": [IDS[at] for at in ORDER], **scores(hot, names=[names[at] for at in order])}, "truth.csv"
    )
    files = [csv({"id": IDS, **scores(names=names)}, "scores.csv"), truth]
    assert_read(inspect_files(files[::-1] if turned else files))


def test_ids_may_be_unique_only_together():
    patient, slice_ = np.arange(N) // 10, np.arange(N) % 10
    first = csv({"patient": patient, "slice": slice_, **scores()}, "a.csv")
    second = csv({"patient": patient[ORDER], "slice": slice_[ORDER], "label": LABELS[ORDER]}, "b.csv")
    assert_read(inspect_files([first, second]))


def test_an_id_with_two_labels_is_refused_as_that():
    wrong = labels([IDS[at] for at in ORDER])[1] + f"\n{IDS[5]},{(LABELS[5] + 1) % K}".encode()
    error = inspect_files([SCORES, ("b.csv", wrong)]).error
    assert (error.code, error.value, error.limits) == ("same_id", IDS[5], {"names": "id"})


def test_a_file_that_is_called_predictions_is_never_the_truth():
    files = [npy(LOGITS, "logits.npy"), npy(PREDICTED, "preds.npy")]
    error = inspect_files(files).error
    assert (error.code, error.value) == ("only_predictions", "preds.npy")
    assert_read(inspect_files([*files, npy(LABELS, "labels.npy")]))
