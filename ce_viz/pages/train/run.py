"""The run that Train shows: a pure function of the settings and of the step in the address.

Nothing but the step moves while a run plays; the classifier is brought to it a slice at a time, so that no
visitor waits for another's training. A link, the Back button or another learning rate therefore show the same
run at the same step, replayed where it is not at hand.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

from ce_viz.core.studies.training import (
    LOSSES,
    MAX_STEPS,
    TrainingData,
    TrainingSettings,
    TrainingState,
    split_images,
    start_training,
    train,
)
from ce_viz.data import load_digits
from ce_viz.live import Event, Tick
from ce_viz.pages.frame import memory
from ce_viz.pages.frame import state as link

TICK_MS = 80
SLICE = 50
"""Steps that one rerun may train: 10 to 15 ms for a run."""


@cache
def training_data() -> TrainingData:
    """The handwritten digits, split once for all visitors."""
    digits = load_digits()
    return split_images(digits.images, digits.labels)


def racing() -> bool:
    """Whether the page shows two runs side by side."""
    return bool(link.get("train_view") == "race")


def current() -> tuple[TrainingState, ...]:
    """The run, or the two that race, brought nearer to the wanted step by one slice."""
    run = _run()
    states = run["states"]
    run["states"] = {settings: _nearer(states.get(settings), settings) for settings in _settings()}
    return tuple(run["states"].values())


def behind(states: tuple[TrainingState, ...]) -> bool:
    """Whether the runs have not reached the wanted step yet."""
    return any(state.step < link.get("train_step") for state in states)


def playing() -> bool:
    """Whether steps follow each other by themselves; leaving the page stops them for good."""
    return bool(_run()["played_on_stay"] == link.page_changes())


def play() -> None:
    """Let steps follow each other; in a callback. A finished run starts again."""
    if link.get("train_step") >= MAX_STEPS:
        link.put(train_step=0)
    _run()["played_on_stay"] = link.page_changes()


def pause() -> None:
    """Stop where the run is; in a callback. The address follows."""
    _run()["played_on_stay"] = None
    link.put()


def step(count: int = 1, *, draft: bool = False) -> None:
    """Move the wanted step on; in a callback."""
    wanted = min(link.get("train_step") + count, MAX_STEPS)
    link.put(train_step=wanted, draft=draft and wanted < MAX_STEPS)
    if wanted == MAX_STEPS:
        pause()


def reset() -> None:
    """Back to before the first step; in a callback. The same settings replay the same run."""
    pause()
    link.put(train_step=0)


def on_event(event: Event) -> None:
    """The charts are drawn: on with the next steps, unless the runs still catch up with the address."""
    states = tuple(_run()["states"].values())
    if isinstance(event, Tick) and playing() and not behind(states):
        step(int(link.get("pace")), draft=True)


def _settings() -> tuple[TrainingSettings, ...]:
    chosen = TrainingSettings(
        loss=link.get("train_loss"),
        learning_rate=link.get("train_rate"),
        batch_size=link.get("batch_size"),
        label_smoothing=link.get("train_smoothing"),
        seed=link.get("seed"),
    )
    if not racing():
        return (chosen,)
    return tuple(replace(chosen, loss=loss, initial_lead=link.get("lead")) for loss in LOSSES)


def _nearer(state: TrainingState | None, settings: TrainingSettings) -> TrainingState:
    wanted = link.get("train_step")
    if state is None or state.step > wanted:
        state = start_training(training_data(), settings)
    return train(training_data(), state, min(wanted - state.step, SLICE))


def _run() -> dict[str, Any]:
    return memory.recall("train", lambda: {"states": {}, "played_on_stay": None})
