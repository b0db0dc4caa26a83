"""Configurations: frozen, complete and validated; errors name the field."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from texloom.errors import ReportError, closest


class Settings(BaseModel):
    """Base class of a group of settings within a configuration: frozen, and unknown names are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Configuration(Settings):
    """Base class of each experiment's `Config`, whose defaults are the report's values."""

    @classmethod
    def smoke(cls) -> Self:
        """The configuration of a run of some seconds: enough to draw every figure, too short for meaningful results."""
        raise NotImplementedError

    @classmethod
    def meanings(cls) -> dict[str, str]:
        """The description of each setting by its name, "group.name" for a setting within a group."""
        return dict(_meanings(cls))

    def changed(self, settings: dict[str, Any]) -> Self:
        """A copy of this configuration with some values replaced, validated again.

        Raises ReportError that names the field and its valid values, or the closest field for an unknown one.
        """
        for name in settings:
            if name not in type(self).model_fields:
                raise ReportError("--set", f"unknown setting '{name}'", closest(name, type(self).model_fields))
        try:
            return type(self).model_validate(self.model_dump() | settings)
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(part) for part in first["loc"])
            field = type(self).model_fields.get(str(first["loc"][0])) if first["loc"] else None
            raise ReportError(
                "--set",
                f"{place or 'configuration'}: {first['msg']}, got {first['input']!r}",
                f"{place}: {field.description}" if field and field.description else "",
            ) from None


def _meanings(settings: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, field in settings.model_fields.items():
        yield f"{prefix}{name}", field.description or ""
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from _meanings(field.annotation, f"{prefix}{name}.")


def parse_settings(pairs: list[str]) -> dict[str, Any]:
    """Parse settings such as `["epochs=5", "hidden=[64, 32]"]` to a dictionary; values are JSON if valid, else text."""
    settings: dict[str, Any] = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not equals or not name:
            raise ReportError("--set", f"'{pair}' is not of the form name=value", "for instance --set epochs=5")
        settings[name.strip()] = _value(text)
    return settings


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text
