"""Firefox spoken to without geckodriver, which few systems pack: WebDriver's commands in Firefox's own protocol.

Messages are ``length:JSON``: ``[0, id, command, parameters]`` asks, ``[1, id, error, result]`` answers. Commands and
errors are WebDriver's, which is why geckodriver is thin, and this is thinner.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping
from typing import Any

from selenium.webdriver.remote.command import Command
from selenium.webdriver.remote.remote_connection import RemoteConnection

_PATIENCE = 90.0  # seconds for an answer
_NAMES: Mapping[str, str] = {  # Selenium's commands that the tour needs
    Command.NEW_SESSION: "NewSession",
    Command.GET: "Navigate",
    Command.GO_BACK: "Back",
    Command.REFRESH: "Refresh",
    Command.GET_CURRENT_URL: "GetCurrentURL",
    Command.GET_TITLE: "GetTitle",
    Command.FIND_ELEMENT: "FindElement",
    Command.FIND_ELEMENTS: "FindElements",
    Command.CLICK_ELEMENT: "ElementClick",
    Command.SEND_KEYS_TO_ELEMENT: "ElementSendKeys",
    Command.W3C_EXECUTE_SCRIPT: "ExecuteScript",
    Command.W3C_ACTIONS: "PerformActions",
    Command.W3C_CLEAR_ACTIONS: "ReleaseActions",
    Command.SCREENSHOT: "TakeScreenshot",
    Command.SET_WINDOW_RECT: "SetWindowRect",
    Command.SET_TIMEOUTS: "SetTimeouts",
    Command.NEW_WINDOW: "NewWindow",
    Command.W3C_GET_CURRENT_WINDOW_HANDLE: "GetWindowHandle",
    Command.SWITCH_TO_WINDOW: "SwitchToWindow",
    Command.SWITCH_TO_FRAME: "SwitchToFrame",
    Command.W3C_GET_ACTIVE_ELEMENT: "GetActiveElement",
    Command.CLOSE: "CloseWindow",
}


class MarionetteConnection(RemoteConnection):
    """What Selenium sends its commands through."""

    def __init__(self, port: int) -> None:
        super().__init__(f"http://127.0.0.1:{port}")
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE)
        self._answers = self._socket.makefile("rb")
        self._number = 0
        self._read()  # a greeting

    def execute(self, command: str, params: dict[str, Any]) -> dict[str, Any]:
        """Ask, and answer as Selenium expects it: a value, or a status that it makes an exception of.

        Raises:
          NotImplementedError: The tour has begun to use a command that is not in the list.
        """
        if command == Command.QUIT:
            return self._ask("Marionette:Quit", {"flags": ["eForceQuit"]})
        if command not in _NAMES:
            raise NotImplementedError(command)
        parameters = {key: value for key, value in params.items() if key != "sessionId"}
        if command == Command.NEW_SESSION:
            parameters = (
                parameters["capabilities"]["firstMatch"][0] | parameters["capabilities"]["alwaysMatch"]
            )
        if command == Command.W3C_EXECUTE_SCRIPT:
            parameters |= {"newSandbox": False, "sandbox": None}
        return self._ask(f"WebDriver:{_NAMES[command]}", parameters)

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def _ask(self, name: str, parameters: dict[str, Any]) -> dict[str, Any]:
        self._number += 1
        message = json.dumps([0, self._number, name, parameters]).encode()
        self._socket.sendall(b"%d:%b" % (len(message), message))
        _, number, error, result = self._read()
        assert number == self._number
        if error:
            return {"status": 500, "value": json.dumps({"value": error})}
        wrapped = isinstance(result, dict) and result.keys() == {"value"}
        return {"status": 0, "value": result["value"] if wrapped else result}

    def _read(self) -> Any:
        length = b""
        while (digit := self._answers.read(1)) != b":":
            if not digit:
                raise ConnectionError("Firefox has hung up")
            length += digit
        return json.loads(self._answers.read(int(length)))
