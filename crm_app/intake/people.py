"""What the people of a row do to the contacts: one number is one contact."""

from collections.abc import Callable
from dataclasses import dataclass, field

from crm_app.contacts.phones import read_phone, show
from crm_app.intake.rows import PersonRead

BETWEEN = " · "


@dataclass(slots=True)
class Known:
    """A contact that is known: from the database, or made by an earlier row of this file."""

    id: int
    name: str
    email: str = ""
    other_names: str = ""
    mail_zip: str = ""
    is_deleted: bool = False
    is_new: bool = False
    is_changed: bool = False
    parts: PersonRead | None = None


@dataclass(slots=True)
class NewNumber:
    """A number nobody had."""

    e164: str
    contact_id: int
    position: int
    because: str
    note: str


@dataclass
class People:
    """The contacts of a batch by their numbers, and the numbers that are new."""

    by_number: dict[str, Known]
    numbers: list[NewNumber] = field(default_factory=list)
    careful: dict[str, str] = field(default_factory=dict)

    def take(self, person: PersonRead, mail_zip: str, new_id: Callable[[], int]) -> Known:
        """Return the contact with the person's number, made or completed.

        A name or e-mail that is there already stays, since somebody may have put it right;
        another name on the same number is kept beside it. `new_id()` gives an id for a new one.
        """
        found = self.by_number.get(person.e164)
        if found is None:
            found = Known(new_id(), person.name, mail_zip=mail_zip, is_new=True, parts=person)
            found.email = person.email
            self._add(person.e164, found, 0, person.because, person.note)
        elif not found.is_deleted:
            _complete(found, person, mail_zip)
            if person.because:
                self.careful[person.e164] = person.because
        for position, number in enumerate(person.extra, start=1):
            if number not in self.by_number and not found.is_deleted:
                self._add(number, found, position, read_phone(number).because, person.note)
                found.is_changed = True
        return found

    def _add(self, e164: str, contact: Known, position: int, because: str, note: str) -> None:
        self.by_number[e164] = contact
        self.numbers.append(NewNumber(e164, contact.id, position, because, note))


def _complete(known: Known, person: PersonRead, mail_zip: str) -> None:
    """Fill what is blank, and keep a further name."""
    if known.name in ("", show(person.e164)):  # a stranger who texted us has a name now
        known.name, known.parts, known.is_changed = person.name, person, True
    others = [name for name in known.other_names.split(BETWEEN) if name]
    had = {name.casefold() for name in (known.name, show(person.e164), *others)}
    if person.name.casefold() not in had:
        known.other_names = BETWEEN.join([*others, person.name])
        known.is_changed = True
    if person.email and not known.email:
        known.email, known.is_changed = person.email, True
    if mail_zip and not known.mail_zip:
        known.mail_zip, known.is_changed = mail_zip, True
