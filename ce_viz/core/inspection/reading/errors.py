"""What is refused when a file of logits is read, and the limits on its size."""

from collections.abc import Callable

MAX_FILE_BYTES = 50_000_000
MAX_ROWS = 1_000_000
MAX_CLASSES = 1_000
MAX_VALUES = 10_000_000  # rows times classes: 1,000,000 x 10 or 10,000 x 1,000

# Columns that are not logits (targets, an index, the label) may stand beside the classes.
MAX_COLUMNS = 3 * MAX_CLASSES

Progress = Callable[[float], None]  # told the share done, from 0 to 1

_SHOWN_LENGTH = 60
_JOINERS = "\u200c\u200d"  # part of Persian and Indian words and of emoji


class ReadingError(ValueError):
    """A file that cannot be read; pages translate it by ``code``, the message is for programs.

    Attributes:
      code: What is wrong, one of `CODES`.
      value: What was found, shortened for showing; "" where there is nothing to show.
      line: Line of a text file, or row of an array, counted from 1; None where it is not about one.
      column: Column, counted from 1, or None.
      limits: What would have been right, as text, by name.
    """

    def __init__(
        self,
        code: str,
        value: object = "",
        *,
        line: int | None = None,
        column: int | None = None,
        **limits: object,
    ) -> None:
        self.code = code
        self.value = shortened(str(value))
        self.line = line
        self.column = column
        self.limits = {name: shortened(str(limit)) for name, limit in limits.items()}
        place = "".join(
            f", {name} {number}" for name, number in (("line", line), ("column", column)) if number
        )
        rule = "".join(f", {name} {limit}" for name, limit in self.limits.items())
        super().__init__(f"{CODES[code]}: got {self.value!r}{place}{rule}")


CODES = {
    "empty": "the file holds nothing",
    "file_size": "the file is too large",
    "file_type": "only .csv, .tsv, .txt, .json, .npy and .npz files are read",
    "encoding": "the text is not UTF-8",
    "not_text": "the file is not text",
    "line_length": "a line is too long",
    "one_column": "only one column was found; columns are separated by comma, tab, semicolon, bar or spaces",
    "ragged": "a row has another number of columns than the first",
    "not_number": "a cell is not a number",
    "no_rows": "there are names but no rows below them",
    "rows": "there are too many rows",
    "classes": "there are too few or too many classes",
    "columns": "there are too many columns",
    "values": "rows times classes is too large",
    "no_logits": "no logits were found",
    "no_labels": "neither labels nor target rows were found",
    "only_predictions": "what looks like labels are predictions or ids; the truth is missing",
    "choice": "there is no such column or array, or no such role for it",
    "question": "the file can be read in two ways; `inspect_files` asks",
    "no_match": "no row of one file is found in the other by its id",
    "same_id": "an id stands in several rows with different labels",
    "one_number": "one number for each row cannot tell more than two classes apart",
    "number_type": "only whole numbers and floats of 16, 32 or 64 bits are read",
    "records": "an array of records; each of its fields must be an array of its own",
    "label_column": "there is no such column for the labels",
    "label_fraction": "a label is not a whole number",
    "label_words": "labels are words, but the classes have no names",
    "label_unknown": "a label is not among the names of the classes",
    "lengths": "labels and logits do not have the same number of rows",
    "target_shape": "target rows do not have the shape of the logits",
    "twice": "the same thing was given twice",
    "not_list": "a cell is not a list of numbers like those above it",
    "list_length": "a list in a cell is longer or shorter than the first",
    "keys": "a record has other keys than the first",
    "row_length": "a row has another number of entries than the first",
    "row_list": "a row is not a list of numbers",
    "row_number": "an entry of a row is not a number",
    "dimensions": "logits must have two dimensions, rows and classes",
    "dtype": "only plain numbers are read; Python objects (pickle) are never opened",
    "bfloat16": "NumPy does not know bfloat16; save logits.float().cpu().numpy()",
    "text_damaged": "an array of text holds numbers that are no characters",
    "text_bytes": "an array of text is too large",
    "json": "this is not valid JSON",
    "json_depth": "the JSON is nested too deeply",
    "json_shape": "the JSON is neither rows nor columns of numbers",
    "npy_header": "this is not a NumPy array file, or its header is damaged",
    "truncated": "the file ends too early",
    "zip": "this is not a .npz archive, or it is damaged",
    "zip_arrays": "the archive holds no NumPy arrays",
    "zip_method": "the archive is encrypted or packed by another method than NumPy's",
    "zip_members": "the archive has too many members",
}


# What the words of a refusal may name: each is always there, and never empty.
PARTS: dict[str, tuple[str, ...]] = {
    "empty": (), "file_size": ("value", "high"), "file_type": ("value", "allowed"), "encoding": ("value", "line"),
    "not_text": ("line",), "line_length": ("line",), "one_column": ("value",),
    "ragged": ("value", "line", "expected"), "not_number": ("value", "line", "column"), "no_rows": ("value",),
    "rows": ("value", "high"), "classes": ("value", "low", "high"), "columns": ("value", "high"),
    "values": ("value", "high"), "no_logits": ("value",), "no_labels": ("value",), "only_predictions": ("value",),
    "choice": ("value", "roles"), "question": ("value",), "no_match": ("value", "expected", "names"),
    "same_id": ("value", "names"), "one_number": ("value", "names"), "number_type": ("value", "array"),
    "records": ("value", "array"), "label_column": ("value", "high"), "label_fraction": ("value", "line"),
    "label_words": ("value",),
    "label_unknown": ("value", "line", "names"), "lengths": ("value", "expected"),
    "target_shape": ("value", "expected"), "twice": ("value",), "not_list": ("value", "line", "column"),
    "list_length": ("value", "line", "expected"), "keys": ("value", "line", "expected"),
    "row_length": ("value", "line", "expected"), "row_list": ("value", "line"),
    "row_number": ("value", "line", "column"), "dimensions": ("value", "array"), "dtype": ("value", "array"),
    "bfloat16": ("array",), "text_damaged": ("array",), "text_bytes": ("value", "high", "array"),
    "json": ("line", "column"), "json_depth": (), "json_shape": ("value",), "npy_header": ("value",),
    "truncated": ("value", "expected"), "zip": (), "zip_arrays": ("value",), "zip_method": ("value",),
    "zip_members": ("value", "high"),
}  # fmt: skip


def shortened(text: str) -> str:
    """The text, cut to what a message can show, without control characters or broken ones."""
    text = text[: 2 * _SHOWN_LENGTH].encode("utf-8", "replace").decode()
    text = "".join(mark if mark.isprintable() or mark in _JOINERS else " " for mark in text)
    return text if len(text) <= _SHOWN_LENGTH else text[: _SHOWN_LENGTH - 1] + "…"


def check_size(rows: int, classes: int) -> None:
    """Refuse a table over the limits; called before the memory for it is taken."""
    if not 2 <= classes <= MAX_CLASSES:
        raise ReadingError("classes", f"{classes:,}", low=2, high=f"{MAX_CLASSES:,}")
    if rows > MAX_ROWS:
        raise ReadingError("rows", f"{rows:,}", high=f"{MAX_ROWS:,}")
    if rows * classes > MAX_VALUES:
        raise ReadingError("values", f"{rows:,} × {classes:,}", high=f"{MAX_VALUES:,}")
