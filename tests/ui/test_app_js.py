"""assets/app.js: that a browser takes it at all, which no type checker looks at."""

import subprocess
import sys
from pathlib import Path

from crm_app.settings import ROOT

APP_JS = ROOT / "assets" / "app.js"


def test_it_is_javascript_and_short() -> None:
    node = Path(sys.executable).with_name("node")

    said = subprocess.run([node, "--check", APP_JS], capture_output=True, text=True, check=False)

    assert said.stderr == ""
    assert len(APP_JS.read_text().splitlines()) <= 150
