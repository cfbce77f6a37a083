"""The page that opens offline."""

import re

from ce_viz.core import Scenario, explain
from ce_viz.figures import quantities
from ce_viz.takeaway.document import Picture, page

FIGURE = quantities.probs(explain(Scenario()), ("<b>", "dog", "owl"))
PAGE = page(
    "A <title>",
    ["1 < 2"],
    [Picture("S", "hint", 'alt "x"', FIGURE, [["S", "i"], ["<", "i", "sub"]], "→ &")],
    language="en",
    address="http://x/?a=1&b=2",
)
OWN = re.sub(r"<script>.*?</script>", "", PAGE, flags=re.DOTALL)  # without plotly.js itself


def test_page_asks_no_other_server_for_anything():
    assert not re.search(r"(?:src|href)=['\"]https?://(?!x/)", OWN)


def test_texts_are_escaped():
    assert "A &lt;title&gt;" in OWN
    assert "<p>1 &lt; 2</p>" in OWN
    assert "alt &quot;x&quot;" in OWN


def test_formulas_and_what_leads_to_the_next_chart_are_there():
    assert "<span class='formula'><i>S</i><sub><i>&lt;</i></sub></span>" in OWN
    assert "<span class='joiner'>→ &amp;</span>" in OWN


def test_chart_holds_the_cores_numbers():
    assert "0.659" in PAGE
    assert PAGE.count("Plotly.newPlot(") >= 1
