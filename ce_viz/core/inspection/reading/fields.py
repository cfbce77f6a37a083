"""What a file holds before anything is decided: columns and arrays with their values, and what these look like."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ce_viz.core.inspection.reading.errors import ReadingError

NUMBER, TEXT, OTHER = "number", "text", "other"

_SAMPLE_ROWS = 1_000
_DENSE_RANGE = 1 << 16  # whole numbers within it are counted instead of sorted

Numbers = NDArray[Any]  # of any plain type of number


@dataclass(frozen=True, eq=False, slots=True)
class Words:
    """N cells of text: the distinct ones, and for each cell which it is."""

    vocabulary: tuple[str, ...]
    codes: NDArray[np.int64]  # (N,)

    def __len__(self) -> int:
        return len(self.codes)

    def texts(self) -> list[str]:
        """Each cell."""
        return [self.vocabulary[code] for code in self.codes]


class WordsBuilder:
    """Cells of text, gathered block by block; each distinct one is kept once."""

    def __init__(self) -> None:
        self._index: dict[str, int] = {}
        self._blocks: list[NDArray[np.int64]] = []

    def add(self, cells: Iterable[str]) -> None:
        """Append cells, without outer spaces."""
        index = self._index
        codes = [index.setdefault(cell.strip(), len(index)) for cell in cells]
        self._blocks.append(np.array(codes, np.int64))

    def words(self) -> Words:
        """All that was added."""
        codes = np.concatenate(self._blocks) if self._blocks else np.empty(0, np.int64)
        return Words(tuple(self._index), codes)


def words_of(cells: Iterable[str]) -> Words:
    """Cells of text, all at once."""
    builder = WordsBuilder()
    builder.add(cells)
    return builder.words()


@dataclass(frozen=True, slots=True)
class Facts:
    """What the finite values of a column of numbers look like."""

    rows: int
    filled: bool = False  # whether there is any finite value
    whole: bool = False
    low: float = 0.0
    high: float = 0.0
    size: float = 0.0  # median of the absolute values
    distinct: int = 0  # how many different values, of whole numbers
    unique: bool = False  # none occurs twice, of whole numbers
    counts_up: bool = False  # each is the one before plus 1, as in an index

    @property
    def constant(self) -> bool:
        """Whether all are the same."""
        return self.distinct == 1

    @property
    def unit(self) -> bool:
        """Whether all lie in [0, 1]."""
        return self.filled and self.low >= 0 and self.high <= 1


@dataclass(eq=False)
class Field:
    """One column of a table, or one array.

    ``load`` is called once, when the values are needed; it raises a ReadingError where they cannot be read.
    """

    name: str  # "" where there is none
    shape: tuple[int, ...]
    kind: str  # NUMBER, TEXT or OTHER
    load: Callable[[], Numbers | Words]
    names: tuple[str, ...] = ()  # of the columns of a matrix
    file: int = 0
    position: int = 0  # among the fields of its file
    file_name: str = ""
    heading: str = ""  # of a lone column of text: the first line, which is a name or a cell
    base: tuple["Field", int] | None = None  # the matrix that this is a column of, and which
    rough: Callable[[], Numbers] | None = None  # the numbers without complaint, NaN where there is none

    @property
    def key(self) -> str:
        """What names it among all fields of all files."""
        if self.base is not None:
            return f"{self.base[0].key}.{self.base[1]}"
        return f"{self.file}:{self.position}"

    @property
    def shown(self) -> str:
        """Its name, or where it stands, counted from 1."""
        return self.name.strip() or str((self.base[1] if self.base else self.position) + 1)

    @property
    def called(self) -> str:
        """Its name, or that of its file without the ending where it has none, nor names of columns."""
        return self.name.strip() or ("" if self.names else PurePath(self.file_name).stem)

    @property
    def rows(self) -> int:
        return self.shape[0] if self.shape else 0

    @property
    def is_matrix(self) -> bool:
        return len(self.shape) == 2 and self.shape[1] != 1

    @property
    def is_vector(self) -> bool:
        return len(self.shape) == 1 or (len(self.shape) == 2 and self.shape[1] == 1)

    @property
    def is_numbers(self) -> bool:
        return self.kind == NUMBER

    @property
    def is_words(self) -> bool:
        return self.kind == TEXT

    @cached_property
    def _values(self) -> Numbers | Words:
        return self.load()

    @property
    def numbers(self) -> Numbers:
        """The values of a field of numbers; a vector has one axis."""
        values = self._values
        if isinstance(values, Words):
            raise ReadingError(
                "not_number", next(iter(values.vocabulary), "") or '""', line=1, column=self.position + 1
            )
        return values.reshape(-1) if self.is_vector else values

    @property
    def words(self) -> Words:
        """The cells of a field of text."""
        values = self._values
        assert isinstance(values, Words)
        return values

    @cached_property
    def readable(self) -> bool:
        """Whether there are numbers or words that can be read; where not, ``load`` says why."""
        try:
            return self.kind != OTHER and self._values is not None
        except ReadingError:
            return False

    @cached_property
    def facts(self) -> Facts:
        """What a vector of numbers looks like; of fractions that differ, by its first rows."""
        values = self.rough() if self.rough else self.numbers
        first = look_at(values[:_SAMPLE_ROWS])
        if len(values) > _SAMPLE_ROWS and (first.whole or not first.filled or first.constant):
            return look_at(values)
        return Facts(len(values), first.filled, False, *_numbers_of(first)) if not first.whole else first


def _numbers_of(facts: Facts) -> tuple[float, float, float, int, bool, bool]:
    return facts.low, facts.high, facts.size, facts.distinct, facts.unique, facts.counts_up


def look_at(values: Numbers) -> Facts:
    """How a column of numbers looks."""
    finite = values.astype(np.float64, copy=False)
    given = np.isfinite(finite)
    finite = finite if given.all() else finite[given]
    if not finite.size:
        return Facts(len(values))
    low, high = float(finite.min()), float(finite.max())
    whole = bool((finite == np.floor(finite)).all())
    if not whole:
        distinct = 2 if low < high else 1  # of fractions only whether they are all the same
    elif high - low < _DENSE_RANGE:
        distinct = int(np.count_nonzero(np.bincount((finite - low).astype(np.int64))))
    else:
        distinct = len(np.unique(finite))
    with np.errstate(over="ignore", invalid="ignore"):
        size = float(np.median(np.abs(finite[:_SAMPLE_ROWS])))
        counts_up = (
            whole and finite.size > 2 and finite[1] - finite[0] == 1 and bool((np.diff(finite) == 1).all())
        )
    return Facts(
        len(values),
        True,
        whole,
        low,
        high,
        size,
        distinct,
        whole and distinct == finite.size == len(values),
        counts_up,
    )


@dataclass(frozen=True, eq=False, slots=True)
class Loaded:
    """One file, read but not yet understood."""

    name: str
    format: str  # "text", "json", "npy" or "npz"
    fields: tuple[Field, ...]
    delimiter: str = ""  # "," "\t" ";" "|" or " ", of text with several columns only
