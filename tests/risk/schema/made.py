"""Small files of declarations, made for the tests of this folder."""

from pathlib import Path

from tamgha.risk.schema import Mapping

HEADER = "Number;Day;Office;HS;Origin;Net;Price"
LINE = "10/0001;01.02.2026;101;640399;CN;12,5;100,00"
MAPPING = """
name = "small"
[file]
separator = ";"
decimal = ","
[set]
currency = "USD"
timezone = "Asia/Bishkek"
[constants]
direction = "import"
hs_edition = 2022
[columns]
declaration = "Number"
lodged = {field = "Day", format = "%d.%m.%Y"}
office = "Office"
hs = "HS"
origin = "Origin"
net_mass_kg = "Net"
item_price = "Price"
"""


def mapping() -> Mapping:
    return Mapping.loads(MAPPING)


def row(number: int, **changed: str) -> str:
    """Return one good line, with some fields changed."""
    fields = dict(zip(HEADER.split(";"), LINE.split(";"), strict=True))
    fields["Number"] = f"10/{number:04}"
    fields["Day"] = f"{1 + number % 28:02}.02.2026"
    return ";".join((fields | changed).values())


def write(path: Path, *lines: str, newline: str = "\n", encoding: str = "utf-8") -> Path:
    path.write_bytes((newline.join((HEADER, *lines)) + newline).encode(encoding))
    return path
