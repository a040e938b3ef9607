"""The same file by django-import-export, in a venv of its own: `python -m peer OPTION FILE DSN`."""
