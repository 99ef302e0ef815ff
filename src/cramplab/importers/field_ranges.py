"""Checks single values by the ranges of a scenario's keys, so that every door lets in the same."""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from cramplab.importers.scenario_faults import expectation
from cramplab.importers.scenario_schema import Person, SweatSodium, SweatTest

_SECTIONS: dict[type[BaseModel], tuple[str, ...]] = {
    Person: ("person",),
    SweatTest: ("person", "sweat_test"),
    SweatSodium: ("person", "sweat_sodium"),
}


def expected_instead(section: type[BaseModel], key: str, value: Any) -> str:
    """Say what a key of a scenario may be; empty if the value is such."""
    try:
        _adapter(section, key).validate_python(value, strict=True)
    except ValidationError as problem:
        return expectation((*_SECTIONS[section], key))[0] or problem.errors(include_url=False)[0]["msg"]
    return ""


@cache
def _adapter(section: type[BaseModel], key: str) -> TypeAdapter[Any]:
    return TypeAdapter(section.model_fields[key].rebuild_annotation(), config={"allow_inf_nan": False})
