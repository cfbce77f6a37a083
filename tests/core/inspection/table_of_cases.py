"""A table of files: what each is read as, its figures, and what would be asked.

    python -m tests.core.inspection.table_of_cases FOLDER

Files whose names begin alike up to the first hyphen, one of them with "labels", are read together.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from ce_viz.core.inspection import Inspection, inspect_files
from ce_viz.core.inspection.reading import SUFFIXES


def groups(folder: Path) -> Iterator[list[Path]]:
    """The files of each case."""
    paths = sorted(path for path in folder.iterdir() if path.suffix in SUFFIXES)
    by_start: dict[str, list[Path]] = {}
    for path in paths:
        by_start.setdefault(path.name.partition("-")[0], []).append(path)
    for together in by_start.values():
        if len(together) == 2 and any("labels" in path.name for path in together):
            yield together
        else:
            yield from ([path] for path in together)


def read_as(found: Inspection) -> str:
    """What each column or array was taken for; the class scores together."""
    scores = [item.name or str(item.place + 1) for item in found.plan if item.role == "scores"]
    named = [f"scores {', '.join(scores[:6])}{' …' if len(scores) > 6 else ''}"] if scores else []
    named += [
        f"{item.role} {item.name or item.place + 1}"
        for item in found.plan
        if item.role not in ("scores", "other")
    ]
    return "; ".join(named)


def figures(found: Inspection) -> str:
    """Rows, classes, accuracy and loss; what is asked, or why nothing could be read."""
    if found.error is not None:
        return f"refused: {found.error}"
    if found.questions:
        return "; ".join(
            f"asked ({question.code}): "
            + ", ".join(
                f"{option.code} {option.name}"
                + ("" if option.accuracy is None else f" → {option.rows} rows, {100 * option.accuracy:.1f} %")
                for option in question.options
            )
            for question in found.questions
        )
    if found.accuracy is None or found.mean_loss is None:
        return f"no usable row; {', '.join(finding.code for finding in found.findings)}"
    told = f"{found.num_rows} × {found.num_classes}, {100 * found.accuracy:.1f} %, loss {found.mean_loss:.6f}"
    return told + (f" ({', '.join(finding.code for finding in found.findings)})" if found.findings else "")


def table(folder: Path) -> str:
    """The whole table, in Markdown."""
    lines = ["| case | read as | figures |", "|---|---|---|"]
    for paths in groups(folder):
        found = inspect_files([(path.name, path.read_bytes()) for path in paths])
        cells = ("<br>".join(path.name for path in paths), read_as(found), figures(found))
        lines.append("| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |")
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> None:
    """Print the table of the folder that is named."""
    print(table(Path(arguments[0])))


if __name__ == "__main__":
    main(sys.argv[1:])
