"""A raw websocket to the program, as somebody would open it who never loaded a page."""

import json
import time
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import websocket

NAMESPACE = "/_event"


class Wire:
    """One browser tab without a browser: speaks socket.io by hand, keeps every frame it heard."""

    def __init__(self, origin: str, *, cookie: str = "", token: str = "") -> None:
        self.token = token or str(uuid4())
        self.frames: list[str] = []
        host = origin.split("://")[1]
        self._socket = websocket.create_connection(
            f"ws://{host}/_event/?EIO=4&transport=websocket&token={self.token}",
            cookie=cookie or None, origin=origin, timeout=10, skip_utf8_validation=True,
        )  # fmt: skip
        assert str(self._socket.recv()).startswith("0")
        self._socket.send(f"40{NAMESPACE},")
        while not str(answer := self._socket.recv()).startswith(f"40{NAMESPACE}"):
            self.frames.append(str(answer))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._socket.close()

    def emit(self, name: str, payload: dict[str, Any] | None = None, path: str = "/") -> None:
        """Send one event, whatever its name."""
        event = {
            "name": name,
            "payload": payload or {},
            "token": self.token,
            "router_data": {"pathname": path, "asPath": path, "query": {}},
        }
        self.send(f"42{NAMESPACE},{json.dumps(['event', event])}")

    def send(self, frame: str) -> None:
        """Send a frame as it is."""
        self._socket.send(frame)

    def visit(self, path: str) -> None:
        """Load a page by Reflex's own event and wait until it says that all is there."""
        self.emit("reflex___state____state.hydrate_and_load", path=path)
        self.listen(1, until='"is_hydrated_rx_state_":true')

    def listen(self, quiet: float, most: float = 30, until: str = "") -> str:
        """Return all that came back, as soon as nothing more comes for `quiet` seconds.

        Or as soon as `until` comes.
        """
        end = time.monotonic() + most
        self._socket.settimeout(quiet)
        while time.monotonic() < end:
            try:
                frame = str(self._socket.recv())
            except websocket.WebSocketTimeoutException:
                break
            if frame == "2":
                self._socket.send("3")
            else:
                self.frames.append(frame)
                if until and until in frame:
                    break
        return "\n".join(self.frames)
