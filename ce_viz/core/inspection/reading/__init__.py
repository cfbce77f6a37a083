"""Files of logits and labels from a real model, read without trust in them.

`read_logits` takes .csv, .tsv, .txt, .json, .npy and .npz (or pasted text) and gives a `LogitsTable`, or
raises a `ReadingError` that says what, where, and what would be right. Sizes are checked before memory
is taken, and nothing is ever unpickled or evaluated.

errors      ReadingError, its codes, the limits
files       read, read_logits: which reader a file goes to;  encodings: text that is not UTF-8
text        delimited text;  layout: its delimiter, names and columns;  header_lines: what stands above its rows;
            cells: what one cell says
arrays      .npy and .npz
json_file   JSON;  named_scores: scores that stand by their names in each record
fields      what a file holds: columns and arrays, and what their values look like
plan        what each of them is for and why, the questions, and a person's choices
names, evidence   what names hint at, and what values say
scores, family, columns, open_columns, alone, runs, verdict, position   which of them are the class scores
truth, labels, joining, ordering, single   which are the labels, what they say, and to which rows they belong
assemble, interpret   the plan carried out; where two readings fit, what would follow from each
table       LogitsTable
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
