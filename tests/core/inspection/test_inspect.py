"""`inspect_files`: files joined, what the scores are, what is asked, and never a green line over an open question."""

import numpy as np
import pytest

from ce_viz.core.inspection import CHECKS, inspect_files
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
    loss,
    npy,
    npz,
    roles,
    scores,
)

RNG = np.random.default_rng(13)

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


def test_files_are_not_joined_by_a_column_of_numbers_with_equal_cells_unless_it_is_called_an_id():
    groups = np.arange(N) % 5
    for name, question in (("group", []), ("id", ["join"])):
        first = csv({name: groups, **scores()}, "a.csv")
        second = csv({name: groups[::-1], "label": LABELS}, "b.csv")
        result = inspect_files([first, second])
        assert [one.code for one in result.questions] == question, name
        assert_read(result if not question else answered([first, second], result, "by_position"))


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


def test_of_a_few_rows_that_are_all_right_nobody_says_that_the_labels_are_no_predictions():
    result = inspect_files([("a.csv", b"cat,dog,label\n1.5,0.2,cat\n0.1,1.2,dog\n0.9,0.3,cat\n")])
    assert result.sound
    assert result.accuracy == 1
    assert "not_predictions" not in result.checked
