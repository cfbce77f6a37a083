"""What columns and arrays are taken for: never a prediction for the truth, never a side column for a class."""

import json

import numpy as np
import pytest

from ce_viz.core.inspection import inspect_files
from tests.core.inspection.known_files import (
    LABELS,
    LOGITS,
    NAMES,
    PREDICTED,
    PROBS,
    K,
    N,
    accuracy,
    answered,
    assert_read,
    csv,
    npz,
    roles,
    scores,
)
from tests.for_each import for_each

RNG = np.random.default_rng(12)

# Predictions, ids and confidences are never the truth.

PREDICTIONS_BESIDE = {
    "y_pred, y_proba, y_test": npz(y_pred=PREDICTED, y_proba=PROBS, y_test=LABELS),
    "logits, preds, ys": npz(logits=LOGITS, preds=PREDICTED, ys=LABELS),
    "indices, predictions, label_ids": npz(indices=np.arange(N)[::-1], predictions=LOGITS, label_ids=LABELS),
    "outputs, predicted, actual": npz(outputs=LOGITS, predicted=PREDICTED, actual=LABELS),
    "probs, y_hat, y": npz(probs=PROBS, y_hat=PREDICTED, y=LABELS),
    "scores, argmax, reference": npz(scores=LOGITS, argmax=PREDICTED, reference=LABELS),
    "the prediction without a name for it": npz(logits=LOGITS, foo=PREDICTED, bar=LABELS),
    "arrays of embeddings": npz(embeddings=RNG.normal(size=(N, 8)), logits=LOGITS, labels=LABELS),
    "predictions first": npz(
        pred_labels=PREDICTED, confidences=PROBS.max(axis=1), logits=LOGITS, true_labels=LABELS
    ),
    "logits and their softmax": npz(probabilities=PROBS, logits=LOGITS, label=LABELS),
    "Keras": npz(y_pred=PROBS, y_true=np.eye(K)[LABELS]),
    "one-hot truth without names": npz(arr_0=LOGITS, arr_1=np.eye(K)[LABELS]),
    "lines": (
        "a.jsonl",
        "\n".join(
            json.dumps(
                {"idx": at, "logits": row, "prediction": int(PREDICTED[at]), "gold_label": int(LABELS[at])}
            )
            for at, row in enumerate(LOGITS.tolist())
        ).encode(),
    ),
    "lines of words": (
        "a.jsonl",
        "\n".join(
            json.dumps(
                {
                    "label": NAMES[LABELS[at]],
                    "pred": NAMES[PREDICTED[at]],
                    "scores": dict(zip(NAMES, row, strict=True)),
                }
            )
            for at, row in enumerate(LOGITS.tolist())
        ).encode(),
    ),
    "columns": csv({**scores(), "prediction": PREDICTED, "label": LABELS}),
    "words of a name unknown": csv(
        {"model_says": [NAMES[at] for at in PREDICTED], **scores(), "Species": [NAMES[at] for at in LABELS]}
    ),
}


@pytest.mark.parametrize("case", PREDICTIONS_BESIDE)
def test_predictions_are_never_taken_for_the_truth(case):
    assert_read(inspect_files([PREDICTIONS_BESIDE[case]]))


def test_with_predictions_alone_the_truth_is_missed():
    for file in (npz(logits=LOGITS, y_pred=PREDICTED), csv({**scores(), "prediction": PREDICTED})):
        error = inspect_files([file]).error
        assert error.code == "only_predictions"
        assert error.value in ("y_pred", "prediction")


@pytest.mark.parametrize("names", [("label", "target"), ("foo", "bar")])
def test_several_candidates_for_the_truth_are_asked_for_with_what_follows(names):
    other = np.roll(LABELS, 1)
    files = [csv({**scores(), names[0]: LABELS, names[1]: other})]
    result = inspect_files(files)
    (question,) = result.questions
    assert question.code == "label"
    assert {option.name: option.rows for option in question.options} == {names[0]: N, names[1]: N}
    assert [option.accuracy for option in question.options] == [
        accuracy(LOGITS, LABELS),
        accuracy(LOGITS, other),
    ]
    assert (result.accuracy, result.mean_loss, result.analysis, result.sound) == (None, None, None, False)
    assert_read(answered(files, result, names[0]))
    assert_read(answered(files, result, names[1]), labels=other)


