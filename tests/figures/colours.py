"""The colours in a figure."""

from __future__ import annotations


def colours(node: object) -> set[str]:
    """All that are written with a #, wherever they stand."""
    if isinstance(node, dict):
        return {colour for value in node.values() for colour in colours(value)}
    if isinstance(node, (list, tuple)):
        return {colour for value in node for colour in colours(value)}
    return {node} if isinstance(node, str) and node.startswith("#") else set()
