"""`inspect_files`: what each kind of file is read as, or what is asked, and never a wrong figure under a green line."""

import io
import json

import numpy as np
import pytest

from ce_viz.core.inspection import CHECKS, Inspection, inspect_files

RNG = np.random.default_rng(11)
N, K = 40, 3
LABELS = RNG.integers(0, K, N)
LOGITS = (RNG.normal(size=(N, K)) + 1.5 * np.eye(K)[LABELS]).round(3)
PREDICTED = LOGITS.argmax(axis=1)
PROBS = np.exp(LOGITS) / np.exp(LOGITS).sum(axis=1, keepdims=True)
NAMES = ["cat", "dog", "owl"]


def loss(logits, labels) -> float:
    logits = np.asarray(logits, float)
    logs = logits - logits.max(axis=1, keepdims=True)
    logs = logs - np.log(np.exp(logs).sum(axis=1, keepdims=True))
    return float(-logs[np.arange(len(logs)), labels].mean())


def accuracy(logits, labels) -> float:
    return float((np.asarray(logits).argmax(axis=1) == labels).mean())


def npz(**arrays) -> tuple[str, bytes]:
    stream = io.BytesIO()
    np.savez(stream, **arrays)
    return "a.npz", stream.getvalue()


def npy(array, name: str = "a.npy") -> tuple[str, bytes]:
    stream = io.BytesIO()
    np.save(stream, array)
    return name, stream.getvalue()


def csv(columns: dict, name: str = "a.csv", delimiter: str = ",") -> tuple[str, bytes]:
    rows = [delimiter.join(columns)]
    rows += [delimiter.join(map(str, row)) for row in zip(*columns.values(), strict=True)]
    return name, "\n".join(rows).encode()


def text(content: str, name: str = "a.csv") -> Inspection:
    return inspect_files([(name, content.encode())])


def scores(values=LOGITS, names=NAMES, prefix: str = "") -> dict:
    return {f"{prefix}{name}": values[:, at].tolist() for at, name in enumerate(names)}


def roles(result: Inspection) -> dict[str, str]:
    return {item.name: item.role for item in result.plan}


def assert_read(result: Inspection, logits=LOGITS, labels=LABELS) -> None:
    assert result.error is None, result.error
    assert result.questions == ()
    assert result.num_rows == len(labels)
    assert result.num_classes == logits.shape[1]
    assert result.accuracy == pytest.approx(accuracy(logits, labels), abs=1e-12)
    assert result.mean_loss == pytest.approx(loss(logits, labels), abs=2e-6)


def answered(files, result: Inspection, option: str) -> Inspection:
    choices = next(one.choices for one in result.questions[0].options if option in (one.code, one.name))
    return inspect_files(files, choices)


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


@pytest.mark.parametrize("numbers", [True, False])
@pytest.mark.parametrize("place", [0, 2, 9])
@pytest.mark.parametrize("side", SIDES)
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


# Two files.

ORDER = RNG.permutation(N)
WORDS = np.array(NAMES)[LABELS]
IDS = np.array([f"img{at:02}.png" for at in RNG.permutation(N)])


@pytest.mark.parametrize("keys", [("id", "id"), ("id", "ID"), ("image_id", "filename"), ("", "id")])
@pytest.mark.parametrize("words", [True, False])
@pytest.mark.parametrize("turned", [1, -1])
@pytest.mark.parametrize("ids", [IDS, RNG.permutation(N) + 5])
def test_two_files_are_joined_by_their_ids(keys, words, turned, ids):
    first = csv({keys[0]: ids, **scores()}, "scores.csv")
    second = csv({keys[1]: ids[ORDER], "label": (WORDS if words else LABELS)[ORDER]}, "truth.csv")
    result = inspect_files([first, second][::turned])
    assert_read(result)
    assert "joined" in result.checked


def test_a_file_with_more_labels_than_rows_is_joined_as_well():
    few = ORDER[:25]
    first = csv(
        {"id": IDS[few], **{name: np.array(values)[few] for name, values in scores().items()}}, "a.csv"
    )
    second = csv({"id": IDS, "label": WORDS}, "b.csv")
    assert_read(inspect_files([first, second]), LOGITS[few], LABELS[few])


