"""One known table of logits and labels, and the files that hold it."""

import io

import numpy as np
import pytest

from ce_viz.core.inspection import Inspection, inspect_files

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
