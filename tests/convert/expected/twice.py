"""Two exports joined. One function reads either of them."""

# Converted from `twice.py`.

import os
from pathlib import Path

import dagster as dg

DATA = Path(os.environ.get("CASES_DATA_DIR", "."))
CURRENCIES = ("EUR", "USD")


def in_currency(amount: float, currency: str) -> str:
    return f"{amount:.2f} {currency}"


def fetch(name: str, *, header: bool = True) -> list:
    """One export as rows."""
    lines = [f"{name},1", f"{name},2"]
    return [line.split(",") for line in (lines if header else lines[1:])]


TWICE = dict(key_prefix="twice", group_name="twice", owners=["team:analytics"], tags={"two-words": ""})


@dg.asset(
    **TWICE,
    ins={"orders": dg.AssetIn(key=["twice", "fetch"]), "catalog": dg.AssetIn(key=["twice", "fetch__1"])},
)
def join(orders, catalog):
    currency = CURRENCIES[0]
    # every order with every product
    return [{"order": o, "product": p, "currency": currency} for o in orders for p in catalog]


@dg.asset(**TWICE, ins={"rows": dg.AssetIn(key=["twice", "join"])})
def summarize(rows):
    top = 2
    return {"first": rows[:top], "total": len(rows)}


@dg.asset(**TWICE, ins={"summarize": dg.AssetIn(key=["twice", "summarize"])})
def report(summarize) -> None:
    first = summarize["first"]
    total = summarize["total"]
    (DATA / "report.txt").write_text(f"{in_currency(total, first[0]['currency'])}\n")


@dg.asset(**TWICE)
def nobody_reads():
    (DATA / "mark.txt").write_text("here")


@dg.asset(**TWICE, ins={"nothing": dg.AssetIn(key=["twice", "nobody_reads"])})
def reads_nothing(nothing):
    return nothing is None


# both come from the same system
@dg.asset(**TWICE, name="fetch")
def orders():
    return fetch(name="orders")


@dg.asset(**TWICE, name="fetch__1")
def catalog():
    return fetch(name="catalog", header=False)


twice_job = dg.define_asset_job(
    "twice",
    selection=[orders, catalog, join, summarize, report, nobody_reads, reads_nothing],
    description="Joins both exports.",
    tags={"two-words": ""},
)
defs = dg.Definitions(
    assets=[orders, catalog, join, summarize, report, nobody_reads, reads_nothing],
    jobs=[twice_job],
)
