"""Tables that come from no file, judged as those of a file are."""

from __future__ import annotations

from ce_viz.core.inspection import Inspection
from ce_viz.core.inspection.analysis import analyse
from ce_viz.core.inspection.findings import find
from ce_viz.core.inspection.reading import LogitsTable
from ce_viz.pages.inspect.work import Work


def judged(table: LogitsTable) -> Work:
    """What looks wrong with a table, and its figures."""
    return Work(Inspection(table=table, findings=find(table), analysis=analyse(table)))
