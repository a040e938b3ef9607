"""Invented files of any size: PropertyRadar's 39 columns, 38 filled in every row."""

import csv
import random
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from crm_app.settings import ROOT

SAMPLE = ROOT / "tests" / "data" / "propertyradar_sample.csv"
FIRST = ["Margery", "Desmond", "Rupert", "Ida", "Otis", "Lenora", "Faith", "Ezra", "Seamus", "June"]
LAST = [
    start + end
    for start in ("Til", "Pen", "Quar", "Brim", "Har", "Whit", "Stan", "Ash")
    for end in ("lotson", "haligon", "combe", "tree", "worth", "dishe", "downe", "ridge")
]
TOWNS = [("QUINCY", "02169"), ("BRAINTREE", "02184"), ("WEYMOUTH", "02190"), ("SALEM", "01970")]
AREAS = (617, 781, 857, 508, 339, 774, 978, 401)


def write_file(path: Path, households: int, people: int = 2) -> None:
    """Write a PropertyRadar export of so many invented houses with two people each, or one."""
    header = next(csv.reader(SAMPLE.open(encoding="utf-8-sig")))
    chance, numbers = random.Random(1), _numbers()
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, header, restval="")
        writer.writeheader()
        for n in range(households):
            (town, zip5), last = chance.choice(TOWNS), chance.choice(LAST)
            street = f"{n % 400 + 1} {chance.choice(LAST)}{n // 400} ST".upper()
            firsts = chance.sample(FIRST, people)
            row = {
                "Type": "SFR", "Address": street, "City": town, "ZIP": zip5,
                "Subdivision": f"{chance.choice(LAST)} HEIGHTS".upper(),
                "Longitude": f"-71.{n % 1_000_000:06}", "Latitude": f"42.{n % 1_000_000:06}",
                "APN": f"{town[:4]}-{n:07}", "Yr Built": 1900 + n % 100,
                "Purchase Date": f"{1990 + n % 33}-{1 + n % 12:02}-{1 + n % 28:02}",
                "Purchase Mos Since": 12 + n % 300, "Sq Ft": 900 + n % 2000, "Beds": 2 + n % 4,
                "Baths": "2.5", "Est Value": 400_000 + n, "Est Equity $": 200_000 + n % 100_000,
                "Owner": " & ".join(f"{last},{first}" for first in firsts).upper(),
                "Mail Address": street, "Mail City": town, "Mail State": "MA", "Mail ZIP": zip5,
                "Owner Occ?": 1, "Listed for Sale?": 0, "Listing Status": "", "Foreclosure?": 0,
                "Est Equity %": 50, "High Equity?": 1,
            }  # fmt: skip
            for who, first in zip(("Primary", "Secondary"), firsts, strict=False):
                email = f"{first}.{last}{n}@example.com".lower()
                row |= {
                    f"{who} Name": f"{first} {last}".upper(), f"{who} Mobile Phone1": next(numbers),
                    f"{who} Mobile 1 Status": "Active", f"{who} Email 1 Status": "Active",
                    f"{who} Email1": email,
                    f"{who} Email1 Hash": sha256(email.encode()).hexdigest(),
                }  # fmt: skip
            writer.writerow(row)


def _numbers() -> Iterator[str]:
    """Yield numbers that could exist: nothing here can text them."""
    for n in range(8 * 700 * 10_000):
        k = n // len(AREAS)
        yield f"{AREAS[n % len(AREAS)]}-{200 + k // 10_000}-{k % 10_000:04}"
