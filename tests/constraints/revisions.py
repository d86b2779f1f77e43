"""What a rule means, as a digest of its code: held against `revision` by `test_revisions`.

`python -m tests.constraints.revisions` writes the digests of today. Run it where the code of a rule was
changed and its meaning was not; where the meaning was changed, raise the rule's `revision` first.
"""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import constraints
from scheduler.rules.book import discovered

FOLDER = Path(constraints.__path__[0])
RECORDED = Path(__file__).with_name("revisions.json")
NO_MEANING = ("Import", "ImportFrom")
NO_MEANING_IN = (
    "revision",
    "remark",
    "lever",
    "levers",
    "about_people",
    "asks_for_demand",
    "left_out",
    "avoid",
    "count_avoided",
    "habits",
    "chances",
    "gives_from",
    "bending",
    "decision",
    "decide",
)  # these only say something beside the rule


def meaning(source: str) -> str:
    """A digest of what a module does: docstrings, wording, examples, imports, annotations and `revision` itself left out.

    So are the remarks and levers of a rule, and its decisions in repairs.
    """
    return hashlib.sha256("\n".join(_told(ast.parse(source), "")).encode()).hexdigest()[:16]


def _told(node: ast.AST, name: str) -> Iterator[str]:
    kind = type(node).__name__
    if kind in NO_MEANING or (kind == "Expr" and isinstance(getattr(node, "value", None), ast.Constant)):
        return
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id in NO_MEANING_IN:
        return
    if isinstance(node, ast.FunctionDef) and node.name in NO_MEANING_IN:
        return
    if isinstance(node, ast.keyword) and node.arg == "examples":
        return
    yield f"{name} {kind}"
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Sentence":
        return
    for field, value in sorted(ast.iter_fields(node)):
        if field in ("annotation", "returns", "kind", "type_comment", "type_params"):
            continue
        parts = value if isinstance(value, list) else [value]
        for part in parts:
            place = f"{name}.{field}"
            if isinstance(part, ast.AST):
                yield from _told(part, place)
            elif part is not None:
                yield f"{place} {part!r}"


def today() -> dict[str, dict[str, object]]:
    """Every rule's revision and digest."""
    return {
        name: {"revision": rule.revision, "meaning": meaning((FOLDER / f"{name}.py").read_text(encoding="utf-8"))}
        for name, rule in discovered().items()
    }


if __name__ == "__main__":
    RECORDED.write_text(json.dumps(today(), indent=1) + "\n", encoding="utf-8")
