"""The loss along a descent, drawn."""

import plotly.graph_objects as go

from ce_viz.pages.explore import figures as explore


def test_loss_curve_holds_every_step():
    assert explore.loss_curve([3.0, 2.0, 1.0])["data"][0]["y"] == [3.0, 2.0, 1.0, *[None] * 8]
    go.Figure(explore.loss_curve([3.0, 2.0, 1.0]))