def test_ids_that_do_not_all_match_are_asked_for_with_what_follows():
    ids = IDS[ORDER].copy()
    ids[:5] = [f"new{at}" for at in range(5)]
    files = [csv({"id": IDS, **scores()}, "a.csv"), csv({"id": ids, "label": LABELS[ORDER]}, "b.csv")]
    result = inspect_files(files)
    (question,) = result.questions
    assert question.code == "join"
    assert [(option.code, option.rows) for option in question.options] == [
        ("by_id", N - 5),
        ("by_position", N),
    ]
    joined = answered(files, result, "by_id")
    assert len(joined.analysis.rows) == N - 5
    assert [(finding.code, finding.count) for finding in joined.findings] == [("unmatched", 5)]
    assert not joined.sound


def test_arrays_of_two_archives_are_joined_by_their_ids():
    first, second = npz(logits=LOGITS, ids=IDS), npz(labels=LABELS[ORDER], ids=IDS[ORDER])
    assert_read(inspect_files([("a.npz", first[1]), ("b.npz", second[1])]))


@pytest.mark.parametrize("heading", ["", "label\n", "truth\n"])
def test_labels_as_words_alone_in_a_second_file(heading):
    second = ("b.txt", (heading + "\n".join(WORDS)).encode())
    assert_read(inspect_files([csv(scores(), "a.csv"), second]))


def test_names_of_classes_may_stand_in_a_file_of_their_own():
    files = [
        npy(LOGITS, "a.npy"),
        ("b.txt", "\n".join(WORDS).encode()),
        ("classes.txt", "\n".join(NAMES).encode()),
    ]
    result = inspect_files(files)
    assert_read(result)
    assert result.table.class_names == tuple(NAMES)


@pytest.mark.parametrize("stems", [("val_{}", "test_{}"), ("{}_val", "{}_test")])
def test_two_parts_of_the_data_in_one_file_are_asked_for(stems):
    other = RNG.normal(size=(N, K)).round(3)
    arrays = {}
    for stem, logits, labels in zip(stems, (other, LOGITS), (np.roll(LABELS, 3), LABELS), strict=True):
        arrays |= {stem.format("logits"): logits, stem.format("labels"): labels}
    files = [npz(**arrays)]
    result = inspect_files(files)
    assert [question.code for question in result.questions] == ["split"]
    assert_read(answered(files, result, "test"))
    assert_read(answered(files, result, "val"), other, np.roll(LABELS, 3))


def test_a_column_that_names_the_part_of_the_data_is_asked_for():
    parts = np.where(np.arange(N) < 15, "val", "test")
    files = [csv({"split": parts, **scores(), "label": LABELS})]
    result = inspect_files(files)
    assert [(option.name, option.rows) for option in result.questions[0].options] == [
        ("val", 15),
        ("test", 25),
        ("split", 40),
    ]
    assert_read(answered(files, result, "test"), LOGITS[15:], LABELS[15:])


# What the scores are.


@pytest.mark.parametrize("sign", ["%", ""])
def test_percentages_are_read_as_probabilities(sign):
    shown = [[f"{100 * cell:.4f}{sign}" for cell in row] for row in PROBS]
    columns = {name: [row[at] for row in shown] for at, name in enumerate(NAMES)}
    result = inspect_files([csv({**columns, "label": LABELS})])
    assert result.scores == "percentages"
    assert result.accuracy == accuracy(LOGITS, LABELS)
    assert result.mean_loss == pytest.approx(loss(LOGITS, LABELS), abs=1e-4)


def test_probabilities_give_their_log_loss_unless_they_are_called_logits():
    assert_read(inspect_files([csv({**scores(PROBS), "label": LABELS})]))
    called = inspect_files([npz(logits=PROBS, labels=LABELS)])
    assert [finding.code for finding in called.findings] == ["probabilities"]
    assert called.mean_loss == pytest.approx(loss(PROBS, LABELS))
    assert not called.sound
    taken = inspect_files([csv({**scores(PROBS), "label": LABELS})], {"?values": "logits"})
    assert taken.mean_loss == pytest.approx(loss(PROBS, LABELS))


