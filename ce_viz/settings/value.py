"""Settings as one immutable value: what an address holds, read, fitted and checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any
from urllib.parse import urlencode as _urlencode

from ce_viz.core.scenario import Scenario, ScenarioError
from ce_viz.settings.readers import Invalid, Problem, Refused
from ce_viz.settings.setting import Setting
from ce_viz.settings.table import CHART_NAMES, IN_PLAY, TABLE, UNDOABLE

_SCENARIO = ("logits", "mode", "label_smoothing", "temperature")


class Settings(Mapping[str, Any]):
    """All settings by name; hashable, comparable, never changed.

    >>> settings = Settings().changed(temperature=2.0)
    >>> settings["temperature"], settings.query()
    (2.0, {'temperature': '2'})
    """

    def __init__(self, values: Mapping[str, Any] | None = None) -> None:
        """Take ``values``, which fit each other, and the defaults for the rest; ``read`` and ``changed`` check."""
        self._values = {name: setting.default for name, setting in TABLE.items()} | dict(values or {})

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Settings) and self._values == other._values

    def __hash__(self) -> int:
        return self._hash

    def __repr__(self) -> str:
        return f"Settings({self.query()})"

    @cached_property
    def _hash(self) -> int:
        return hash(tuple(self._values.values()))

    @cached_property
    def scenario(self) -> Scenario:
        """The scenario that the settings make; classes count from 1 in settings and from 0 in code.

        Where the mode does not use the targets, they are the default's: a link does not hold them.
        """
        values = {name: self[name] for name in _SCENARIO}
        if self["mode"] == "soft":
            values["targets"] = self["targets"]
        return Scenario(label=self["label"] - 1, **values)

    @cached_property
    def covered(self) -> tuple[str, ...]:
        """Charts that presenters have covered: those hidden, and of those to be revealed all that were not yet."""
        if not self["present"]:
            return ()
        waiting = set(self["reveal"]) - set(self["uncovered"])
        hidden = set(self["hide"]) - set(self["reveal"])
        return tuple(name for name in CHART_NAMES if name in waiting | hidden)

    def undoable(self) -> dict[str, Any]:
        """The settings that make a scenario, as ``changed`` takes them."""
        return {name: self[name] for name in UNDOABLE}

    def query(self, *, addressed: bool = True) -> dict[str, str]:
        """Text of every setting that changes anything; without ``addressed``, of those that no address shows too."""
        return {
            name: setting.write(self._values[name])
            for name, setting in TABLE.items()
            if self._matters(name, setting) and (setting.addressed or not addressed)
        }

    def _matters(self, name: str, setting: Setting) -> bool:
        """Whether the setting is not at its default, where it is used at all."""
        if setting.only_where is not None:
            other, value = setting.only_where
            if self._values[other] != value:
                return False
        return bool(self._values[name] != setting.default)

    def short(self, page: str) -> str:
        """The shortest query string with which anybody sees what this page shows now."""
        texts = {name: text for name, text in self.query().items() if name in IN_PLAY[page]}
        if not {"hide", "reveal"} & texts.keys():
            texts.pop("present", None)  # a hall opens on phones what stands on the screen; covers stay
        return urlencode(texts)

    @cached_property
    def link(self) -> str:
        """The query string with which the live route restores all that matters of these settings."""
        return urlencode(self.query(addressed=False))

    def changed(self, **values: Any) -> Settings:
        """These settings with some changed, and what depends on them fitted; raises ``Invalid``."""
        for name, value in values.items():
            try:
                values[name] = TABLE[name].checked(value)
            except Refused as refused:
                raise Invalid(refused.problem(name)) from refused
        merged = {**self._values, **values}
        moved = {name for name, value in values.items() if value != self._values[name]}
        for name, setting in TABLE.items():
            if name not in values and not moved.isdisjoint(setting.resets_with):
                merged[name] = setting.default
        _fit(merged)
        settings = Settings(merged)
        try:
            settings.scenario  # noqa: B018  (built here, so that what it refuses is refused here)
        except ScenarioError as error:
            raise Invalid(Refused(error.value, error.rule, **error.limits).problem(error.field)) from error
        return settings

    def following(self, changed: Mapping[str, str | None]) -> Settings:
        """These settings with some changed to a link's texts, None for the default; raises ``Invalid``.

        What is left out stays as it is: the texts are all that differs between two links.
        """
        values = dict(self._values)
        for name, text in changed.items():
            if name in TABLE:
                try:
                    values[name] = TABLE[name].default if text is None else TABLE[name].read(text)
                except Refused as refused:
                    raise Invalid(refused.problem(name)) from refused
        return self.changed(**values)


def urlencode(texts: Mapping[str, str]) -> str:
    """A query string; commas and what else a query may hold stay as they are."""
    return _urlencode(texts, safe=",;:")


def read(query: Mapping[str, str], *, addressed: bool = True) -> tuple[Settings, tuple[Problem, ...]]:
    """The settings that a link's parameters hold, and what in them was refused; unknown names are left out.

    Args:
      query: Text by name.
      addressed: Leave out what no address shows.
    """
    values, problems = {name: setting.default for name, setting in TABLE.items()}, []
    for name, text in query.items():
        setting = TABLE.get(name)
        if setting is None or (addressed and not setting.addressed):
            continue
        try:
            values[name] = setting.read(text)
        except Refused as refused:
            problems.append(refused.problem(name))
    soft = values["mode"] == "soft"
    for name, rule in _fit(values).items():
        if name in query and (name != "targets" or soft):
            problems.append(Refused(query[name], rule, count=len(values["logits"])).problem(name))
    return Settings(values), tuple(problems)


def _fit(values: dict[str, Any]) -> dict[str, str]:
    """Bring what depends on the number of classes in line with the logits; what had to give, and by which rule."""
    count, gave = len(values["logits"]), {}
    for name, setting in TABLE.items():
        if setting.fit is not None:
            values[name], rule = setting.fit(values[name], count)
            if rule:
                gave[name] = rule
    return gave
