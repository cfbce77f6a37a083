"""The line of HTML that shows the app within another page."""

from __future__ import annotations

from html import escape


def frame(address: str, title: str, *, height: int) -> str:
    """An ``<iframe>`` without the app's own navigation.

    Args:
      address: The link of what is to be shown.
      title: Its name, for those who have the page read to them.
      height: In CSS pixels.
    """
    source = f"{address}{'&' if '?' in address else '?'}embed=true"
    return (
        f'<iframe src="{escape(source, quote=True)}" title="{escape(title, quote=True)}" loading="lazy" '
        f'style="width: 100%; height: {height}px; border: 0"></iframe>'
    )
