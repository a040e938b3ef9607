"""The pretend OpenPhone's contacts, and what it is told of threads: openphone/ had no room."""
