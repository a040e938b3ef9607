"""`python -m tests.replies.otherwise` writes down which tuned texts are still read wrongly."""

import json

from crm_app.replies.reader import read
from tests.replies.votes import FOLDER, cases

FILE = FOLDER / "otherwise.jsonl"


def found() -> list[dict[str, str]]:
    """Each tuned text with another verdict than its author's: both verdicts and the text."""
    return [
        {"verdict": case["verdict"], "read": str(verdict), "text": case["text"]}
        for case in cases()
        if (verdict := read(case["text"], case.get("before", "")).verdict) != case["verdict"]
    ]


def known() -> list[dict[str, str]]:
    """What was written down."""
    return [json.loads(line) for line in FILE.read_text("utf-8").splitlines()]


def main() -> None:
    """Write the file anew."""
    lines = (json.dumps(case, ensure_ascii=False) + "\n" for case in found())
    FILE.write_text("".join(lines), "utf-8")


if __name__ == "__main__":
    main()
