import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from texloom.results.tiling import plot_points, tile, tile_grid, to_bytes


def numbered(count: int, shape: tuple[int, ...]) -> np.ndarray:
    """Image i holds the value i everywhere."""
    return np.arange(count, dtype=np.uint8).reshape(-1, *(1 for _ in shape)) * np.ones(shape, np.uint8)


@given(st.integers(1, 12), st.integers(1, 5), st.integers(0, 3), st.sampled_from([(4, 5), (3, 2, 3)]))
def test_images_lie_row_by_row_and_the_rest_is_white(
    count: int, columns: int, gap: int, shape: tuple[int, ...]
) -> None:
    height, width = shape[:2]
    sheet = tile(numbered(count, shape), columns, gap)
    assert sheet.shape[0] == -(-count // columns) * (height + gap) - gap
    assert sheet.shape[1] == columns * (width + gap) - gap
    expected = np.full_like(sheet, 255)
    for number in range(count):
        row, column = divmod(number, columns)
        top, left = row * (height + gap), column * (width + gap)
        expected[top : top + height, left : left + width] = number
    np.testing.assert_array_equal(sheet, expected)


@pytest.mark.parametrize("shape", [(2, 2), (2, 2, 3)])
def test_a_grid_keeps_rows_and_columns(shape: tuple[int, ...]) -> None:
    images = numbered(6, shape).reshape(2, 3, *shape)
    np.testing.assert_array_equal(tile_grid(images)[::4, ::4].reshape(2, 3, -1)[..., 0], [[0, 1, 2], [3, 4, 5]])


def test_points_lie_where_they_belong() -> None:
    real = np.array([[0.0, 0.0], [10.0, 10.0]])
    picture = plot_points(np.array([[0.0, 10.0], [99.0, 0.0]]), real, side=12)
    grey = {(10, 1): 190, (0, 11): 190, (0, 1): 0}
    for place in np.ndindex(picture.shape):
        assert picture[place] == grey.get(place, 255), place


def test_values_are_rounded_and_clipped_to_bytes() -> None:
    levels = to_bytes(np.array([-3.0, 0.49, 0.51, 1.5, 2.5, 254.6, 300.0]))
    assert levels.dtype == np.uint8
    assert levels.tolist() == [0, 0, 1, 2, 2, 255, 255]
