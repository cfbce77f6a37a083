"""The line that shows the app within another page."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from ce_viz.takeaway.embedding import frame


@pytest.mark.parametrize(
    ("address", "source"),
    [
        ("https://x.org/", "https://x.org/?embed=true"),
        ("https://x.org/a?names=%22%3E&x=1", "https://x.org/a?names=%22%3E&x=1&embed=true"),
        ('https://x.org/?"><b', 'https://x.org/?"><b&embed=true'),
    ],
)
def test_the_frame_holds_the_link_and_nothing_breaks_out_of_it(address, source):
    line = frame(address, 'A "title" & <b>', height=320)
    element = ElementTree.fromstring(line)
    assert element.tag == "iframe"
    assert len(element) == 0
    assert element.get("src") == source
    assert element.get("title") == 'A "title" & <b>'
    assert "height: 320px" in (element.get("style") or "")
