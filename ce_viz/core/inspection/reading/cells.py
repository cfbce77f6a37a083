"""What one cell of a text says: a number, a list of numbers, or a word."""

import re

# As spreadsheets, R, SAS, Weka and pandas write what is not there.
EMPTY = frozenset((
    "", "na", "n/a", "null", "none", "-", ".", "?", "<na>", "#n/a", "#na", "#null!", "#num!", "#value!", "#div/0!",
    "1.#qnan", "1.#ind", "-1.#ind",
))  # fmt: skip

_SIGNS = str.maketrans({"−": "-", "﹣": "-", "－": "-", "＋": "+", "∞": "inf"})
# "1,234.5", "1.234,5", "1 234,5", "1'234.5"; no group of thousands begins with 0.
_GROUPED = {
    decimal: re.compile(
        rf"[+-]?[1-9]\d{{0,2}}([{mark}'’ \u00a0\u2009\u202f])\d{{3}}(?:\1\d{{3}})*(?:[{decimal}]\d*)?"
    )
    for decimal, mark in ((".", ","), (",", "."))
}
# Names of types are short: a pattern without an end could be tried at every place of a long cell.
_TYPE = r"(?:\w{1,20}\.){0,3}[A-Za-z]\w{0,20}\("
# "tensor(2.5)", "np.float64(2.5)", "[2]"
_ONE = re.compile(_TYPE + r"\s*([^()\[\],\s]+)\s*(?:,[^()\[\],]*=[^()\[\]]*)?\)|\[\s*([^()\[\],\s]+)\s*\]")
# As Python, NumPy, PyTorch, Spark and databases print them: "[1, 2]", "(1, 2)", "array([1., 2.])", "{1,2}",
# "tensor([[1., 2.]], dtype=…)".
_LIST = re.compile(
    rf"(?:{_TYPE}|\()?\s*[\[({{]{{1,2}}([^\[\](){{}}]*)[\])}}]{{1,2}}(?:,[^)]*)?\)?", re.DOTALL
)
_ENTRY = re.compile(rf"\b{_TYPE}([^()\[\]{{}},]*)\)")
_SEPARATORS = (";", "|", ",", None)  # None: spaces


def to_number(cell: str, decimal: str = ".") -> float | None:
    """The cell as a number, NaN where it is empty, None where it is a word; of ``12 %`` the 12."""
    text = cell.strip()
    if text and (number := _float(text, decimal)) is not None:  # as most cells are
        return number
    if text.casefold() in EMPTY:
        return float("nan")
    if text.endswith(("%", "％")):
        text = text[:-1].rstrip()
        if (number := _float(text, decimal)) is not None:
            return number
    return _written_otherwise(text.translate(_SIGNS), decimal)


def _float(text: str, decimal: str) -> float | None:
    try:
        return float(text if decimal == "." else text.replace(",", "."))
    except ValueError:
        return None


def _written_otherwise(text: str, decimal: str) -> float | None:
    """A number with groups of thousands, marked as Weka does, or as a program prints a value of its own type."""
    if wrapped := _ONE.fullmatch(text):
        text = wrapped[1] or wrapped[2]
    text = text.removeprefix("*")
    if grouped := _GROUPED[decimal].fullmatch(text):
        text = text.replace(grouped[1], "")
    return _float(text, decimal)


def to_list(cell: str) -> list[float] | None:
    """The cell as a list of at least two numbers in brackets, None where it is none."""
    text = cell.strip()
    if not text or text[-1] not in "])}":
        return None
    match = _LIST.fullmatch(unwrapped(text))
    return _numbers(re.split(r"[,;\s]+", match[1].strip(" ,;\n"))) if match else None


def to_row(cell: str) -> list[float] | None:
    """The cell as at least two numbers with one sort of mark between them and no brackets, None where it is none."""
    for mark in _SEPARATORS:
        parts = cell.strip().split(mark)
        if len(parts) > 1:
            return _numbers(parts)
    return None


def unwrapped(text: str) -> str:
    """The text of a list without the names of types that NumPy writes around each entry."""
    return _ENTRY.sub(r"\1", text) if "(" in text else text


def _numbers(parts: list[str]) -> list[float] | None:
    numbers = [to_number(part) for part in parts if part]
    found = [number for number in numbers if number is not None]
    return found if len(found) == len(numbers) >= 2 else None


def is_number(cell: str, decimal: str = ".") -> bool:
    """Whether a number stands in the cell."""
    return cell.strip().casefold() not in EMPTY and to_number(cell, decimal) is not None
