"""Files of logits and labels from a real model, read without trust in them.

`read_logits` takes .csv, .tsv, .txt, .json, .npy and .npz (or pasted text) and gives a `LogitsTable`, or
raises a `ReadingError` that says what, where, and what would be right. Sizes are checked before memory
is taken, and nothing is ever unpickled or evaluated.

errors      ReadingError, its codes, the limits
files       read_logits: which reader a file goes to
text        delimited text;  layout: its delimiter, names and columns
arrays      .npy and .npz
json_file   JSON
named       arrays with names or alone: which is which;  roles: the same for columns
table       LogitsTable, put together from what the files hold
"""

from ce_viz.core.inspection.reading.errors import (
    MAX_CLASSES,
    MAX_COLUMNS,
    MAX_FILE_BYTES,
    MAX_ROWS,
    MAX_VALUES,
    Progress,
    ReadingError,
)
from ce_viz.core.inspection.reading.files import SUFFIXES, read_logits
from ce_viz.core.inspection.reading.table import NO_LABEL, LogitsTable, Source

__all__ = [
    "MAX_CLASSES",
    "MAX_COLUMNS",
    "MAX_FILE_BYTES",
    "MAX_ROWS",
    "MAX_VALUES",
    "NO_LABEL",
    "SUFFIXES",
    "LogitsTable",
    "Progress",
    "ReadingError",
    "Source",
    "read_logits",
]
