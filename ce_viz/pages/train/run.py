"""The runs that Train shows: pure functions of the settings and of the step in the link, kept for all visitors.

A run is trained once, whoever asks for it: a class that presses play on the same settings shares one. Every
``CHECKPOINT_EVERY`` steps its state is kept, and any step is reached from the nearest state at or below it, to the same
bits as straight through. A run's states take 0.3 MB at most, all that are kept 10 MB.
"""

from __future__ import annotations

from dataclasses import replace
from threading import Lock

from ce_viz.core.once import once_per_key
from ce_viz.core.studies.classified import ClassifiedImage, Mistake, classify_image, worst_mistakes
from ce_viz.core.studies.training import (
    LOSSES,
    Evaluation,
    TrainingSettings,
    TrainingState,
    evaluate,
    start_training,
    train,
)
from ce_viz.pages.digits import training_data
from ce_viz.pages.train.figures import GALLERY_COLUMNS, GALLERY_ROWS
from ce_viz.settings.value import Settings

CHECKPOINT_EVERY = 25
MOST_RUNS = 32


class _Run:
    """The states of one run that are kept."""

    def __init__(self, settings: TrainingSettings) -> None:
        self._newest = start_training(training_data(), settings)
        self._checkpoints = {0: self._newest}
        self._lock = Lock()  # one thread trains, the others wait for its checkpoints

    def at(self, step: int) -> TrainingState:
        """The state after so many steps."""
        if step in self._checkpoints:
            return self._checkpoints[step]
        with self._lock:
            state = self._nearest(step)
            while state.step < step:
                count = min(step - state.step, CHECKPOINT_EVERY - state.step % CHECKPOINT_EVERY)
                state = train(training_data(), state, count)
                if state.step % CHECKPOINT_EVERY == 0:
                    self._checkpoints[state.step] = state
            self._newest = state
            return state

    def _nearest(self, step: int) -> TrainingState:
        """The kept state from which the fewest steps lead to ``step``."""
        kept = (*self._checkpoints.values(), self._newest)
        return max((state for state in kept if state.step <= step), key=lambda state: state.step)


@once_per_key(maxsize=MOST_RUNS)
def _run(settings: TrainingSettings) -> _Run:
    return _Run(settings)


def state_at(settings: TrainingSettings, step: int) -> TrainingState:
    """A run after ``step`` of its steps, at most ``MAX_STEPS``."""
    return _run(settings).at(step)


def is_race(settings: Settings) -> bool:
    """Whether the page shows two runs side by side."""
    return bool(settings["train_view"] == "race")


def states(settings: Settings) -> tuple[TrainingState, ...]:
    """The run at the step of the link, or the two that race."""
    chosen = TrainingSettings(
        loss=settings["train_loss"],
        learning_rate=settings["train_rate"],
        batch_size=settings["batch_size"],
        label_smoothing=settings["train_smoothing"],
        seed=settings["seed"],
    )
    runs: tuple[TrainingSettings, ...] = (chosen,)
    if is_race(settings):
        runs = tuple(replace(chosen, loss=loss, initial_lead=settings["lead"]) for loss in LOSSES)
    return tuple(state_at(run, settings["train_step"]) for run in runs)


def history_until(state: TrainingState) -> tuple[Evaluation, ...]:
    """The run's evaluations up to this very step, which may lie between two recorded ones."""
    if state.history[-1].step == state.step:
        return state.history
    return (*state.history, evaluate(training_data(), state))


def images(settings: Settings) -> tuple[ClassifiedImage, ...]:
    """The picked image put through each run's classifier."""
    return tuple(classify_image(training_data(), state, settings["image"] - 1) for state in states(settings))


def mistakes(settings: Settings) -> tuple[Mistake, ...]:
    """The misread images that have a place in the gallery, worst first; of a race, those of cross-entropy."""
    return worst_mistakes(training_data(), states(settings)[0], GALLERY_ROWS * GALLERY_COLUMNS)
