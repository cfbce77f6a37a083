import numpy as np
import pytest

from ce_viz.core import softmax
from ce_viz.core.inspection.analysis import analyse
from ce_viz.core.inspection.findings import find
from ce_viz.core.inspection.remedies import remedied
from ce_viz.core.inspection.samples import SAMPLES, sample_table
from ce_viz.core.studies.training import TrainingSettings, classify, split_images, start_training, train
from ce_viz.data import load_digits


@pytest.fixture(scope="module")
def trained():
    digits = load_digits()
    data = split_images(digits.images, digits.labels)
    return data, train(data, start_training(data, TrainingSettings()), 1000)


def test_the_sample_is_the_classifier_on_images_it_has_not_learned_from(trained):
    data, state = trained
    table = sample_table(*trained, "digits")
    np.testing.assert_array_equal(table.logits, classify(state, data.test))
    np.testing.assert_array_equal(table.labels, data.test.labels)
    assert table.class_names == tuple("0123456789")


@pytest.mark.parametrize(
    ("kind", "codes"),
    [
        ("digits", []),
        ("probabilities", ["probabilities"]),
        ("one_based", ["one_based"]),
        ("transposed", ["axis"]),
        ("overconfident", []),
        ("mislabelled", []),
    ],
)
def test_each_mistake_is_found(trained, kind, codes):
    assert [finding.code for finding in find(sample_table(*trained, kind))] == codes


@pytest.mark.parametrize("kind", ["probabilities", "one_based", "transposed"])
def test_each_remedy_gives_the_classifier_back(trained, kind):
    table = sample_table(*trained, kind)
    mended = remedied(table, [finding.remedy for finding in find(table)])
    plain = sample_table(*trained, "digits")
    np.testing.assert_allclose(softmax(mended.logits), softmax(plain.logits), rtol=1e-12)
    np.testing.assert_array_equal(mended.labels, plain.labels)


def test_the_overconfident_model_is_mended_by_the_same_loss_at_four_times_the_temperature(trained):
    plain, sure = (analyse(sample_table(*trained, kind)) for kind in ("digits", "overconfident"))
    assert sure.fitted.temperature == pytest.approx(4 * plain.fitted.temperature, rel=1e-9)
    assert sure.fitted.loss == pytest.approx(plain.fitted.loss, rel=1e-12)
    assert sure.fitted.temperature > 1


def test_wrong_labels_are_among_the_suspects(trained):
    labels = sample_table(*trained, "digits").labels
    table = sample_table(*trained, "mislabelled")
    wrong = np.flatnonzero(table.labels != labels)
    assert len(wrong) == 22
    suspects = np.flatnonzero(analyse(table).suspects)
    assert np.isin(suspects, wrong).mean() > 0.9
    assert np.isin(wrong, suspects).mean() > 0.6


def test_every_kind_is_made_and_no_other(trained):
    assert all(sample_table(*trained, kind).num_rows for kind in SAMPLES)
    with pytest.raises(ValueError, match="kind"):
        sample_table(*trained, "other")