def test_a_label_that_repeats_the_scores_beside_another_that_does_not_is_asked_for():
    result = inspect_files([csv({**scores(), "label": PREDICTED, "checked_by_hand": LABELS})])
    assert [question.code for question in result.questions] == ["label"]


def test_two_columns_that_say_the_same_are_no_question():
    words = [NAMES[at] for at in LABELS]
    assert_read(inspect_files([csv({**scores(), "label": words, "label_id": LABELS, "class_name": words})]))


# Names that are numbers.


@pytest.mark.parametrize(
    ("names", "values"),
    [
        (["0", "1", "2"], [0, 1, 2]),
        (["1", "2", "3"], [1, 2, 3]),
        (["3", "8", "5"], [3, 8, 5]),
        (["2", "1", "0"], [2, 1, 0]),
        (["1", "10", "2"], [1, 10, 2]),
        (["-1", "0", "1"], [-1, 0, 1]),
        (["1.0", "2.0", "0.0"], [1, 2, 0]),
    ],
)
@pytest.mark.parametrize("prefix", ["", "prob_", "class_", "c"])
def test_labels_are_matched_by_the_value_of_names_that_are_numbers(names, values, prefix):
    if prefix and any("-" in name or "." in name for name in names):
        return
    assert_read(
        inspect_files([csv({**scores(names=names, prefix=prefix), "label": np.array(values)[LABELS]})])
    )


def test_names_from_one_with_labels_from_zero_are_positions():
    assert_read(inspect_files([csv({**scores(names=["1", "2", "3"]), "label": LABELS})]))


def test_an_ignored_label_does_not_turn_values_into_positions():
    labels = np.array([3, 4, 5])[LABELS]
    labels[0] = -100
    result = inspect_files([csv({**scores(names=["3", "4", "5"]), "label": labels})])
    assert result.accuracy == pytest.approx(accuracy(LOGITS[1:], LABELS[1:]))
    assert [finding.code for finding in result.findings] == ["label_range"]


def test_where_positions_are_right_more_often_than_values_it_is_asked():
    files = [csv({**scores(names=["2", "0", "1"]), "label": LABELS})]
    result = inspect_files(files)
    assert [question.code for question in result.questions] == ["match"]
    assert_read(answered(files, result, "by_position"))


def test_names_that_are_numbers_stay_text_in_json():
    document = {
        "logits": LOGITS.tolist(),
        "labels": [["0", "1", "10"][at] for at in LABELS],
        "names": ["0", "1", "10"],
    }
    result = inspect_files([("a.json", json.dumps(document).encode())])
    assert_read(result)
    assert result.table.class_names == ("0", "1", "10")


# Capitals.


def test_capital_letters_tell_classes_apart_and_only_else_do_not_matter():
    words = np.array(["a", "A", "b"])[LABELS]
    assert_read(inspect_files([csv({**scores(names=["a", "A", "b"]), "label": words})]))
    assert_read(
        inspect_files([csv({**scores(names=["a", "A", "b"]), "label": np.where(words == "b", "B", words)})])
    )
    assert_read(
        inspect_files([csv({**scores(names=["Cat", "DOG", "owl"]), "label": [NAMES[at] for at in LABELS]})])
    )


def test_a_word_that_could_be_two_classes_is_refused():
    error = inspect_files([csv({**scores(names=["ab", "AB", "c"]), "label": ["Ab"] * N})]).error
    assert (error.code, error.value) == ("label_unknown", "Ab")


# Side columns and classes of strange names.

SIDES = {
    "y_pred": PREDICTED,
    "predictions": PREDICTED,
    "SampleId": RNG.permutation(N) + 100,
    "ImageId": RNG.permutation(N),
    "rowIndex": np.arange(N),
    "timestamp": 1_700_000_000.5 + np.arange(N),
    "sample_weight": RNG.uniform(0.5, 2, N).round(3),
    "pred_uct": 1 - PROBS.max(axis=1),
    "confidence": PROBS.max(axis=1),
    "entropy": -(PROBS * np.log(PROBS)).sum(axis=1),
    "lfdnr": np.arange(N) + 7,
    "when": 1_700_000_000 + 3 * np.arange(N),
    "Unnamed: 0": np.arange(N),
    "is_correct": (PREDICTED == LABELS).astype(int),
    "fold": np.arange(N) % 5,
    "nll": -np.log(PROBS[np.arange(N), LABELS]),
    "my_own_guess": PREDICTED,
}


