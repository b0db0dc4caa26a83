"""The numbers that the report states about the two metrics, the inception score and the Fréchet distance."""

from __future__ import annotations

from itertools import product

from texloom.results.metrics import Metric

DAMAGES = ("noise", "blur", "rectangles", "swirl", "salt_and_pepper", "contamination")
"""Kinds of damage."""
STATISTICS = {
    "distance_least_step": "smallest change of the distance in a step",
    "distance_least_later_step": "smallest change of the distance in a step after the first",
    "score_least_step": "smallest change of the score in a step",
    "score_largest_step": "largest change of the score in a step",
    "distance_first": "distance at the first level",
    "score_first": "score at the first level",
    "distance_last": "distance at the last level",
    "score_last": "score at the last level",
}
"""What can be stated about score and distance along a curve of increasing damage."""
CURVES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(DAMAGES, ("distance_least_step", "score_largest_step")),
    "few_classes": (
        "distance_least_step", "score_largest_step", "distance_first", "score_first", "distance_last", "score_last",
    ),
    "mode_dropping": ("distance_least_step",),
    "emoji_noise": ("distance_least_step",),
    "emoji_blur": ("distance_least_later_step", "score_least_step", "score_last"),
}  # fmt: skip
"""What the report states about each curve; few_classes contaminates the images of one digit."""
COPIES = ("copies", "near_copies")
"""Sets whose nearness to the reference is reported."""
CASES = ("real", "dropped", "noise", "one_a_digit", "mixed", "copies", "foreign")
"""Sets on which all measures are computed."""
MEASURES = ("score", "distance", "kernel", "precision", "recall", "density", "coverage", "copied")
HANDLING = {
    "as_they_are": "as they are",
    "jpeg_95": "JPEG, quality 95",
    "jpeg_75": "JPEG, quality 75",
    "jpeg_50": "JPEG, quality 50",
    "antialiased": "shrunk to half, antialiased",
    "aliased": "shrunk to half, not antialiased",
    "float": "half a pixel off, floats",
    "rounded": "half a pixel off, rounded",
    "truncated": "half a pixel off, truncated",
    "range": "range [-1, 1] instead of [0, 1]",
}
"""Ways to preprocess the same images, by their names in the metrics; the values are their names in the figure."""
HANDLED = ("as_they_are", "jpeg_95", "jpeg_50", "antialiased", "aliased", "float", "range")
"""The ways whose distance the text states."""
GAPS = {
    "filter": ("aliased", "antialiased"),
    "jpeg": ("jpeg_50", "as_they_are"),
    "rounding": ("rounded", "float"),
    "truncation": ("truncated", "float"),
}
"""Pairs of ways whose difference the report states."""
EMOJI_DAMAGES: dict[str, tuple[float, ...]] = {"noise": (0.1, 0.2, 0.4), "blur": (0.5, 1.0, 2.0)}
"""Amounts of damage to emojis, in the units of `damage`."""
EMOJI_SETS = ("as_they_are", "noise_0", "blur_0", "jpeg", "antialiased", "aliased", "digits")
"""Sets of emojis in the table: for each damage the weakest level; the last set has digits instead of emojis."""


def _of_features(name: str) -> dict[str, Metric]:
    """What is measured for features that are compared with those of the real images."""
    return {
        f"{name}_kernel": Metric("", f"kernel distance of real features to the {name} features"),
        f"{name}_energy": Metric("", f"energy distance of real features to the {name} features"),
        f"{name}_precision": Metric("", f"precision of the {name} features"),
    }


def _of_emojis(name: str) -> dict[str, Metric]:
    """What is measured for a set of emojis."""
    of = f"emojis, {name.replace('_', ' ')}"
    return {
        f"emoji_{name}_score": Metric("", f"inception score, {of}"),
        f"emoji_{name}_distance": Metric("", f"Fréchet distance, {of}"),
        f"emoji_{name}_kernel": Metric("", f"kernel distance, {of}"),
    }


