# nbjob:sidecar 1 10_extract.ipynb
# generated: edit the notebook, not this file

# %% [markdown] id=title
# # Extract
#
# Reads what the shops sent, leaves out what cannot be right, writes one file: `output/sales.csv`.

# %% id=imports tags=["job"]
import csv
from dataclasses import astuple, dataclass
from datetime import date
from pathlib import Path

# %% id=arguments tags=["job", "parameters"]
since: date = date(2024, 1, 1)
shops: list[str] = ["berlin", "porto"]

# %% [markdown] id=sale
# A sale, as every shop means it. Prices are cents: no rounding on the way.

# %% id=model tags=["job"]
@dataclass(frozen=True)
class Sale:
    day: date
    shop: str
    product: str
    pieces: int
    cents: int

# %% id=read tags=["job"]
def read(shop: str) -> list[Sale]:
    with Path("data", f"{shop}.csv").open(encoding="utf-8", newline="") as file:
        return [sale for row in csv.DictReader(file) if (sale := parse(shop, row))]


def parse(shop: str, row: dict[str, str]) -> Sale | None:
    try:
        day, pieces = date.fromisoformat(row["day"]), int(row["pieces"])
    except ValueError:
        print(f"{shop}: left out {row}")
        return None
    return Sale(day, shop, row["product"], pieces, round(float(row["price"]) * 100))

# %% [markdown] id=look
# Before trusting it, look at it. This cell has no tag: it stays here.

# %% id=collect tags=["job"]
sales = [sale for shop in shops for sale in read(shop) if sale.day >= since]
assert sales, f"no sales since {since}"

# %% id=write tags=["job"]
output = Path("output")
output.mkdir(exist_ok=True)
with (output / "sales.csv").open("w", encoding="utf-8", newline="") as file:
    writer = csv.writer(file)
    writer.writerow(Sale.__dataclass_fields__)
    writer.writerows(astuple(sale) for sale in sales)
print(f"{len(sales)} sales of {len(shops)} shops since {since}")
