"""Configurations: every error names its field."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from pydantic import Field, PositiveFloat, PositiveInt, ValidationError

from texloom.errors import ReportError
from texloom.training.configuration import Configuration, parse_settings


class Config(Configuration):
    hidden: tuple[PositiveInt, ...] = Field(default=(16, 16), min_length=1, description="units of the hidden layers")
    noise: Literal["gaussian", "mask"] = Field(default="gaussian", description="kind of noise")
    epochs: PositiveInt = Field(default=16, description="passes over the training images")
    rate: PositiveFloat = 1e-3


def test_settings_are_json_or_text() -> None:
    settings = parse_settings(["epochs=5", "hidden=[64, 32]", "noise=mask", "rate=2e-3", "a=b=c"])
    assert settings == {"epochs": 5, "hidden": [64, 32], "noise": "mask", "rate": 0.002, "a": "b=c"}


def test_changed_settings_are_checked_and_the_rest_stays() -> None:
    config = Config(rate=0.5).changed({"hidden": [64], "noise": "mask"})
    assert config == Config(hidden=(64,), noise="mask", rate=0.5)


@pytest.mark.parametrize("pair", ["epochs", "=5", ""])
def test_a_setting_without_name_or_value_is_refused(pair: str) -> None:
    with pytest.raises(ReportError, match=f"--set: '{pair}' is not of the form name=value\n.*--set epochs=5"):
        parse_settings([pair])


@pytest.mark.parametrize(
    ("settings", "what", "way_out"),
    [
        ({"epcohs": 5}, "unknown setting 'epcohs'", "closest: 'epochs'"),
        ({"epochs": -1}, "epochs: Input should be greater than 0, got -1", "epochs: passes over the training images"),
        ({"epochs": "many"}, "epochs: Input should be a valid integer", "passes over"),
        ({"epochs": 1.5}, "epochs: Input should be a valid integer", "got 1.5"),
        ({"hidden": []}, "hidden: ", "hidden: units of the hidden layers"),
        ({"hidden": [64, 0]}, "hidden.1: Input should be greater than 0, got 0", "units of the hidden layers"),
        ({"noise": "salt"}, "noise: Input should be 'gaussian' or 'mask', got 'salt'", "kind of noise"),
        ({"rate": 0}, "rate: Input should be greater than 0, got 0", ""),
    ],
)
def test_every_refusal_names_the_field(settings: dict[str, Any], what: str, way_out: str) -> None:
    with pytest.raises(ReportError) as error:
        Config().changed(settings)
    assert error.value.where == "--set"
    assert what in error.value.what
    assert way_out in str(error.value)


def test_configurations_are_frozen_and_complete() -> None:
    with pytest.raises(ValidationError):
        Config().epochs = 3  # type: ignore[misc]
    with pytest.raises(ValidationError):
        Config(epoch=3)  # type: ignore[call-arg]
