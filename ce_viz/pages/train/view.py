"""What Train shows and what a hand does there: one run with its images, or two runs from the same bad start."""

from __future__ import annotations

from ce_viz.core.studies.classified import Mistake
from ce_viz.core.studies.training import MAX_STEPS
from ce_viz.live import Board, Event, Pick, Tick, View
from ce_viz.live.route import Question
from ce_viz.pages.digits import training_data
from ce_viz.pages.train import charts, run, sentences
from ce_viz.pages.train.figures import GALLERY_COLUMNS, GALLERY_ROWS
from ce_viz.pages.train.settings import CHARTS as CHARTS
from ce_viz.pages.visit import Visit
from ce_viz.settings.value import Settings

RUN, IMAGE, GALLERY = "train_run", "train_image", "train_worst_images"
RACE, RACE_IMAGE = "train_race", "train_race_image"
TICK_MS = 80

_DECIMALS = 4  # of logits that go to Explore: more than its charts print, few enough to read


def uses_scenario(_: Settings) -> bool:
    """Never: what is shown has logits and labels of its own."""
    return False


def show(visit: Visit) -> View:
    """The charts of one run or of the race; while it plays, the next frame's time."""
    settings, words, data = visit.settings, visit.words, training_data()
    states, images = run.states(settings), run.images(settings)
    histories = [run.history_until(state) for state in states]
    reached = sentences.reached(
        words, [history[-1] for history in histories], len(data.test.labels), visit.hidden
    )
    told = sentences.image(words, images, visit.hidden)
    boards: tuple[Board, ...]
    if run.is_race(settings):
        race = charts.race(words, data, states, histories)
        boards = (
            Board(RACE, tuple(race), reached, columns=14, height=170),
            Board(RACE_IMAGE, tuple(charts.race_image(words, images)), told, columns=14, height=140),
        )
    else:
        one = charts.run(words, data, states[0], histories[0])
        picked = charts.image(words, images[0], settings["train_loss"])
        gallery = charts.gallery(words, run.mistakes(settings))
        boards = (
            Board(RUN, tuple(one), reached, columns=14, height=160),
            Board(IMAGE, tuple(picked), told, columns=7, height=140),
            Board(GALLERY, (gallery,), columns=1, height=210),
        )
    goes_on = visit.playing and settings["train_step"] < MAX_STEPS
    return View(boards, TICK_MS if goes_on else None)


def act(settings: Settings, event: Event) -> Settings:
    """A tick moves the run on; a picked mistake gives its logits and its label to the scenario."""
    match event:
        case Tick():
            return stepped(settings, int(settings["pace"]))
        case Pick(chart="mistakes", i=i, j=j) if not run.is_race(settings):
            mistake = _mistake(settings, i, j)
            return with_mistake(settings, mistake) if mistake else settings
    return settings


def is_slow(question: Question) -> bool:  # noqa: ARG001  (the same for every question)
    """Always: a run may have to be trained to its step first."""
    return True


def leads_to(settings: Settings, event: Event) -> str | None:
    """The page that shows what an event has just made of the settings, where it is not this one."""
    is_pick = isinstance(event, Pick) and event.chart == "mistakes"
    return "explore" if is_pick and settings["origin"].startswith("digit-") else None


def stepped(settings: Settings, count: int = 1) -> Settings:
    """The settings so many training steps later, or at the last one."""
    return settings.changed(train_step=min(settings["train_step"] + count, MAX_STEPS))


def with_worst_image(settings: Settings) -> Settings:
    """The settings with the worst mistake as the image that is followed through."""
    worst = run.mistakes(settings)
    return settings.changed(image=worst[0].number + 1) if worst else settings


def with_mistake(settings: Settings, mistake: Mistake) -> Settings:
    """The settings with one image's logits and label as the scenario."""
    return settings.changed(
        logits=tuple(round(logit, _DECIMALS) for logit in mistake.logits.tolist()),
        label=mistake.label + 1,
        mode="one-hot",
        temperature=1.0,
        names=tuple(str(k) for k in range(len(mistake.logits))),
        cell=None,
        origin=f"digit-{mistake.number + 1}",
    )


def _mistake(settings: Settings, i: int, j: int) -> Mistake | None:
    """The mistake at row i and column j of the gallery."""
    worst, place = run.mistakes(settings), i * GALLERY_COLUMNS + j
    return worst[place] if i < GALLERY_ROWS and j < GALLERY_COLUMNS and place < len(worst) else None
