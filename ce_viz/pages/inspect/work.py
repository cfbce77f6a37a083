"""From files, choices and remedies to what Your logits shows, with progress; no Streamlit.

Files live in the memory of one visit and nowhere else: no cache that others share is keyed by them. The samples are
everybody's, so they are worked out once for all.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from ce_viz.core.inspection.analysis import Analysis, analyse
from ce_viz.core.inspection.findings import Finding, find
from ce_viz.core.inspection.reading import LogitsTable, Progress, ReadingError, read_logits
from ce_viz.core.inspection.remedies import REMEDIES, remedied
from ce_viz.core.inspection.samples import sample_table
from ce_viz.core.once import once_per_key
from ce_viz.core.studies.training import MAX_STEPS, TrainingSettings, TrainingState, start_training, train
from ce_viz.pages.digits import training_data

Files = tuple[tuple[str, bytes], ...]
"""Name and content of each file; the name is "" for pasted text."""

_READING = 0.4  # share of the whole work
_LABELS_MISSED = frozenset(
    ("no_labels", "no_logits", "label_fraction", "label_words", "label_unknown", "label_column")
)


@dataclass(frozen=True, eq=False)
class Work:
    """A table with its remedies applied, what looks wrong with it, and its figures."""

    table: LogitsTable
    findings: tuple[Finding, ...]
    analysis: Analysis | None  # None where no row can be used

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the classes, a visitor's own text; their numbers from 0, as in the file, where they have none."""
        return self.table.class_names or tuple(str(k) for k in range(self.table.num_classes))


@once_per_key(maxsize=32)
def sample_work(kind: str, remedies: frozenset[str]) -> Work:
    """A sample with remedies applied, worked out once for all visitors.

    Args:
      kind: One of SAMPLES.
      remedies: Some of REMEDIES.
    """
    return judged(sample_table(training_data(), _classifier(), kind), remedies)


@once_per_key(maxsize=1)
def _classifier() -> TrainingState:
    data = training_data()
    return train(data, start_training(data, TrainingSettings()), MAX_STEPS)


def judged(table: LogitsTable, remedies: Collection[str] = (), progress: Progress | None = None) -> Work:
    """What looks wrong with a table once the remedies are applied, and its figures unless that forbids them."""
    table = remedied(table, remedies)
    findings = find(table)
    blocked = any(finding.severity == "blocking" for finding in findings)
    return Work(table, findings, None if blocked else analyse(table, progress))


class Choices:
    """What one visit brought to Your logits and chose there.

    A file's content is dropped as soon as it is read, unless its labels may still be looked for in another column.
    """

    def __init__(self, files: Files = ()) -> None:
        """Take the files; none where a sample is shown."""
        self.names = tuple(name for name, _ in files)
        self.size = sum(len(data) for _, data in files)
        self.label_column: int | None = None  # that was chosen, from 0; None to find it
        self._files = files
        self._remedies: frozenset[str] = frozenset()
        self._sample = ""  # that the remedies were chosen for
        self._read: LogitsTable | None = None  # the table as it stands in the files
        self._result: Work | ReadingError | None = None

    @property
    def remedies(self) -> tuple[str, ...]:
        """The remedies that are applied, in the order in which they are."""
        return tuple(code for code in REMEDIES if code in self._remedies)

    @property
    def own(self) -> bool:
        """Whether something else is shown than a sample as it is."""
        return bool(self.names or self._remedies)

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns among which another may be chosen for the labels; () where there is no choice."""
        if self._read is None or len(self.names) != 1:
            return ()
        source = self._read.sources[0]
        choice = source.label_column is not None and len(source.columns) > self._read.num_classes
        return source.columns if choice else ()

    @property
    def found_column(self) -> int:
        """The one of ``columns`` that the labels were read from."""
        column = self._read.sources[0].label_column if self._read else None
        return 0 if column is None else column

    @property
    def labels_missed(self) -> bool:
        """Whether nothing could be read, and the number of the labels' column may help."""
        error = self._result
        return isinstance(error, ReadingError) and error.code in _LABELS_MISSED and len(self.names) == 1

    def take_label_column(self, column: int | None) -> None:
        """Read the labels from this column, from 0, or find them."""
        self.label_column, self._remedies = column, frozenset()
        self._read = self._result = None

    def toggle_remedy(self, code: str) -> None:
        """Apply a remedy, or take it back."""
        self._remedies, self._result = self._remedies ^ {code}, None

    def work(self, sample: str, progress: Progress | None = None) -> Work | ReadingError:
        """What there is to show: the sample, or what the visitor brought.

        Args:
          sample: The one that is shown where there are no files; remedies go with the sample they were chosen for.
          progress: Told the share done, while files are worked on.
        """
        if not self.names:
            if self._sample != sample:
                self._sample, self._remedies = sample, frozenset()
            return sample_work(sample, self._remedies)
        if self._result is None:
            try:
                self._result = self._work_out(progress)
            except ReadingError as error:
                self._result = error
            if not (self.columns or self.labels_missed):
                self._files = ()
        return self._result

    def _work_out(self, progress: Progress | None) -> Work:
        if self._read is None:
            self._read = read_logits(
                self._files, label_column=self.label_column, progress=_part(progress, 0.0, _READING)
            )
        return judged(self._read, self._remedies, _part(progress, _READING, 1.0))


def _part(progress: Progress | None, start: float, end: float) -> Progress | None:
    """Progress of one step as progress of the whole."""
    return None if progress is None else lambda share: progress(start + (end - start) * share)
