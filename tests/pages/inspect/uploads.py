"""Your logits under AppTest, and files to upload to it."""

import io
import json
import zlib

import numpy as np
from streamlit.testing.v1 import AppTest

from ce_viz.core import softmax
from ce_viz.pages.inspect import view
from ce_viz.strings import words
from tests.pages.conftest import open_app

RNG = np.random.default_rng(6)
LABELS = RNG.integers(0, 3, 60)
LOGITS = 2 * RNG.normal(size=(60, 3)) + 2 * np.eye(3)[LABELS]
NAMES = ["cat", "dog", "owl"]


def open_page(**link: str) -> AppTest:
    app = open_app("inspect", **link)
    assert not app.exception
    return app


def upload(*files: tuple[str, bytes], **link: str) -> AppTest:
    app = open_page(**link)
    app.file_uploader(key="inspect_upload").set_value([(name, data, "") for name, data in files]).run()
    assert not app.exception
    return app


def metric(app: AppTest, name: str) -> str:
    label = words("en")[f"inspect.{name}"]
    return next(metric.value for metric in app.metric if metric.label == label)


def complaints(app: AppTest) -> str:
    return "\n".join(str(box.value) for kind in (app.error, app.warning, app.info) for box in kind)


def csv(delimiter: str = ",", labels: list[object] | None = None, names: list[str] = NAMES) -> bytes:
    shown = [NAMES[label] for label in LABELS] if labels is None else labels
    rows = [delimiter.join([*names, "label"])]
    rows += [
        delimiter.join([*map(repr, map(float, row)), str(label)])
        for row, label in zip(LOGITS, shown, strict=True)
    ]
    return "\n".join(rows).encode()


def npz(**arrays: np.ndarray) -> bytes:
    stream = io.BytesIO()
    np.savez_compressed(stream, **arrays)
    return stream.getvalue()


def npy(array: np.ndarray) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue()


GOOD = {
    "a.csv": [("a.csv", csv())],
    "a.tsv": [("a.tsv", csv("\t"))],
    "a.json": [("a.json", json.dumps({"logits": LOGITS.tolist(), "labels": LABELS.tolist()}).encode())],
    "a.npy": [("a.npy", npy(np.c_[LOGITS, LABELS]))],
    "a.npz": [("a.npz", npz(logits=LOGITS, labels=LABELS, names=np.array(NAMES)))],
    "two files": [("logits.npy", npy(LOGITS)), ("labels.npy", npy(LABELS))],
}


FOUND = {
    "not_finite": {"logits": np.where(np.arange(60)[:, None] == 3, np.nan, LOGITS), "labels": LABELS},
    "label_range": {"logits": LOGITS, "labels": np.where(np.arange(60) < 2, -100, LABELS)},
    "label_missing": {"logits": LOGITS, "labels": np.where(np.arange(60) < 2, np.nan, LABELS)},
    "label_masked": {
        "logits": np.where((np.arange(60)[:, None] == 3) & (np.eye(3)[LABELS] > 0), -np.inf, LOGITS),
        "labels": LABELS,
    },
    "softmax_axis": {"logits": softmax(LOGITS.T).T, "labels": LABELS},
    "log_probabilities": {"logits": np.log(softmax(LOGITS)), "labels": LABELS},
    "one_label": {"logits": LOGITS, "labels": np.zeros(60, int)},
    "chance": {"logits": LOGITS, "labels": (LOGITS.argmax(axis=1) + np.arange(60)) % 3},
    "constant": {"logits": np.where(np.arange(60)[:, None] == 3, 0.0, LOGITS), "labels": LABELS},
    "duplicates": {
        "logits": np.r_[LOGITS, LOGITS[:13]],
        "labels": np.r_[LABELS, LABELS[:12], (LABELS[12] + 1) % 3],
    },
    "target_sum": {"logits": LOGITS, "targets": 0.5 * np.eye(3)[LABELS]},
    "target_negative": {
        "logits": LOGITS,
        "targets": np.where(np.arange(60)[:, None] == 3, [-0.5, 0.5, 1], np.eye(3)[LABELS]),
    },
    "target_not_finite": {
        "logits": LOGITS,
        "targets": np.where(np.arange(60)[:, None] == 3, np.nan, np.eye(3)[LABELS]),
    },
}


def boards(app: AppTest) -> list[dict[str, object]]:
    return [json.loads(zlib.decompress(board.proto.bytes)) for board in app.get("bidi_component")]


def confusion(app: AppTest) -> dict[str, object]:
    return next(board for board in boards(app) if board["key"] == view.CONFUSION)
