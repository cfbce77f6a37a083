"""What one cell of a text says: a number, a list of numbers, or a word."""

import re

EMPTY = frozenset(("", "na", "n/a", "null", "none", "-"))

_SIGNS = str.maketrans({"−": "-", "﹣": "-", "－": "-", "＋": "+", "∞": "inf"})
# As Python, NumPy and PyTorch print them: "[1, 2]", "(1, 2)", "array([1., 2.])", "tensor([1., 2.], dtype=…)".
_LIST = re.compile(r"(?:\w+\.)?(?:array|tensor|list)?\(?\s*[\[(]([^\[\]()]*)[\])](?:,[^)]*)?\)?", re.DOTALL)


def to_number(cell: str, decimal: str = ".") -> float | None:
    """The cell as a number, NaN where it is empty, None where it is a word; of ``12 %`` the 12."""
    text = cell.strip()
    if text.casefold() in EMPTY:
        return float("nan")
    if text.endswith(("%", "％")):
        text = text[:-1].rstrip()
    try:
        return float(text if decimal == "." else text.replace(",", "."))
    except ValueError:
        pass
    try:
        return float((text if decimal == "." else text.replace(",", ".")).translate(_SIGNS))
    except ValueError:
        return None


def to_list(cell: str) -> list[float] | None:
    """The cell as a list of at least two numbers, None where it is none."""
    text = cell.strip()
    if not text or text[-1] not in "])":
        return None
    match = _LIST.fullmatch(text)
    if not match:
        return None
    numbers = [to_number(part) for part in re.split(r"[,;\s]+", match[1].strip(" ,;\n")) if part]
    found = [number for number in numbers if number is not None]
    return found if len(found) == len(numbers) >= 2 else None


def is_number(cell: str, decimal: str = ".") -> bool:
    """Whether a number stands in the cell."""
    return cell.strip().casefold() not in EMPTY and to_number(cell, decimal) is not None
