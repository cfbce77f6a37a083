"""The address bar: what the browser says of it, what is written to it, and which of the two is newer."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit, urlunsplit

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from ce_viz.settings.table import IN_PLAY, TABLE
from ce_viz.settings.value import Settings

_MOST = 64  # that were written and may still come back


class Addresses:
    """The newest address that came from the browser, and those written since, which come back in this order.

    A run that was already under way when the address changed still carries the old one.
    """

    def __init__(self) -> None:
        self._kept: deque[dict[str, str]] = deque(maxlen=_MOST)
        self._path: str | None = None
        self.is_back = False  # whether Back or Forward has led to the address that was taken last

    def take(self) -> tuple[bool, dict[str, str] | None]:
        """Take what came with a run.

        Returns:
          Whether the visitor has moved to another page; and the address's settings where the browser means them, None
          where it only says again what was written.
        """
        incoming = {name: text for name, text in st.query_params.to_dict().items() if _is_addressed(name)}
        path = browsers_url().path
        moved = self._path not in (None, path)
        self._path, self.is_back = path, _went_back()
        if self._kept and moved and not incoming and not self.is_back:
            self._start({})  # on a page that was opened the browser drops the address; the settings stay
        elif incoming in self._kept and not self.is_back:
            while self._kept[0] != incoming:
                self._kept.popleft()
        else:
            self._start(incoming)
            return moved, incoming
        return moved, None

    def write(self, params: Mapping[str, str]) -> None:
        """Write the address where the browser does not say it, also once more.

        Streamlit lets go of what a run has sent where the next one begins a moment after its end, and ends a run that
        is about to send something where the next one waits: that one writes it.
        """
        if self._kept[-1] != params:
            self._kept.append(dict(params))
        if self._kept[0] != params:
            st.query_params.from_dict(dict(params))

    def _start(self, incoming: Mapping[str, str]) -> None:
        """Begin with another address; what was written before and has not come back yet may still come, late."""
        late = list(self._kept)[1:]
        self._kept.clear()
        self._kept.extend([dict(incoming), *late, dict(incoming)] if late else [dict(incoming)])


def browsers_url() -> SplitResult:
    """The page's address as the browser tells it, in its parts; empty where that is no address."""
    try:
        return urlsplit(st.context.url or "")
    except ValueError:  # forged: "http://["
        return SplitResult("", "", "", "", "")


def _page_at(parts: SplitResult) -> str:
    """Name of the page at an address: the first one's is the root, whatever path that is at."""
    name = parts.path.rstrip("/").rpartition("/")[2]
    return name if name in IN_PLAY else "explore"


def address(settings: Settings) -> str:
    """The address that shows this page with these settings, as short as it can be."""
    parts = browsers_url()
    return urlunsplit((parts.scheme, parts.netloc, parts.path, settings.short(_page_at(parts)), ""))


def _is_addressed(name: str) -> bool:
    return name in TABLE and TABLE[name].addressed


def _went_back() -> bool:
    """Whether the visitor pressed the browser's Back or Forward: then even an address just left is meant.

    Streamlit tells its own code alone; an address that comes back on its own looks the same.
    """
    run = get_script_run_ctx()
    return run is not None and run.is_history_navigation
