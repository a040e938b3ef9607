"""What the worker does for the sandbox: playing the time, and keeping the clocks in step."""

from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session

from crm_app import db, live, queue
from crm_app.sandbox import clocks, play
from crm_app.settings import settings


@queue.task
def play_time(target: str) -> None:
    """Play the time; `target` (ISO) only names the wish, the house's row decides."""
    play.play()


def lead(choose: Callable[[Session], datetime]) -> tuple[datetime, bool]:
    """Lead the clock to the chosen time; return that time, and whether a worker plays until it."""
    with db.transaction() as session:
        target = choose(session)
        will_play = clocks.lead_to(session, target)
    if will_play:
        queue.ring(play_time, target.isoformat())
    else:
        play.tell_sandbox()
    return target, will_play


@queue.periodic
def each_minute() -> None:
    """Keep the pretend world in step, move the ribbons on, take up a play that broke off."""
    if settings().is_sandbox:
        play.tell_sandbox()
        with db.transaction() as session:
            live.publish(session, clocks.TOPIC)
        play.play()
