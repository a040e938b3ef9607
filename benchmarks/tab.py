"""A browser tab without a browser, that can be timed."""

from tests.journeys.wire import Wire

HYDRATE = "reflex___state____state.hydrate_and_load"


class Tab(Wire):
    """Opens a page as a browser does, and waits for an answer."""

    def open(self, path: str) -> None:
        """Load a page's state."""
        self.emit(HYDRATE, path=path)
        self.hear('"is_hydrated_rx_state_":true')

    def hear(self, words: str) -> str:
        """Return the next frame that has these words in it; the socket's time-out is 10 s."""
        while words not in (frame := str(self._socket.recv())):
            if frame == "2":
                self._socket.send("3")
        return frame
