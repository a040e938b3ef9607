"""The table of the lists room: the words that a search may have meant."""

from sqlmodel import Field

from crm_app.db import Table


class SearchWord(Table, table=True):
    """A word of a name, street, town or tag, and how many contacts bear it; made by a job."""

    word: str = Field(primary_key=True)
    used: int
