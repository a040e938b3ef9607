"""What business.md and compliance.md allow, in another hand than the program's, against it."""