@for_each("numbers", [True, False])
@for_each("place", [0, 2, 9])
@for_each("side", SIDES)
def test_columns_beside_the_scores_are_no_classes(side, place, numbers):
    columns = list(scores().items())
    columns.insert(place, (side, SIDES[side]))
    labels = LABELS if numbers else [NAMES[at] for at in LABELS]
    result = inspect_files([csv({**dict(columns), "label": labels})])
    assert_read(result)
    assert roles(result)[side] != "scores"


@pytest.mark.parametrize(
    "names",
    [
        ["text", "image", "audio"],
        ["correct", "incorrect", "partial"],
        ["x", "y", "z"],
        ["class", "file", "index"],
        ["figure", "table", "text"],
        ["yes", "no", "error"],
        ["weight", "height", "time"],
    ],
)
@pytest.mark.parametrize("numbers", [True, False])
def test_classes_may_be_called_like_other_columns(names, numbers):
    labels = LABELS if numbers else [names[at] for at in LABELS]
    assert_read(inspect_files([csv({"label": labels, **scores(names=names)})]))


def test_a_column_that_may_or_may_not_be_a_class_is_asked_for():
    weights = RNG.uniform(0.5, 2, N).round(3)
    files = [csv({**scores(), "weight": weights, "label": LABELS % 2})]
    result = inspect_files(files)
    assert [question.code for question in result.questions] == ["column"]
    assert [option.classes for option in result.questions[0].options] == [4, 3]
    assert_read(answered(files, result, "aside"), labels=LABELS % 2)


@pytest.mark.parametrize("labels", [LABELS % 2, [NAMES[at] for at in LABELS]])
def test_a_column_unlike_its_neighbours_is_asked_for_where_no_label_needs_it(labels):
    files = [csv({**scores(), "zork": RNG.uniform(1, 9, N).round(3), "label": labels})]
    result = inspect_files(files)
    assert [question.code for question in result.questions] == ["column"]
    assert_read(
        answered(files, result, "aside"), labels=LABELS % 2 if isinstance(labels, np.ndarray) else LABELS
    )


def test_a_logit_and_its_probability_are_not_two_classes():
    logit, labels = (LOGITS[:, 0] - LOGITS[:, 1]).round(4), (LABELS == 0).astype(int)
    prob = (1 / (1 + np.exp(-logit))).round(4)
    result = inspect_files([csv({"logit": logit, "prob": prob, "label": labels})])
    assert [question.code for question in result.questions] == ["binary"]
    unlike = inspect_files([csv({"logit": logit, "prob": prob[::-1], "label": labels})])
    assert [question.code for question in unlike.questions] == ["scores"]


@pytest.mark.parametrize("names", [["c0", "c1", "c2"], ["a1", "a2", "a3"]])
def test_names_that_the_labels_repeat_stay_whole(names):
    assert_read(inspect_files([csv({**scores(names=names), "label": [names[at] for at in LABELS]})]))


def test_a_role_can_be_chosen_by_hand_and_is_said_to_be():
    files = [csv({**scores(), "label": LABELS, "other": np.roll(LABELS, 1)})]
    result = inspect_files(files, {"other": "label"})
    assert result.accuracy == accuracy(LOGITS, np.roll(LABELS, 1))
    assert next(item for item in result.plan if item.name == "other").reason == "chosen"
    fewer = inspect_files(files, {"owl": "other"})
    assert fewer.num_classes == 2


def test_a_choice_of_something_that_is_not_there_is_refused():
    for choices in ({"nothing": "label"}, {"cat": "king"}):
        assert inspect_files([csv({**scores(), "label": LABELS})], choices).error.code == "choice"


@pytest.mark.parametrize("name", ["score", "logit", "prob"])
def test_a_lone_column_that_is_called_a_score_is_no_third_class(name):
    rows = LABELS < 2
    kept, labels = LOGITS[rows][:, :2], LABELS[rows]
    held = {**scores(kept, NAMES[:2]), name: kept.mean(axis=1).round(3), "label": np.array(NAMES)[labels]}
    result = inspect_files([csv(held)])
    assert roles(result)[name] == "other"
    assert_read(result, kept, labels)
