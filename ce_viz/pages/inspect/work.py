"""From files, choices and remedies to what Your logits shows; no Streamlit.

Files live in the memory of one visit and nowhere else: no cache that others share is keyed by them. The samples are
everybody's, so they are worked out once for all.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass

from ce_viz.core.inspection import Inspection, Item
from ce_viz.core.inspection.analysis import Analysis
from ce_viz.core.inspection.diagnosis import Diagnosis
from ce_viz.core.inspection.findings import Finding
from ce_viz.core.inspection.reading import LogitsTable
from ce_viz.core.inspection.remedies import REMEDIES
from ce_viz.core.inspection.samples import sample_table
from ce_viz.core.once import once_per_key
from ce_viz.core.studies.training import MAX_STEPS, TrainingSettings, TrainingState, start_training, train
from ce_viz.pages.digits import training_data
from ce_viz.pages.inspect import worker
from ce_viz.pages.inspect.held import HELD
from ce_viz.pages.inspect.jobs import POOL, Job, Stopped
from ce_viz.pages.inspect.later import Later

Files = tuple[tuple[str, bytes], ...]
"""Name and content of each file; the name is "" for pasted text."""

SMALL = 32_000
"""Bytes of files, unpacked, that are read where they are: that takes less than 100 ms, a process of its own more."""


class Work:
    """What came out: figures, or what stands before them.

    Whatever outlives a run of the page, such as what a button will do, holds this and none of its parts: so all is
    free once it is forgotten.
    """

    def __init__(self, inspection: Inspection) -> None:
        """Hold what `inspect_files` found."""
        self.inspection = inspection
        self.later = Later()

    def forget(self) -> None:
        """Let go of it; then this is like a file of which nothing is known."""
        self.inspection = Inspection()
        self.later.drop()

    def diagnose(self) -> Later:
        """Have worked out what takes longer than the figures, where there are any."""
        if self.analysis is not None:
            self.later.begin(worker.DiagnoseTask(self.table, self.analysis), self.table.logits.size)
        return self.later

    @property
    def diagnosis(self) -> Diagnosis | None:
        """What takes longer than the figures; None where it is not there, or not there yet."""
        outcome = self.later.outcome
        return outcome if isinstance(outcome, Diagnosis) else None

    @property
    def table(self) -> LogitsTable:
        """The table that findings and figures are of, with remedies; there is none before a question is answered."""
        if self.inspection.table is None:
            raise ValueError("no table could be read yet")
        return self.inspection.table

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What looks wrong, the worst first."""
        return self.inspection.findings

    @property
    def analysis(self) -> Analysis | None:
        """The figures; None where no row can be used, or nothing could be read."""
        return self.inspection.analysis

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
    table = sample_table(training_data(), _classifier(), kind)
    labels = () if table.labels is None else table.labels.tolist()
    text = json.dumps({"logits": table.logits.tolist(), "labels": labels, "names": table.class_names})
    made = Work(worker.work(worker.Task((f"{kind}.json",), (text.encode(),), {}, tuple(remedies))))
    made.diagnose()
    return made


@once_per_key(maxsize=1)
def _classifier() -> TrainingState:
    data = training_data()
    return train(data, start_training(data, TrainingSettings()), MAX_STEPS)


@dataclass(frozen=True)
class Step:
    """One thing that a person decided about a file.

    Args:
      choices: What `inspect_files` is told.
      name: The column or array that was given a role, or what the words of an answer need of the file.
      question: Code of the question that was answered; "" where a role was given.
      option: Code of the answer.
    """

    choices: Mapping[str, str]
    name: str
    question: str = ""
    option: str = ""


