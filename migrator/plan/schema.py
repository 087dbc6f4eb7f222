"""The JSON schema of a plan, for editors: made from the model, and kept beside it as `schema.json`.

`python -m migrator.plan.schema` writes the file anew; a test compares the two.
"""

import json
from pathlib import Path
from typing import Any

from migrator.plan.model import Plan

FILE = Path(__file__).with_name("schema.json")


def build() -> dict[str, Any]:
    """The schema. As in the reader, a key without a value says nothing, so `null` is allowed in each place."""
    made = Plan.model_json_schema()
    for entry in [made, *made["$defs"].values()]:
        entry["properties"] = {name: _may_be_null(field) for name, field in entry["properties"].items()}
    for name in ("dags", "tasks"):
        for entry in [made, *made["$defs"].values()]:
            field = entry["properties"].get(name)
            if field:
                field["additionalProperties"] = {
                    "anyOf": [field["additionalProperties"], {"type": "null"}],
                }
    meta = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "migrate.yaml"}
    return {**meta, **{k: v for k, v in made.items() if k != "title"}, "type": ["object", "null"]}


def _may_be_null(field: dict[str, Any]) -> dict[str, Any]:
    shown = {k: v for k, v in field.items() if k in ("description",)}
    rest = {k: v for k, v in field.items() if k not in ("description", "default", "title")}
    if "anyOf" in rest:  # pydantic has the null there already
        return {**shown, **rest}
    if isinstance(rest.get("type"), str):
        return {**shown, **rest, "type": [rest["type"], "null"]}
    return {**shown, "anyOf": [rest, {"type": "null"}]}


def text() -> str:
    """The schema as the file has it."""
    return json.dumps(build(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
