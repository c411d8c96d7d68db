# nbjob:sidecar 1 20_report.ipynb
# generated: edit the notebook, not this file

# %% [markdown] id=title
# # Report
#
# Turnover by month and shop, as a table for people: `output/report.md`.

# %% id=imports tags=["job"]
import csv
from collections import defaultdict
from pathlib import Path

# %% id=load tags=["job"]
with Path("output", "sales.csv").open(encoding="utf-8", newline="") as file:
    rows = list(csv.DictReader(file))

# %% id=sum tags=["job"]
turnover: dict[tuple[str, str], int] = defaultdict(int)
for row in rows:
    turnover[row["day"][:7], row["shop"]] += int(row["pieces"]) * int(row["cents"])

# %% id=write tags=["job"]
lines = ["| month | shop | turnover |", "|---|---|---:|"]
lines += [f"| {month} | {shop} | {cents / 100:.2f} |" for (month, shop), cents in sorted(turnover.items())]
Path("output", "report.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
print("\n".join(lines))
