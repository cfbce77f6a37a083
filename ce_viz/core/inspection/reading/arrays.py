"""NumPy's own files, .npy and .npz, read without ever opening a pickle.

The header is read by a pattern and nothing in it is evaluated; sizes are checked before the values
are unpacked, so that a small archive cannot fill the memory. Arrays that are not used are not unpacked at all.
"""

import io
import math
import re
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

import numpy as np

from ce_viz.core.inspection.reading.errors import MAX_ROWS, MAX_VALUES, ReadingError
from ce_viz.core.inspection.reading.fields import NUMBER, OTHER, TEXT, Field, Loaded, Numbers, Words, words_of

_MAGIC = b"\x93NUMPY"
_MAX_HEADER = 10_000  # NumPy's own limit
_MAX_MEMBERS = 100
_MAX_TEXT_BYTES = 40_000_000  # a million words of ten characters
_TYPE = re.compile(r"'descr'\s*:\s*'([<>|=]?)(f2|f4|f8|[iu][1248]|b1|[US]0*[1-9]\d{0,5})'")
_ANY_TYPE = re.compile(r"'descr'\s*:\s*(\[.*?\]|'[^']*')", re.DOTALL)
_OTHER_TYPES = ((r"[|<>=]?V2$", "bfloat16"), (r"[|<>=]?[fc]\d", "number_type"), (r"\[", "records"))
_ORDER = re.compile(r"'fortran_order'\s*:\s*(True|False)")
# Each number but the last ends in a comma: digits that could be cut in many ways would be tried in all of them.
_SHAPE = re.compile(r"'shape'\s*:\s*\(\s*((?:\d{1,12}L?\s*,\s*)*(?:\d{1,12}L?\s*)?)\)")
# What zipfile lets out on damaged archives, beside the BadZipFile that it promises.
_ZIP_ERRORS = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, struct.error, EOFError, OSError, ValueError,
    NotImplementedError, RuntimeError, OverflowError, LookupError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Head:
    """What the header of an array says."""

    shape: tuple[int, ...]
    dtype: np.dtype | None  # None: not plain numbers or text
    kind: str  # the type as it stands there
    fortran_order: bool
    offset: int  # bytes before the values

    @property
    def num_bytes(self) -> int:
        return math.prod(self.shape) * (self.dtype.itemsize if self.dtype else 0)

    @property
    def is_text(self) -> bool:
        return self.dtype is not None and self.dtype.kind in "US"


def load_npy(data: bytes, name: str) -> Loaded:
    """Read one array.

    Raises:
      ReadingError: see its codes.
    """
    head = read_head(io.BytesIO(data))
    _check(head, len(data), "")
    end = head.offset + head.num_bytes
    values = _values(memoryview(data)[head.offset : end], head, "", ended=len(data) == end)
    return Loaded(name, "npy", (_field("", head, lambda: values),))


def load_npz(data: bytes, name: str) -> Loaded:
    """Read the names and shapes of an archive's arrays; the values when they are asked for.

    Raises:
      ReadingError: see its codes.
    """
    # Every entry of the directory starts with this mark: many of them would fill the memory already.
    if data.count(b"PK\x01\x02") > _MAX_MEMBERS:
        raise ReadingError("zip_members", f"{data.count(b'PK' + bytes((1, 2))):,}", high=_MAX_MEMBERS)
    with _zip_errors(), zipfile.ZipFile(io.BytesIO(data)) as archive:
        infos = archive.infolist()
    members = {info.filename.removesuffix(".npy"): info for info in infos if info.filename.endswith(".npy")}
    if not members:
        held = ", ".join(info.filename for info in infos[:8])
        raise ReadingError("zip_arrays", held) if held else ReadingError("empty")
    return Loaded(name, "npz", tuple(_member(data, member, info) for member, info in members.items()))


def read_head(stream: IO[bytes]) -> Head:
    """Read a header, whatever type of values it announces.

    Raises:
      ReadingError: "npy_header".
    """
    start = stream.read(8)
    if not start.startswith(_MAGIC) or len(start) < 8:
        raise ReadingError("npy_header", _shown(start))
    form = "<H" if start[6] == 1 else "<I"
    size = stream.read(struct.calcsize(form))
    if start[6] not in (1, 2, 3) or len(size) < struct.calcsize(form):
        raise ReadingError("npy_header", _shown(start))
    (length,) = struct.unpack(form, size)
    if length > _MAX_HEADER:
        raise ReadingError("npy_header", f"{length:,} > {_MAX_HEADER:,}")
    header = stream.read(length).decode("latin-1")
    shape, order, kind = _SHAPE.search(header), _ORDER.search(header), _ANY_TYPE.search(header)
    if len(header) < length or not shape or not order or not kind or re.search(r"'[<>|=]?[USV]0*'", kind[0]):
        raise ReadingError("npy_header", header.strip() or _shown(start))
    sizes = _squeezed([int(number) for number in re.findall(r"\d+", shape[1])])
    plain = _TYPE.search(header)
    dtype = np.dtype(plain[1] + plain[2]) if plain else None
    return Head(sizes, dtype, kind[1].strip("'"), order[1] == "True", len(start) + len(size) + length)


