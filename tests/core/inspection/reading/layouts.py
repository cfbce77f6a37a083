"""Known tables of logits and labels, written in the ways in which programs and people write them."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass

import numpy as np

# fmt: off
ANIMALS = (
    "cat", "dog", "owl", "emu", "fox", "bee", "ant", "yak", "elk", "cow", "pig", "hen", "rat", "bat", "koi", "asp",
    "ram", "doe", "kid", "ewe",
)
ODD = (
    "text", "image", "file", "correct", "y", "class", "index", "weight", "loss", "time", "path", "error", "match",
    "answer",
)
# fmt: on
PLAIN = (
    "csv",
    "semicolon",
    "tab",
    "bar",
    "comma_decimals",
    "records",
    "lines",
    "columns",
    "split",
    "sep_line",
)
ARRAYS = ("npz", "json_arrays", "array_records")
TWO_FILES = ("two_csv", "two_csv_words", "two_npy", "two_npz")


STRANGE = {
    "id": "kennung", "SampleId": "lfd", "Unnamed: 0": "zeile", "rowIndex": "laufnr", "y_pred": "modell",
    "prediction": "antwort_ki", "confidence": "sicher", "pred_uct": "hm", "timestamp": "wann",
    "sample_weight": "gewicht", "image_path": "bild", "epoch": "runde", "is_correct": "treffer", "note": "notiz",
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Known:
    """What a reading must give back."""

    logits: np.ndarray
    labels: np.ndarray
    names: tuple[str, ...]
    files: list[tuple[str, bytes]]
    about: str

    @property
    def accuracy(self) -> float:
        return float((self.logits.argmax(axis=1) == self.labels).mean())

    @property
    def loss(self) -> float:
        shifted = self.logits - self.logits.max(axis=1, keepdims=True)
        logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        return float(-logs[np.arange(len(logs)), self.labels].mean())


def _names(random: np.random.Generator, num_classes: int, kind: str) -> list[str]:
    if kind == "words":
        return list(random.permutation(ANIMALS)[:num_classes])
    if kind == "odd":
        return [
            str(name)
            for name in random.permutation([*ODD, *ANIMALS[: max(0, num_classes - 10)]])[:num_classes]
        ]
    if kind == "capitals":
        letters = [letter for pair in zip("abcdefghij", "ABCDEFGHIJ", strict=True) for letter in pair]
        return letters[:num_classes]
    numbers = {
        "counted": np.arange(num_classes),
        "from_one": np.arange(1, num_classes + 1),
        "offset": np.arange(3, num_classes + 3),
        "sparse": np.sort(random.choice(50, num_classes, replace=False)),
    }
    return [str(number) for number in random.permutation(numbers[kind])]


def _softmax(logits: np.ndarray) -> np.ndarray:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def _side_columns(
    random: np.random.Generator, logits: np.ndarray, names: list[str], ids: list[str]
) -> dict[str, list[object]]:
    rows, predicted = len(logits), logits.argmax(axis=1)
    probs = _softmax(logits)
    every: dict[str, list[object]] = {
        "id": list(ids),
        "SampleId": (random.permutation(rows) + 1000).tolist(),
        "Unnamed: 0": list(range(rows)),
        "rowIndex": list(range(1, rows + 1)),
        "y_pred": predicted.tolist(),
        "prediction": [names[at] for at in predicted],
        "confidence": probs.max(axis=1).tolist(),
        "pred_uct": (-(probs * np.log(probs)).sum(axis=1)).tolist(),
        "timestamp": (1_700_000_000 + np.cumsum(random.integers(1, 99, rows))).tolist(),
        "sample_weight": random.uniform(0.5, 2, rows).round(3).tolist(),
        "image_path": [f"images/{number}.png" for number in random.permutation(rows)],
        "epoch": [7] * rows,
        "is_correct": [int(flag) for flag in random.integers(0, 2, rows)],
        "note": [f"some words, {number}" for number in range(rows)],
    }
    chosen = random.choice(list(every), random.integers(0, 4), replace=False)
    return {str(name): every[str(name)] for name in chosen}


def known(seed: int, layout: str, *, strange: bool = False, probs: bool = False) -> Known:
    """A random table in one layout; the same for the same seed.

    Args:
      seed: Of everything random.
      layout: One of PLAIN, ARRAYS, TWO_FILES.
      strange: Whether the columns beside the scores, and the truth, have names that say nothing.
      probs: Whether probabilities are written instead of logits.
    """
    random = np.random.default_rng(seed)
    rows, num_classes = int(random.integers(4, 60)), int(random.integers(2, 21))
    kind = str(random.choice(["words", "odd", "capitals", "counted", "from_one", "offset", "sparse"]))
    num_classes = min(num_classes, 14) if kind == "odd" else num_classes
    names = _names(random, num_classes, kind)
    labels = random.integers(0, num_classes, rows)
    logits = (random.normal(size=(rows, num_classes)) + 1.5 * np.eye(num_classes)[labels]).round(4)
    by_number = kind in ("words", "odd", "capitals") and bool(random.integers(0, 2))
    shown: list[object] = labels.tolist() if by_number else [names[at] for at in labels]
    ids = [f"img{number:03}" for number in random.permutation(rows)]
    sides = _side_columns(random, logits, names, ids)
    truth = str(
        random.choice(["label", "target", "y_true", "gold_label", "truth", "true_label", "actual", "labels"])
    )
    prefix = str(
        random.choice(["", "", "prob_", "score_"] if probs else ["", "", "logit_", "score_", "logits."])
    )
    prefix = "" if kind == "odd" or strange else prefix
    if strange:
        truth, sides = "wahrheit", {STRANGE.get(name, name): values for name, values in sides.items()}
    written = _softmax(logits).round(9) if probs else logits
    files = _files(random, layout, written, shown, names, sides, truth, prefix, ids)
    about = f"seed {seed}, {layout}, {kind}, {rows} x {num_classes}, {truth}, {prefix!r}, {list(sides)}"
    return Known(logits, labels, tuple(names), files, about)


def _files(random, layout, logits, shown, names, sides, truth, prefix, ids) -> list[tuple[str, bytes]]:
    scores = {f"{prefix}{name}": logits[:, at].tolist() for at, name in enumerate(names)}
    if layout in TWO_FILES:
        return _two_files(random, layout, logits, shown, names, scores, truth, ids)
    if layout in ARRAYS:
        return _arrays(layout, logits, shown, names, sides, truth)
    columns: dict[str, list[object]] = {}
    parts = [list(scores), [truth], *([name] for name in sides)]
    for at in random.permutation(len(parts)):
        for name in parts[at]:
            columns[name] = scores[name] if name in scores else shown if name == truth else sides[name]
    return [_plain(layout, columns)]


def _plain(layout: str, columns: dict[str, list[object]]) -> tuple[str, bytes]:
    rows = list(zip(*columns.values(), strict=True))
    if layout == "records":
        return "a.json", json.dumps([dict(zip(columns, row, strict=True)) for row in rows]).encode()
    if layout == "lines":
        return "a.jsonl", "\n".join(json.dumps(dict(zip(columns, row, strict=True))) for row in rows).encode()
    if layout == "columns":
        return "a.json", json.dumps(columns).encode()
    if layout == "split":
        document = {
            "columns": list(columns),
            "index": list(range(len(rows))),
            "data": [list(row) for row in rows],
        }
        return "a.json", json.dumps(document).encode()
    delimiter = {"csv": ",", "tab": "\t", "bar": "|"}.get(layout, ";")
    stream = io.StringIO()
    if layout == "sep_line":
        stream.write("sep=;\n")
    writer = csv.writer(stream, delimiter=delimiter, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        cells = [repr(cell) if isinstance(cell, float) else str(cell) for cell in row]
        writer.writerow([cell.replace(".", ",") for cell in cells] if layout == "comma_decimals" else cells)
    return "a.csv", stream.getvalue().encode()


def _arrays(layout, logits, shown, names, sides, truth) -> list[tuple[str, bytes]]:
    arrays = {name: values for name, values in sides.items() if name != "Unnamed: 0"}
    arrays |= {"logits": logits.tolist(), truth: shown, "class_names": list(names)}
    if layout == "npz":
        stream = io.BytesIO()
        np.savez(stream, **{name: np.array(values) for name, values in arrays.items()})
        return [("a.npz", stream.getvalue())]
    if layout == "json_arrays":
        return [("a.json", json.dumps(arrays).encode())]
    del arrays["class_names"]
    arrays[truth] = [names.index(str(label)) if str(label) in names else label for label in shown]
    rows = [dict(zip(arrays, row, strict=True)) for row in zip(*arrays.values(), strict=True)]
    return [("a.jsonl", "\n".join(map(json.dumps, rows)).encode())]


def _two_files(random, layout, logits, shown, names, scores, truth, ids) -> list[tuple[str, bytes]]:
    order = random.permutation(len(ids))
    if layout in ("two_csv", "two_csv_words"):
        key = "id" if layout == "two_csv" else "image_id"
        first = _plain("csv", {key: list(ids), **scores})[1]
        other = {key: [ids[at] for at in order], truth: [shown[at] for at in order]}
        return [("logits.csv", first), ("labels.csv", _plain("csv", other)[1])]
    labels = np.array([names.index(str(label)) if str(label) in names else label for label in shown])
    streams = io.BytesIO(), io.BytesIO()
    if layout == "two_npy":
        np.save(streams[0], logits)
        np.save(streams[1], labels)
        return [("logits.npy", streams[0].getvalue()), ("labels.npy", streams[1].getvalue())]
    np.savez(streams[0], scores=logits, ids=np.array(ids))
    np.savez(streams[1], labels=labels[order], ids=np.array(ids)[order])
    return [("a.npz", streams[0].getvalue()), ("b.npz", streams[1].getvalue())]