class Choices:
    """What one visit brought to Your logits and chose there.

    The files are kept for as long as they are looked at: another role for a column reads them again.
    """

    def __init__(self, files: Files = (), *, connected: Callable[[], bool] = lambda: True) -> None:
        """Take the files; none where a sample is shown.

        Args:
          files: What is to be read.
          connected: Whether the visitor is there; files of those who left are forgotten.
        """
        self.names = tuple(name for name, _ in files)
        self.size = sum(len(data) for _, data in files)
        self.steps: tuple[Step, ...] = ()
        self.plan: tuple[Item, ...] = ()  # of the newest reading that came so far
        self.gone = False  # whether the files were here and are no more
        self.here = connected
        self._files = files
        self._remedies: frozenset[str] = frozenset()
        self._sample = ""  # that the remedies were chosen for
        self._job: Job | None = None
        self._outcome: Work | Stopped | None = None
        if not HELD.set(self, self.size):
            self._files, self._outcome = (), Stopped("room")

    @property
    def remedies(self) -> tuple[str, ...]:
        """The remedies that are applied, in the order in which they are."""
        return tuple(code for code in REMEDIES if code in self._remedies)

    @property
    def own(self) -> bool:
        """Whether something else is shown than a sample as it is."""
        return bool(self.names or self._remedies)

    @property
    def job(self) -> Job | None:
        """What is under way."""
        return self._job

    def decide(self, step: Step) -> None:
        """Read the files so from now on; an earlier step about the same column or question gives way."""
        kept = (one for one in self.steps if not one.choices.keys() & step.choices.keys())
        self._read_again((*kept, step))

    def take_back(self, *steps: Step) -> None:
        """Read the files without these steps."""
        self._read_again(tuple(one for one in self.steps if one not in steps))

    def toggle_remedy(self, code: str) -> None:
        """Apply a remedy, or take it back."""
        self._remedies ^= {code}
        self._drop_outcome()

    def try_again(self) -> None:
        """Begin anew what was stopped."""
        if self._files:
            self._drop_outcome()

    def cancel(self) -> None:
        """Stop what is under way."""
        if self._job is not None:
            self._job.stop()

    def forget(self) -> None:
        """Let files and figures go."""
        self.gone = self.gone or bool(self.names)
        if self.names and isinstance(self._outcome, Work):
            self._outcome.forget()
        self._drop_outcome()
        self._files, self.names, self.steps, self.plan = (), (), (), ()
        HELD.set(self, 0)

    def work(self, sample: str) -> Work | Stopped | None:
        """What there is to show: the sample, or what the visitor brought; None while a job is under way.

        Args:
          sample: The one that is shown where there are no files; remedies go with the sample they were chosen for.
        """
        if not self.names:
            if self._sample != sample:
                self._sample, self._remedies = sample, frozenset()
            return sample_work(sample, self._remedies)
        if self._outcome is None:
            self._go_on()
        return self._outcome

    def _go_on(self) -> None:
        if self._job is None:
            if unpacked(self._files) <= SMALL:
                self._take(worker.work(self._task()))
                return
            self._job = POOL.submit(self._task())
        if self._job.done:
            outcome, self._job = self._job.outcome, None
            self._take(outcome if isinstance(outcome, Inspection | Stopped) else Stopped("failed"))

    def _task(self) -> worker.Task:
        chosen = {key: text for step in self.steps for key, text in step.choices.items()}
        names, contents = zip(*self._files, strict=True)
        return worker.Task(names, contents, chosen, self.remedies)

    def _take(self, outcome: Inspection | Stopped) -> None:
        if isinstance(outcome, Inspection) and not HELD.set(self, self.size + bytes_of(outcome)):
            outcome = Stopped("room")
        if isinstance(outcome, Stopped):
            self._outcome = outcome
            return
        self._outcome = Work(outcome)
        self.plan = outcome.plan or self.plan

    def _read_again(self, steps: tuple[Step, ...]) -> None:
        self.steps, self._remedies = steps, frozenset()
        self._drop_outcome()

    def _drop_outcome(self) -> None:
        self.cancel()
        if self.names and isinstance(self._outcome, Work):
            self._outcome.later.drop()
        self._job = self._outcome = None
        HELD.set(self, self.size if self._files else 0)


def unpacked(files: Files) -> int:
    """Bytes of the files, those in archives as large as they say they become."""
    return sum(_unpacked(data) for _, data in files)


def _unpacked(data: bytes) -> int:
    if len(data) > SMALL or not data.startswith(b"PK"):
        return len(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return sum(member.file_size for member in archive.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return len(data)


def bytes_of(value: object) -> int:
    """Bytes of the arrays that a record holds."""
    if is_dataclass(value):
        return sum(bytes_of(getattr(value, one.name)) for one in fields(value))
    return int(getattr(value, "nbytes", 0))