METRICS = {
    "accuracy": Metric("%", "test images that are classified correctly"),
    **{
        f"{name}_{statistic}": Metric("", f"{STATISTICS[statistic]}, {name}")
        for name, statistics in CURVES.items()
        for statistic in statistics
    },
    # missing classes, missing variety, copies
    "mode_dropping_count_error": Metric("", "largest difference between the score and the number of digits shown"),
    "one_a_digit_draws": Metric("", "number of draws of one image per digit"),
    **{
        f"one_a_digit_{which}{name}": Metric("", f"{of} {title} of one image per digit, repeated")
        for name, title in (("score", "inception score"), ("distance", "Fréchet distance"))
        for which, of in (("", "mean"), ("least_", "smallest"), ("most_", "largest"))
    },
    "one_a_digit_above": Metric("%", "draws of one image per digit that score more than the real test set"),
    "within_class_score_range": Metric("", "range of the score over the numbers of images per digit"),
    "within_class_distance_falls": Metric("", "smallest fall of the distance in a step"),
    "nearest_images": Metric("", "number of images whose nearest reference image is computed"),
    "copy_noise": Metric("", "standard deviation of the noise on near copies; pixels are in [0, 1]"),
    **{
        f"nearer_{name}": Metric("%", f"{name} nearer to the reference than the nearest 1 % of fresh images")
        for name in COPIES
    },
    "copies_score": Metric("", "inception score of copies of the reference"),
    "copies_distance": Metric("", "Fréchet distance of copies of the reference"),
    "memorisation_distance_rises": Metric("", "largest rise of the distance in a step to more copies"),
    # sample size
    "kernel_images": Metric("", "largest sample size for which the kernel distance is computed"),
    "bias_slope": Metric("", "slope of the distance of two real samples as a function of 1/N"),
    "bias_intercept": Metric("", "distance of two real samples, extrapolated to N = ∞"),
    "bias_misfit": Metric("%", "largest deviation of a mean distance from the straight line in 1/N"),
    "bias_predicted": Metric("", "slope as a function of 1/N by the formula for Gaussians"),
    "bias_first": Metric("", "mean distance of two real samples of the smallest size"),
    "bias_last": Metric("", "mean distance of two real samples of the largest size"),
    "kernel_pull": Metric("", "largest mean kernel distance in units of its standard error"),
    "kernel_largest": Metric("", "largest mean kernel distance of two real samples"),
    "score_least_rise": Metric("", "smallest rise of the mean score from one size to the next"),
    "score_first": Metric("", "mean score of the smallest size"),
    "score_last": Metric("", "mean score of the largest size"),
    "splits_one": Metric("", "score of all images in one part"),
    "splits_many": Metric("", "mean score of {parts} parts"),
    # equal moments, preprocessing
    "twin_distance": Metric("", "Fréchet distance of real features to Gaussian ones with the same moments"),
    "twin_real_distance": Metric("", "Fréchet distance of real features to other real ones"),
    **{name: metric for features in ("twin", "other") for name, metric in _of_features(features).items()},
    **{f"handled_{name}": Metric("", f"Fréchet distance of real images, {name.replace('_', ' ')}") for name in HANDLED},
    **{f"handling_{name}_gap": Metric("", f"difference between two distances, {name}") for name in GAPS},
    "handling_range_ratio": Metric("", "distance with the wrong range of values, divided by the largest of the others"),
    # comparison of all sets
    "mixed_part": Metric("%", "fooling images in the mixture whose distance matches that of one image per digit"),
    **{
        f"case_{case}_{measure}": Metric("%" if measure == "copied" else "", f"{measure}, {case}")
        for case, measure in product(CASES, MEASURES)
    },
    # images of no class
    "foreign_confidence": Metric("%", "mean confidence on foreign images"),
    "fooling_score": Metric("", "inception score of fooling images"),
    "fooling_distance": Metric("", "Fréchet distance of fooling images"),
    "fooling_confidence": Metric("%", "mean confidence on fooling images"),
    # Inception
    "emoji_one_class": Metric("%", "undamaged emojis whose most probable class is the most frequent one"),
    **{name: metric for each in EMOJI_SETS for name, metric in _of_emojis(each).items()},
}
