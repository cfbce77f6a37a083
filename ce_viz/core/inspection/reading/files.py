"""The front door: which reader a file goes to."""

from collections.abc import Mapping, Sequence
from pathlib import PurePath

from ce_viz.core.inspection.reading.arrays import load_npy, load_npz
from ce_viz.core.inspection.reading.encodings import in_utf8
from ce_viz.core.inspection.reading.errors import MAX_FILE_BYTES, Progress, ReadingError
from ce_viz.core.inspection.reading.fields import Loaded
from ce_viz.core.inspection.reading.interpret import Reading, interpret
from ce_viz.core.inspection.reading.json_file import load_json
from ce_viz.core.inspection.reading.table import LogitsTable
from ce_viz.core.inspection.reading.text import load_text

SUFFIXES = (".csv", ".tsv", ".txt", ".json", ".jsonl", ".npy", ".npz")

Files = Sequence[tuple[str, bytes]]


def read_logits(
    files: Files,
    *,
    label_column: int | None = None,
    progress: Progress | None = None,
) -> LogitsTable:
    """Read logits and labels from one file, or from several (logits here, labels there).

    Args:
      files: Name and content of each; the name is "" for pasted text.
      label_column: Position of the labels among the columns from 0, or None to find them.
      progress: Told the share read so far.

    Returns:
      The table as it stands in the files; `ce_viz.core.inspection.findings` judges it.

    Raises:
      ReadingError: see its codes; "question" where `read` would ask.
    """
    loaded = load(files, progress)
    choices: Mapping[str, str] = {}
    if label_column is not None and len(files) == 1:
        choices = _label_choice(loaded[0], label_column)
    reading = interpret(loaded, choices)
    if reading.built is None:
        raise ReadingError("question", ", ".join(question.code for question in reading.questions))
    return reading.built.table


def _label_choice(file: Loaded, column: int) -> Mapping[str, str]:
    lone = file.fields[0] if len(file.fields) == 1 and file.fields[0].is_matrix else None
    width = lone.shape[1] if lone else len(file.fields)
    if not 0 <= column < width:
        raise ReadingError("label_column", column + 1, high=width)
    return {f"0:0.{column}" if lone else f"0:{column}": "label"}


def read(files: Files, choices: Mapping[str, str] | None = None, progress: Progress | None = None) -> Reading:
    """Read files as far as they can be without a person, and with what a person chose.

    Raises:
      ReadingError: see its codes.
    """
    chosen = dict(choices or {})
    files, question = in_utf8(files, chosen.pop("?encoding", ""))
    return Reading((), None, (question,)) if question else interpret(load(files, progress), chosen)


def load(files: Files, progress: Progress | None = None) -> list[Loaded]:
    """What the files hold, not yet understood.

    Raises:
      ReadingError: see its codes.
    """
    if not files:
        raise ReadingError("empty")
    size = sum(len(data) for _, data in files)
    if size > MAX_FILE_BYTES:
        raise ReadingError("file_size", f"{size / 1e6:,.1f} MB", high=f"{MAX_FILE_BYTES / 1e6:,.0f} MB")
    return [_load(name, data, progress) for name, data in files]


def _load(name: str, data: bytes, progress: Progress | None) -> Loaded:
    suffix = PurePath(name).suffix.lower()
    if name and suffix not in SUFFIXES:
        raise ReadingError("file_type", suffix or name, allowed=" ".join(SUFFIXES))
    if not data:
        raise ReadingError("empty")
    if suffix == ".npy" or data.startswith(b"\x93NUMPY"):
        return load_npy(data, name)
    if suffix == ".npz" or data.startswith(b"PK\x03\x04"):
        return load_npz(data, name)
    if suffix in (".json", ".jsonl") or _looks_like_json(data, suffix):
        return load_json(data, name)
    return load_text(data, name, progress)


def _looks_like_json(data: bytes, suffix: str) -> bool:
    """Whether text is JSON by its first character; a table's first cell may begin so too, but then not its end."""
    text = data.strip() if data[:1].isspace() or data[-1:].isspace() else data
    pair = text[:1] + text[-1:] if suffix in (".csv", ".tsv") else text[:1]
    return pair in (b"[", b"{", b"[]", b"{}")
