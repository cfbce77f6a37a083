"""What the lesson says beside the charts: the scene's idea, its task, and what follows from a task that is done."""

from __future__ import annotations

import math

from ce_viz.pages.lesson import scenes, tasks
from ce_viz.pages.lesson.headline import named
from ce_viz.pages.lesson.settings import RIGHT, START
from ce_viz.pages.lesson.tasks import BLOCKED, NEAR, SCENES, Look
from ce_viz.pages.visit import Visit
from ce_viz.strings.numbers import field, number


def title(visit: Visit, scene: int) -> str:
    """The scene's title, a visitor's own class names escaped."""
    at = tasks.look(visit.settings, visit.explanation)
    return visit.words.fill(f"lesson.scene_{scene}.title_readout", **named(at, visit.markdown_names))


def idea(visit: Visit, at: Look) -> str:
    """What the scene is about."""
    return _filled(visit, at, f"scene_{visit.settings['scene']}.idea")


def prompt(visit: Visit, at: Look) -> str:
    """The task that the visitor is at."""
    task = task_of(visit, at)
    if task == "match" and not scenes.is_matching(visit.settings):
        return visit.words[f"lesson.match.{'after' if task in visit.settings['done'] else 'before'}"]
    return _filled(visit, at, f"{task}.prompt")


def task_of(visit: Visit, at: Look) -> str:
    """The task that is told: in scene 6 the one that the settings ask about."""
    return scenes.question(visit.settings) or tasks.current(at)


def is_wrong(visit: Visit, task: str) -> bool:
    """Whether a prediction was another than what came."""
    return task in ("sum", "temperature") and visit.settings[f"bet_{task}"] != RIGHT


def outcomes(visit: Visit, at: Look) -> list[tuple[str, str]]:
    """Each task of the scene that is done, and what follows from it."""
    done = scenes.recorded(visit.settings)["done"]
    told = [task for task in SCENES[visit.settings["scene"]] if task in done]
    if "thrice" in told:
        told.remove("guess")  # what to look at next, which has been seen
    if visit.settings["scene"] == 6:
        told = [task for task in told if task == task_of(visit, at) and visit.settings[f"bet_{task}"]]
    return [(task, _outcome(visit, at, task)) for task in told]


def is_blocked(at: Look, task: str) -> bool:
    """Whether the task has to begin again."""
    return tasks.state(task, at) == BLOCKED


def _outcome(visit: Visit, at: Look, task: str) -> str:
    text = _filled(visit, at, f"{task}.done")
    if task == "guess":
        return f"{_verdict(visit, at)} {text}".strip()
    if task in ("sum", "temperature"):
        verdict = "wrong" if is_wrong(visit, task) else "right"
        return f"**{visit.words[f'lesson.bet_{verdict}']}** {text}"
    return text


def _verdict(visit: Visit, at: Look) -> str:
    """How good the guess was, as long as nothing has moved since."""
    if visit.settings["tries"]:
        return ""
    if not any(visit.settings["guess"]):
        return visit.words["lesson.guess.none"]
    return visit.words.fill("lesson.guess.right_readout", right=at.signs_right, count=len(visit.names))


def _filled(visit: Visit, at: Look, key: str) -> str:
    """A text with the classes and numbers in it; in prose, braces are LaTeX's."""
    scenario = visit.scenario
    smoothing = scenario.label_smoothing if scenario.mode == "smoothed" else scenes.SMOOTHING
    values: dict[str, object] = {
        **named(at, visit.markdown_names),
        "share": f"{smoothing / len(visit.names):.2g}",
        "sum": f"{math.fsum(scenario.effective_targets):.4g}",
        "temperature": f"{visit.explanation.temperature:.4g}",
        "within": field(NEAR),
        "least": number(at.least) if len(visit.names) == len(START) else "",
    }
    filled = f"lesson.{key}_readout"
    return visit.words.fill(filled, **values) if filled in visit.words else visit.words[f"lesson.{key}"]
