"""The CSV importer: reading, planning and applying a file so that every row is accounted for."""