def test_outputs_of_sigmoids_are_told_and_can_be_taken_back():
    values = 1 / (1 + np.exp(-LOGITS))
    result = inspect_files([csv({**scores(values), "label": LABELS})])
    assert [(finding.code, finding.remedy) for finding in result.findings] == [("sigmoids", "take_logit")]
    assert not result.sound
    mended = inspect_files([csv({**scores(values), "label": LABELS})], remedies=["take_logit"])
    assert mended.mean_loss == pytest.approx(loss(LOGITS, LABELS), abs=1e-9)


def test_targets_of_several_classes_at_once_are_told_as_such():
    result = inspect_files([npz(logits=LOGITS, targets=RNG.integers(0, 2, (N, K)))])
    assert "multi_label" in [finding.code for finding in result.findings]
    assert "target_sum" not in [finding.code for finding in result.findings]


# One number a row; all in one column.


@pytest.mark.parametrize("words", [True, False])
def test_one_logit_a_row_is_asked_for(words):
    logit, labels = LOGITS[:, 0] - LOGITS[:, 1], (LABELS == 0).astype(int)
    shown = np.where(labels == 1, "yes", "no") if words else labels
    for files in (
        [csv({"logit": logit.round(6), "label": shown})],
        [npz(logits=logit[:, None], labels=labels)],
    ):
        result = inspect_files(files)
        (question,) = result.questions
        assert question.code == "binary"
        assert {option.code for option in question.options} == {"logit"}
        best = max(question.options, key=lambda option: option.accuracy)
        assert_read(inspect_files(files, best.choices), np.c_[np.zeros(N), logit], labels)


def test_one_probability_a_row_is_asked_for():
    prob, labels = PROBS[:, 0].round(6), (LABELS == 0).astype(int)
    files = [csv({"y_prob": prob, "y_pred": (prob > 0.5).astype(int), "y_true": labels})]
    result = inspect_files(files)
    assert [option.code for option in result.questions[0].options] == [
        "probability",
        "probability",
        "logit",
        "logit",
    ]
    assert_read(answered(files, result, "probability"), np.log(np.c_[1 - prob, prob]), labels)


@pytest.mark.parametrize("turned", [False, True])
def test_all_probabilities_in_one_column_are_asked_for(turned):
    flat = (PROBS.T if turned else PROBS).reshape(-1)
    files = [npy(flat, "a.npy"), npy(LABELS, "b.npy")]
    result = inspect_files(files)
    assert [question.code for question in result.questions] == ["flat"]
    assert_read(answered(files, result, "flat_classes" if turned else "flat_rows"))


# Green means checked.


def test_green_lists_what_was_checked():
    result = inspect_files([csv({**scores(), "label": LABELS})])
    assert result.sound
    assert set(result.checked) <= set(CHECKS)
    assert {"finite", "labels_in_range", "not_predictions", "no_repeats", "roles"} <= set(result.checked)


def test_labels_that_repeat_the_scores_in_many_rows_are_not_green():
    result = inspect_files([csv({**scores(), "label": PREDICTED})])
    assert [finding.code for finding in result.findings] == ["labels_are_predictions"]
    assert not result.sound
    few = {name: values[:20] for name, values in scores().items()}
    assert inspect_files([csv({**few, "label": PREDICTED[:20]})]).sound


def test_every_column_has_a_role_and_a_reason():
    result = inspect_files([csv({"id": IDS, **scores(), "pred": PREDICTED, "label": LABELS})])
    assert roles(result) == {
        "id": "id",
        "cat": "scores",
        "dog": "scores",
        "owl": "scores",
        "pred": "prediction",
        "label": "label",
    }
    assert all(item.reason and item.file == "a.csv" for item in result.plan)
    assert result.plan[0].first == tuple(IDS[:5])
    assert result.plan[1].first == tuple(f"{value:.6g}" for value in LOGITS[:5, 0])


def test_progress_rises_to_one_over_the_whole_work():
    shares: list[float] = []
    inspect_files([csv({**scores(), "label": LABELS})], progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1)
