"""NumPy's own files, .npy and .npz, read without ever opening a pickle.

The header is read by a pattern and nothing in it is evaluated; sizes are checked before the values
are unpacked, so that a small archive cannot fill the memory.
"""

import io
import math
import re
import struct
import zipfile
from dataclasses import dataclass
from typing import IO

import numpy as np

from ce_viz.core.inspection.reading.errors import MAX_ROWS, MAX_VALUES, ReadingError
from ce_viz.core.inspection.reading.named import choose, from_matrix, from_vector, parts_of
from ce_viz.core.inspection.reading.table import Parts

_MAGIC = b"\x93NUMPY"
_MAX_HEADER = 10_000  # NumPy's own limit
_MAX_MEMBERS = 100
_MAX_NAMES_BYTES = 1_000_000
_TYPE = re.compile(r"'descr'\s*:\s*'([<>|=]?)(f2|f4|f8|[iu][1248]|b1|[US]\d{1,6})'")
_ORDER = re.compile(r"'fortran_order'\s*:\s*(True|False)")
# Each number but the last ends in a comma: digits that could be cut in many ways would be tried in all of them.
_SHAPE = re.compile(r"'shape'\s*:\s*\(\s*((?:\d{1,12}L?\s*,\s*)*(?:\d{1,12}L?\s*)?)\)")


@dataclass(frozen=True, slots=True)
class Head:
    """What the header of an array says."""

    shape: tuple[int, ...]
    dtype: np.dtype | None  # None: not plain numbers or text
    fortran_order: bool
    offset: int  # bytes before the values

    @property
    def num_bytes(self) -> int:
        return math.prod(self.shape) * (self.dtype.itemsize if self.dtype else 0)


def read_npy(data: bytes, *, label_column: int | None = None) -> Parts:
    """Read one array: logits ``(N, K)``, with a column of labels or without, or labels ``(N,)``.

    Raises:
      ReadingError: see its codes.
    """
    values = _values(io.BytesIO(data), read_head(io.BytesIO(data)), len(data))
    if values.ndim == 1:
        return from_vector(values, "npy")
    return from_matrix(values, (), label_column, "npy")


def read_npz(data: bytes, *, label_column: int | None = None) -> Parts:
    """Read the arrays of an archive that are logits, labels, targets or names; leave the others.

    Raises:
      ReadingError: see its codes.
    """
    # Every entry of the directory starts with this mark: many of them would fill the memory already.
    if data.count(b"PK\x01\x02") > _MAX_MEMBERS:
        raise ReadingError("zip_members", high=_MAX_MEMBERS)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = {
                info.filename.removesuffix(".npy"): info
                for info in archive.infolist()
                if info.filename.endswith(".npy")
            }
            heads = {name: _member_head(archive, info) for name, info in members.items()}
            chosen = choose({name: head.shape for name, head in heads.items()})
            arrays = {name: _member(archive, members[name], heads[name]) for name in chosen.used}
    except ReadingError:
        raise
    except Exception as error:
        # zipfile promises BadZipFile and lets out a dozen other types on damaged archives.
        raise ReadingError("zip", str(error)) from None
    return parts_of(arrays, chosen, label_column, "npz")


def read_head(stream: IO[bytes]) -> Head:
    """Read a header, whatever type of values it announces.

    Raises:
      ReadingError: "npy_header".
    """
    start = stream.read(8)
    if not start.startswith(_MAGIC) or len(start) < 8:
        raise ReadingError("npy_header")
    form = "<H" if start[6] == 1 else "<I"
    size = stream.read(struct.calcsize(form))
    if start[6] not in (1, 2, 3) or len(size) < struct.calcsize(form):
        raise ReadingError("npy_header")
    (length,) = struct.unpack(form, size)
    if length > _MAX_HEADER:
        raise ReadingError("npy_header", f"{length:,}", high=f"{_MAX_HEADER:,}")
    header = stream.read(length).decode("latin-1")
    shape, order, kind = _SHAPE.search(header), _ORDER.search(header), _TYPE.search(header)
    if len(header) < length or not shape or not order or "'descr'" not in header:
        raise ReadingError("npy_header", header.strip())
    sizes = tuple(int(number) for number in re.findall(r"\d+", shape[1]))
    dtype = np.dtype(kind[1] + kind[2]) if kind else None
    return Head(sizes, dtype, order[1] == "True", len(start) + len(size) + length)


def _member_head(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Head:
    # bzip2 and LZMA cannot be unpacked by the piece, and NumPy writes neither.
    if info.flag_bits & 1 or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ReadingError("zip_method", info.filename)
    with archive.open(info) as stream:
        return read_head(stream)


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, head: Head) -> np.ndarray:
    with archive.open(info) as stream:
        return _values(stream, head, info.file_size)


def _values(stream: IO[bytes], head: Head, size: int) -> np.ndarray:
    """The values, when the header and the size of the file or member agree."""
    _check(head)
    if size < head.offset + head.num_bytes:
        raise ReadingError("truncated", f"{size:,}", expected=f"{head.offset + head.num_bytes:,}")
    stream.read(head.offset)
    data = stream.read(head.num_bytes)
    # The second read finds the end of a member, where its checksum is compared.
    if len(data) < head.num_bytes or stream.read(1):
        raise ReadingError("npy_header", " × ".join(map(str, head.shape)))
    values = np.frombuffer(data, head.dtype).reshape(head.shape, order="F" if head.fortran_order else "C")
    return np.ascontiguousarray(values, values.dtype.newbyteorder("="))


def _check(head: Head) -> None:
    if head.dtype is None:
        raise ReadingError("dtype")
    if len(head.shape) not in (1, 2):
        raise ReadingError("dimensions", " × ".join(map(str, head.shape)) or "0")
    if head.dtype.kind in "US":
        if head.num_bytes > _MAX_NAMES_BYTES * (1 if len(head.shape) > 1 else 10):
            raise ReadingError("values", f"{math.prod(head.shape):,}", high=f"{MAX_ROWS:,}")
    elif math.prod(head.shape) > MAX_VALUES + MAX_ROWS or max(head.shape) > MAX_ROWS:
        # A column of labels may stand beside the logits; the table itself is checked when it is complete.
        raise ReadingError("values", " × ".join(f"{size:,}" for size in head.shape), high=f"{MAX_VALUES:,}")
