"""The screens of contacts: list, search, one contact. What they are lies in contacts/."""
