import pytest
from sqlmodel import Session

from tests.texting import TUESDAY, set_clock


@pytest.fixture
def tuesday(session: Session) -> Session:
    """The session at ten in the morning of a working day."""
    set_clock(session, TUESDAY)
    return session
