"""Damage of known amount: what must change, and what must not."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from experiments.metrics import damage
from experiments.metrics.damage import amounts, contaminate, kinds

FOREIGN = np.full((30, 28, 28), 7, np.uint8)


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def grey(count: int = 200) -> np.ndarray:
    return np.full((count, 28, 28), 128, np.uint8)


def digits(count: int = 40) -> np.ndarray:
    """Blobs away from the centre."""
    images = np.zeros((count, 28, 28), np.uint8)
    images[:, 4:14, 10:16] = 200
    return images


@pytest.mark.parametrize("name", list(kinds(FOREIGN)))
def test_no_amount_changes_nothing_and_more_changes_more(name: str) -> None:
    kind, images = kinds(FOREIGN)[name], digits()
    levels = amounts(kind, 4)
    damaged = [kind.damage(images, amount, rng()) for amount in levels]
    assert levels[0] == 0
    assert levels[-1] == kind.largest
    np.testing.assert_array_equal(damaged[0], images)
    assert all(each.dtype == np.uint8 and each.shape == images.shape for each in damaged)
    changes = [np.mean((each.astype(float) - images) ** 2) for each in damaged]
    assert all(second > first for first, second in pairwise(changes))


@pytest.mark.parametrize("name", list(kinds(FOREIGN)))
def test_damage_depends_on_its_key_alone_and_leaves_the_original(name: str) -> None:
    kind, images = kinds(FOREIGN)[name], digits()
    original = images.copy()
    first, again = (kind.damage(images, kind.largest, rng(1)) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    np.testing.assert_array_equal(images, original)


def test_noise_has_the_standard_deviation_asked_for() -> None:
    noisy = damage.gaussian_noise(grey(), 0.1, rng())
    assert noisy.std() == pytest.approx(25.5, rel=0.01)
    assert damage.gaussian_noise(grey(), 2, rng()).min() == 0  # clipped, not wrapped around


def test_blur_keeps_the_light_and_spreads_it_by_its_variance() -> None:
    point = np.zeros((1, 27, 27), np.uint8)
    point[0, 13, 13] = 255
    blurred = damage.blur(point, 1.0, rng())[0].astype(float)
    columns = np.arange(27) - 13
    assert blurred.sum() == pytest.approx(255, rel=0.05)
    assert (blurred * columns**2).sum() / blurred.sum() == pytest.approx(1, rel=0.1)


def test_colour_channels_are_not_mixed() -> None:
    image = np.zeros((1, 16, 16, 3), np.uint8)
    image[..., 1] = 90
    np.testing.assert_array_equal(damage.blur(image, 2.0, rng())[..., [0, 2]], 0)
    salted = damage.salt_and_pepper(image, 0.5, rng())
    assert set(np.unique(salted[..., 1])) == {0, 90, 255}
    changed = salted[..., 0] == 255
    np.testing.assert_array_equal(salted[changed], 255)  # a pixel is white in all channels


def test_salt_and_pepper_come_in_equal_parts() -> None:
    salted = damage.salt_and_pepper(grey(), 0.3, rng())
    assert np.mean(salted == 0) == pytest.approx(0.15, abs=0.005)
    assert np.mean(salted == 255) == pytest.approx(0.15, abs=0.005)
    assert np.mean(salted == 128) == pytest.approx(0.7, abs=0.005)


def test_a_rectangle_is_one_black_box() -> None:
    damaged = damage.black_rectangles(grey(), 1.9, rng())  # rounded down to one
    for image in damaged:
        rows, columns = np.nonzero(image == 0)
        box = image[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
        assert (box == 0).all()
        assert max(box.shape) <= round(damage.RECTANGLE * 28)
    assert len({tuple(np.argwhere(image == 0)[0]) for image in damaged}) > 20  # not all at the same position


@pytest.mark.parametrize("radius", [4, 8, 12])
def test_a_swirl_turns_less_the_further_out(radius: int) -> None:
    image = np.zeros((1, 29, 29), np.uint8)
    image[0, 13:16, 13 + radius : 16 + radius] = 255
    swirled = damage.swirl(image, 2.0, rng())[0].astype(float)
    row, column = (swirled.ravel() @ np.mgrid[:29, :29].reshape(2, -1).T) / swirled.sum() - 14
    assert np.hypot(row, column) == pytest.approx(radius, rel=0.1)
    assert abs(np.arctan2(row, column)) == pytest.approx(2 * np.exp(-radius / (damage.SWIRL_RADIUS * 29)), rel=0.1)


def test_contamination_replaces_a_part_and_keeps_the_order() -> None:
    images = np.broadcast_to(np.arange(100, 200, dtype=np.uint8)[:, None, None], (100, 28, 28))
    mixed = contaminate(FOREIGN)(images, 0.25, rng())
    replaced = mixed[:, 0, 0] == 7
    assert replaced.sum() == 25
    np.testing.assert_array_equal(mixed[~replaced], images[~replaced])
    several = np.arange(30, dtype=np.uint8)[:, None, None] + np.zeros((30, 28, 28), np.uint8)
    drawn = contaminate(several)(images, 0.3, rng())[:, 0, 0]
    np.testing.assert_array_equal(np.sort(drawn[drawn < 30]), np.arange(30))  # each once before any is repeated
    assert (contaminate(several)(images, 1.0, rng())[:, 0, 0] < 30).all()
