"""The files of the pretend world: invented photos and voices, and their storage."""
