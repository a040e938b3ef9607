"""What a file says: encodings, columns by name, cells, rows. It knows no database."""