def _squeezed(sizes: list[int]) -> tuple[int, ...]:
    """A shape of more than two axes without those of length 1, which hold nothing: one row stays one row."""
    long = [size for size in sizes if size != 1]
    if len(sizes) < 3 or len(long) > 2:
        return tuple(sizes)
    return tuple(long) if len(long) == 2 or sizes[0] != 1 else (1, *(long or [1]))


def _shown(data: bytes) -> str:
    return " ".join(f"{byte:02X}" for byte in data) or "0"


def _field(name: str, head: Head, load: Callable[[], Numbers | Words]) -> Field:
    vector = len(head.shape) == 1 or head.shape[1:] == (1,)
    kind = OTHER if head.dtype is None or (head.is_text and not vector) else TEXT if head.is_text else NUMBER
    return Field(name, head.shape, kind, load)


@contextmanager
def _zip_errors() -> Iterator[None]:
    """Around calls of zipfile, and nothing of ours."""
    try:
        yield
    except _ZIP_ERRORS as error:
        raise ReadingError("zip", type(error).__name__) from None


def _member(data: bytes, name: str, info: zipfile.ZipInfo) -> Field:
    # bzip2 and LZMA cannot be unpacked by the piece, and NumPy writes neither.
    if info.flag_bits & 1 or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ReadingError("zip_method", info.filename)
    with _zip_errors(), zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(info) as stream:
        start = stream.read(_MAX_HEADER + 16)
    head = read_head(io.BytesIO(start))

    def load() -> Numbers | Words:
        _check(head, info.file_size, name)
        with _zip_errors(), zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(info) as stream:
            stream.read(head.offset)
            values = stream.read(head.num_bytes)
            # The second read finds the end of a member, where its checksum is compared.
            ended = not stream.read(1)
        return _values(values, head, name, ended=ended)

    return _field(name, head, load)


def _values(data: bytes | memoryview, head: Head, name: str, *, ended: bool) -> Numbers | Words:
    if len(data) < head.num_bytes or not ended:
        raise ReadingError("npy_header", _shape(head))
    values = np.frombuffer(data, head.dtype).reshape(head.shape, order="F" if head.fortran_order else "C")
    return (
        _words(values, name) if head.is_text else np.ascontiguousarray(values, values.dtype.newbyteorder("="))
    )


def _words(values: np.ndarray, name: str) -> Words:
    if values.dtype.kind == "S":
        return words_of(cell.decode("utf-8", "replace") for cell in values.reshape(-1).tolist())
    if values.size and int(values.reshape(-1).view(values.dtype.str[0] + "u4").max()) > sys.maxunicode:
        # A damaged file can hold numbers that are no characters.
        raise ReadingError("text_damaged", values.dtype.str, array=name or "text")
    return words_of(values.reshape(-1).tolist())


def _shape(head: Head) -> str:
    return " × ".join(f"{size:,}" for size in head.shape) or "()"


def _check(head: Head, size: int, name: str) -> None:
    """Refuse by the header what cannot be used or would take too much; ``size`` is that of the file or member."""
    if head.dtype is None or (head.is_text and len(head.shape) > 1 and head.shape[1:] != (1,)):
        code = next((code for pattern, code in _OTHER_TYPES if re.match(pattern, head.kind)), "dtype")
        raise ReadingError(code, head.kind, array=name or _shape(head))
    if len(head.shape) not in (1, 2):
        raise ReadingError("dimensions", _shape(head), array=name or "logits")
    count = math.prod(head.shape)
    if head.is_text:
        # Words are decoded one by one, so their number is limited and not only their bytes.
        if count > MAX_ROWS:
            raise ReadingError("rows", f"{count:,}", high=f"{MAX_ROWS:,}")
        if head.num_bytes > _MAX_TEXT_BYTES:
            high = f"{_MAX_TEXT_BYTES / 1e6:,.0f} MB"
            raise ReadingError(
                "text_bytes", f"{head.num_bytes / 1e6:,.0f} MB", high=high, array=name or "text"
            )
    elif count > MAX_VALUES + MAX_ROWS or max(head.shape) > MAX_ROWS:
        # A column of labels may stand beside the logits; the table itself is checked when it is complete.
        raise ReadingError("values", _shape(head), high=f"{MAX_VALUES:,}")
    if size < head.offset + head.num_bytes:
        raise ReadingError("truncated", f"{size:,}", expected=f"{head.offset + head.num_bytes:,}")
