"""The front door: which reader a file goes to."""

from collections.abc import Sequence
from pathlib import PurePath

from ce_viz.core.inspection.reading.arrays import read_npy, read_npz
from ce_viz.core.inspection.reading.errors import MAX_FILE_BYTES, Progress, ReadingError
from ce_viz.core.inspection.reading.json_file import read_json
from ce_viz.core.inspection.reading.roles import NO_COLUMN
from ce_viz.core.inspection.reading.table import LogitsTable, Parts, assemble
from ce_viz.core.inspection.reading.text import read_text

SUFFIXES = (".csv", ".tsv", ".txt", ".json", ".jsonl", ".npy", ".npz")


def read_logits(
    files: Sequence[tuple[str, bytes]],
    *,
    label_column: int | None = None,
    progress: Progress | None = None,
) -> LogitsTable:
    """Read logits and labels from one file, or from several (logits here, labels there).

    Args:
      files: Name and content of each; the name is "" for pasted text.
      label_column: Position of the labels among the columns from 0, or None to find them by name
        (label, target, y, class, …) or by look. Of several files, one holds the labels alone.
      progress: Told the share read so far.

    Returns:
      The table as it stands in the files; `ce_viz.core.inspection.findings` judges it.

    Raises:
      ReadingError: see its codes.
    """
    if not files:
        raise ReadingError("empty")
    size = sum(len(data) for _, data in files)
    if size > MAX_FILE_BYTES:
        raise ReadingError("file_size", f"{size / 1e6:,.1f} MB", high=f"{MAX_FILE_BYTES / 1e6:,.0f} MB")
    column = label_column if len(files) == 1 else NO_COLUMN
    return assemble([_read_one(name, data, column, progress) for name, data in files])


def _read_one(name: str, data: bytes, label_column: int | None, progress: Progress | None) -> Parts:
    suffix = PurePath(name).suffix.lower()
    if name and suffix not in SUFFIXES:
        raise ReadingError("file_type", suffix or name, allowed=" ".join(SUFFIXES))
    if not data:
        raise ReadingError("empty")
    if suffix == ".npy" or data.startswith(b"\x93NUMPY"):
        return read_npy(data, label_column=label_column)
    if suffix == ".npz" or data.startswith(b"PK\x03\x04"):
        return read_npz(data, label_column=label_column)
    if suffix in (".json", ".jsonl") or data.lstrip()[:1] in (b"[", b"{"):
        return read_json(data, label_column=label_column)
    return read_text(data, label_column=label_column, progress=progress)
