"""Files made to take for ever or all memory: what becomes of each.

Run it by ``python -m tests.core.inspection.reading.hostile``.

It gives itself little memory and little time first, so that what would hang or fill the machine ends the process.
"""

from __future__ import annotations

import contextlib
import io
import json
import zipfile
from collections.abc import Callable

import numpy as np

from ce_viz.core.inspection.reading import ReadingError, read_logits

SECONDS, BYTES = 60, 3 << 30


def npy(shape: str, kind: str = "<f8") -> bytes:
    header = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': ({shape}), }}".encode()
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header


def archive(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in members.items():
            packed.writestr(f"{name}.npy", data)
    return stream.getvalue()


def words(count: int, kind: str) -> bytes:
    return archive(
        logits=saved(np.ones((3, 2)) / 3), labels=npy(f"{count},", kind) + bytes(count * int(kind[2:]))
    )


def wide() -> str:
    header = ",".join(f"{'a_' * 90}{at}.b-c d:{at % 7}" for at in range(900))
    return f"{header},label\n" + "\n".join(
        ",".join([*(f"{at}.{row + 1}" for at in range(900)), str(row)]) for row in range(20)
    )


def saved(array: np.ndarray) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue()


def long_word() -> bytes:
    labels = ["a" * 1_000_000, *["b"] * 1_999]  # 8 GB, if each took as much room as the longest
    return json.dumps({"logits": [[1, 2.5]] * 2_000, "labels": labels, "names": ["a", "b"]}).encode()


CASES: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "a shape of digits without commas": ("a.npy", lambda: npy("1" * 60 + "x"), "npy_header"),
    "a shape of spaces": ("a.npy", lambda: npy(" " * 9_000 + "x"), "npy_header"),
    "a shape of 10^6 columns, without them": ("a.npy", lambda: npy("9, 1000000"), "truncated"),
    "a shape larger than any memory": ("a.npy", lambda: npy("999999999999, 999999999999"), "values"),
    "a million columns": ("a.npy", lambda: saved(np.ones((5, 1_000_000), np.float32)), "columns"),
    "a name of marks": (
        "a.json",
        lambda: json.dumps({f"logit{'_' * 100_000}x\ny": [1, 2], "b": [1, 2.5], "label": [0, 1]}).encode(),
        "",
    ),
    "one long word": ("a.json", long_word, "label_unknown"),
    "a row of five million numbers": ("a.json", lambda: b"[[" + b"1," * 4_999_999 + b"1]]", "columns"),
    "a row of a word and a million numbers": (
        "a.json",
        lambda: b'[["a"' + b",1" * 1_000_000 + b"]]",
        "columns",
    ),
    "half a million keys": (
        "a.json",
        lambda: json.dumps({str(k): [1] for k in range(500_000)}).encode(),
        "columns",
    ),
    "five million lines": ("a.jsonl", lambda: b"1\n" * 5_000_000, "rows"),
    "lists in lists": ("a.json", lambda: b"[" * 1_000_000, "json_depth"),
    "objects in objects": ("a.json", lambda: b'{"a":' * 900_000, "json_depth"),
    "a number of ten million digits": ("a.json", lambda: b"[[1.5," + b"9" * 10_000_000 + b",0]]", ""),
    "text of half a million columns": ("a.csv", lambda: b"1," * 450_000 + b"1", "columns"),
    "a line without end": ("a.csv", lambda: b"1," * 2_000_000, "line_length"),
    "a quoted cell without end": (
        "a.csv",
        lambda: b'a,b,label\n1,2,0\n"' + b"1,2,0\n" * 900_000,
        "line_length",
    ),
    "ten million names of one letter": (
        "a.npz",
        lambda: archive(
            logits=saved(np.ones((3, 2)) / 3), labels=saved(np.zeros(3)), names=npy("10000000,", "|S1")
        ),
        "",
    ),
    "ten million words for labels": ("a.npz", lambda: words(10_000_000, "|S1"), "rows"),
    "five million words for labels": ("a.npz", lambda: words(5_000_000, "|S2"), "rows"),
    "a million words for labels": ("a.npz", lambda: words(1_000_000, "|S2"), "no_labels"),
    "words of no letters": ("a.npy", lambda: npy("5,", "|S0"), "npy_header"),
    "names that can be cut in many ways": (
        "a.csv",
        lambda: wide().encode(),
        "",
    ),
    "two thousand columns that sum to 1": (
        "a.csv",
        lambda: (",".join(["0.0005"] * 2_000) + "\n").encode() * 99,
        "classes",
    ),
    "nothing but line breaks": ("a.csv", lambda: b"\n" * 20_000_000, "empty"),
    "nothing but quotation marks": ("a.csv", lambda: b'"' * 900_000, "not_number"),
}


def outcome(name: str, data: bytes) -> str:
    """The code of the refusal, or "" where there is a table."""
    try:
        assert read_logits([(name, data)]).num_rows
    except ReadingError as error:
        return error.code
    return ""


if __name__ == "__main__":
    with contextlib.suppress(ImportError):  # Windows knows no such limits
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    for case, (file, make, _) in CASES.items():
        print(f"{case}\t{outcome(file, make())}", flush=True)
