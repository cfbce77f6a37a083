"""The whole table of settings: the shared ones, and what each folder of ``ce_viz/pages`` declares in its settings.py.

Such a file holds ``SETTINGS``, a mapping from names to ``Setting``, and ``CHARTS``, the names of the page's charts
that presenter mode can cover; ``IGNORED``, where it is there, names shared settings that the page shows nothing of. The
file is found by its place, so that a page is added by adding its folder.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import ModuleType

from ce_viz.settings.setting import Setting
from ce_viz.settings.shared import UNDOABLE, shared_settings

_PAGES = Path(__file__).parents[1] / "pages"


def _declared() -> list[ModuleType]:
    folders = sorted(path.parent.name for path in _PAGES.glob("*/settings.py"))
    return [import_module(f"ce_viz.pages.{folder}.settings") for folder in folders]


def _collected() -> dict[str, Setting]:
    table = dict(shared_settings(CHART_NAMES))
    for module in _declared():
        if twice := table.keys() & module.SETTINGS.keys():
            raise ValueError(f"settings declared twice, once in {module.__name__}: {sorted(twice)}")
        table |= module.SETTINGS
    return table


def _owned() -> dict[str, frozenset[str]]:
    declared = {module.__name__.split(".")[-2]: module for module in _declared()}
    shared = frozenset(TABLE).difference(*(module.SETTINGS for module in declared.values()))
    return {
        page: (shared - set(getattr(module, "IGNORED", ()))) | frozenset(module.SETTINGS)
        for page, module in declared.items()
    }


CHART_NAMES: tuple[str, ...] = tuple(dict.fromkeys(name for module in _declared() for name in module.CHARTS))
"""Charts that presenter mode can cover, each once."""

TABLE: Mapping[str, Setting] = _collected()
"""Every setting by its name in a link."""

IN_PLAY: Mapping[str, frozenset[str]] = _owned()
"""The settings that each page can show anything of: those of all pages, and its own."""

__all__ = ["CHART_NAMES", "IN_PLAY", "TABLE", "UNDOABLE"]
