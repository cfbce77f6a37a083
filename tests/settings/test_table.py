"""The table is complete: each page's own settings are found in its folder, and every one has words."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

import ce_viz.pages
from ce_viz.settings.setting import Setting
from ce_viz.settings.table import CHART_NAMES, TABLE
from ce_viz.strings import LANGUAGES, words

FOLDERS = sorted(path.parent.name for path in Path(ce_viz.pages.__file__).parent.glob("*/settings.py"))


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_page_declares_its_settings_in_its_folder(folder):
    declared = import_module(f"ce_viz.pages.{folder}.settings")
    assert declared.SETTINGS.items() <= TABLE.items()
    assert set(declared.CHARTS) <= set(CHART_NAMES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_setting_has_a_name_in_every_language(language):
    assert [name for name in TABLE if f"fields.{name}" not in words(language)] == []


def test_what_a_setting_depends_on_is_a_setting():
    needed = {other for setting in TABLE.values() for other in setting.resets_with}
    assert needed <= TABLE.keys()


def test_a_default_is_one_that_a_link_could_hold():
    for name, setting in TABLE.items():
        assert isinstance(setting, Setting)
        assert setting.checked(setting.default) == setting.default, name
