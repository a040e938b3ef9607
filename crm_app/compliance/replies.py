"""What an incoming text asks of us: STOP, HOLD, START, HELP or NONE; the reader is a room apart."""

from crm_app.replies.reader import Reading, Verdict, read

__all__ = ["Reading", "Verdict", "read"]
