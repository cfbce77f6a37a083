"""Text that is not UTF-8, as spreadsheets still save it; which encoding it has a person sees at once."""

import re
from collections.abc import Sequence
from pathlib import PurePath

from ce_viz.core.inspection.reading.errors import ReadingError, shortened
from ce_viz.core.inspection.reading.plan import Option, Question

ENCODINGS = ("gb18030", "big5", "shift_jis", "euc_kr", "cp1252")

_TEXT = (".csv", ".tsv", ".txt", "")
_SAMPLE_BYTES = 200_000
_SAMPLE_LINES = 50
_HIGH = re.compile(rb"[\x80-\xff]")
_WORD = re.compile(r"[^\W\d_]+")
_MARKS = frozenset("·、，。：；（）《》“”‘’！？／－—　")

Files = Sequence[tuple[str, bytes]]


def in_utf8(files: Files, encoding: str) -> tuple[Files, Question | None]:
    """The files with texts in UTF-8; or a question, where one is not and may be read in an encoding of ENCODINGS.

    Args:
      files: Name and content of each.
      encoding: What a person has answered; "" before.

    Raises:
      ReadingError: "encoding", where the answer does not fit all of a text.
    """
    held = []
    for name, data in files:
        if not _is_other(name, data):
            held.append((name, data))
        elif encoding in ENCODINGS:
            held.append((name, _decoded(data, encoding).encode()))
        elif options := _options(data):
            return files, Question("encoding", tuple(options), {"file": name})
        else:
            held.append((name, data))  # whoever reads it says what is wrong with it
    return held, None


def _is_other(name: str, data: bytes) -> bool:
    if PurePath(name).suffix.lower() not in _TEXT or data.isascii() or b"\0" in data:
        return False
    try:
        data.decode()
    except UnicodeDecodeError:
        return True
    return False


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ReadingError("encoding", f"0x{data[error.start]:02X}", line=line) from None


def _options(data: bytes) -> list[Option]:
    lines = [line for line in data[:_SAMPLE_BYTES].splitlines()[:-1] or [data] if _HIGH.search(line)]
    sample = b"\n".join(lines[:_SAMPLE_LINES])
    found = []
    for encoding in ENCODINGS:
        try:
            text = sample.decode(encoding)
        except UnicodeDecodeError:
            continue
        if text and _is_language(text, encoding):
            found.append(Option(encoding, shortened(text.splitlines()[0]), {"?encoding": encoding}))
    return found


def _is_language(text: str, encoding: str) -> bool:
    """Whether all that is no ASCII is letters; of a Western language, letters within words."""
    other = [letter for letter in text if not letter.isascii() and letter not in _MARKS]
    if not all(letter.isalpha() for letter in other):
        return False
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    return encoding != "cp1252" or all(re.search("[A-Za-z]", word) for word in words)
