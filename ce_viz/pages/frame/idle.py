"""Connections on which a request was begun and not ended: each holds an open file for as long as it likes."""

from __future__ import annotations

import gc
from typing import Any
from weakref import WeakKeyDictionary


class Idle:
    """Ends connections that stay half-way through a request's head.

    uvicorn limits how long a connection may rest between two requests, not how long a request's head may take, and
    Streamlit lets nobody set more. Its connections are therefore looked at from time to time: one that waits for a
    head at two looks, and was answered nothing in between, is closed.
    """

    def __init__(self) -> None:
        """Find the server of this process; there is none where another one than uvicorn runs the app."""
        self._servers: list[Any] = [each for each in gc.get_objects() if _is_server(type(each))]
        self._seen: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()  # connection -> the request before

    def sweep(self) -> None:
        """Close what has waited since the last sweep."""
        connections = [each for server in self._servers for each in server.server_state.connections]
        waiting = WeakKeyDictionary({each: each.cycle for each in connections if _waits(each)})
        for each, before in waiting.items():
            if each in self._seen and self._seen[each] is before:
                each.transport.abort()
        self._seen = waiting


def _is_server(kind: type) -> bool:
    return (kind.__module__, kind.__qualname__) == ("uvicorn.server", "Server")


def _waits(connection: Any) -> bool:
    """Whether a connection has neither a request that is being answered nor a limit to its rest."""
    if not hasattr(connection, "cycle"):
        return False  # a websocket
    answering = connection.cycle is not None and not connection.cycle.response_complete
    return not answering and connection.timeout_keep_alive_task is None
