"""The errors that the program expects; anything else is a bug."""

from enum import StrEnum


class CrmError(Exception):
    """A rule was broken; the message is one sentence for the person."""


class NotSignedInError(CrmError):
    """There is no good session; the person is led to the sign-in page."""

    def __init__(self) -> None:
        """Say it in the one way it is said everywhere."""
        super().__init__("Please sign in.")


class ForbiddenError(CrmError):
    """The signed-in person's role may not do this."""


def broke(problem: Exception) -> str:
    """Say for a page that the program itself broke; the error's words may hold a number."""
    return f"The program broke at it ({type(problem).__name__}, in logs/worker.log)"


class Kind(StrEnum):
    """What a provider's failure means for the thing that was asked."""

    AGAIN = "again"  # surely nothing happened; may be tried again
    REFUSED = "refused"  # this recipient or text; others may go on
    STOPPED = "stopped"  # the account; nothing will go through until it is mended
    UNCERTAIN = "uncertain"  # the request left and no answer says what became of it


class ProviderError(Exception):
    """A provider refused or failed; `kind` says whether a repeat is safe."""

    def __init__(self, message: str, kind: Kind, status: int = 0) -> None:
        """Keep the provider's own words, and the status of its answer (0: there was none)."""
        super().__init__(message)
        self.kind, self.status = kind, status
