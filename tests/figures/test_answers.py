"""What a class has answered is drawn where it belongs, and Plotly takes it as it is."""

import plotly.graph_objects as go
import pytest

from ce_viz.figures import answers, style
from tests.figures.colours import colours

NAMES = ("cat", "dog", "owl")
VOTES = [(0.1, 0.5, 0.9)] * 40, [(0.3, -0.5, 0.2)] * 40


def drawn(count: int) -> list[style.Figure]:
    """Choices, guesses, and guesses beside the truth, of one vote or two."""
    reach = (-1.0, 1.0)
    return [
        answers.counts([[1, 0, 7], [0, 8, 0]][:count], NAMES),
        answers.guesses(VOTES[:count], NAMES, reach=reach),
        answers.guesses(VOTES[:count], NAMES, reach=reach, truth=(0.2, -0.3, 0.1)),
    ]


@pytest.mark.parametrize("count", [1, 2])
def test_plotly_accepts_the_figures_and_their_colours_have_dark_twins(count):
    for figure in drawn(count):
        go.Figure(figure)
        assert colours(figure) <= set(style.DARK)


def test_the_dots_of_two_votes_stand_over_their_bar_on_a_side_of_their_own():
    first, second = drawn(2)[1]["data"][1:]
    for dots, side, vote in ((first, -1, VOTES[0]), (second, 1, VOTES[1])):
        for x, y in zip(dots["x"], dots["y"], strict=True):
            bar = round(x)
            assert 0 < side * (x - bar) < 0.5
            assert y == vote[0][bar]
