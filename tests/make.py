"""Makes the rows that tests stand on; every number is invented (555-01xx)."""

from sqlmodel import Session, select

from crm_app import clock
from crm_app.auth.models import Role, User
from crm_app.compliance.models import Attestation
from crm_app.contacts.models import (
    Contact,
    ContactList,
    ContactProperty,
    ListMember,
    PhoneNumber,
    Property,
)


def make_user(session: Session, *, login: str = "olivia", role: Role = Role.OWNER) -> User:
    """Return a user who cannot sign in (no password)."""
    user = User(
        login=login, name=login.title(), role=role, password_hash="!", created_at=clock.wall()
    )
    session.add(user)
    session.flush()
    return user


def make_contact(
    session: Session,
    *,
    name: str = "Pat Example",
    phone: str = "+16175550140",
    mail_zip: str = "02169",
) -> Contact:
    """Return a contact with one textable number."""
    at = clock.now(session)
    first, _, last = name.partition(" ")
    contact = Contact(
        name=name, first_name=first, last_name=last, mail_zip=mail_zip, created_at=at, updated_at=at
    )
    session.add(contact)
    session.flush()
    if phone:
        session.add(PhoneNumber(e164=phone, contact_id=contact.id))
        session.flush()
    return contact


def make_property(
    session: Session,
    contact: Contact | None = None,
    *,
    address: str = "12 Lanternwick St",
    city: str = "Quincy",
    zip5: str = "02169",
    apn: str = "",
) -> Property:
    """Return a house, owned by `contact` when one is given."""
    at = clock.now(session)
    house = Property(
        apn=apn,
        address_key=f"{address.lower()}|{zip5}",
        address=address,
        city=city,
        state="MA",
        zip5=zip5,
        year_built=1958,
        created_at=at,
        updated_at=at,
    )
    session.add(house)
    session.flush()
    if contact:
        session.add(ContactProperty(contact_id=contact.id, property_id=house.id))
        session.flush()
    return house


def make_list(
    session: Session, *contacts: Contact, name: str = "Spring", attested_by: User | None = None
) -> ContactList:
    """Return a list of `contacts`, attested when somebody is named."""
    found = ContactList(name=name, created_at=clock.now(session))
    session.add(found)
    session.flush()
    for contact in contacts:
        link = session.exec(
            select(ContactProperty).where(ContactProperty.contact_id == contact.id)
        ).first()
        session.add(
            ListMember(
                list_id=found.id,
                contact_id=contact.id,
                property_id=link.property_id if link else None,
            )
        )
    if attested_by:
        session.add(
            Attestation(
                list_id=found.id, user_id=attested_by.id, sentence="I may.", at=clock.now(session)
            )
        )
    session.flush()
    return found
