"""The chapter on both metrics: curves from stored arrays; scores and distances by definition, by the stored network."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tests.recomputed import sets_of_digits as sets
from tests.recomputed.networks import digit_network, stored
from tests.recomputed.report import Findings, Stored, read_mnist

DAMAGES = ("noise", "blur", "rectangles", "swirl", "salt_and_pepper", "contamination")


def recompute(run: Stored, data: Path) -> Findings:
    found = Findings()
    _curves(run, found)
    _sizes(run, found)
    _handling(run, found)
    _draws(run, found)
    _network(run, data, found)
    return found


def _curves(run: Stored, found: Findings) -> None:
    for name in DAMAGES:
        score, distance = (run.arrays[f"{name}_{each}"] for each in ("score", "distance"))
        found.exact(f"{name}_distance_least_step", min(distance[1:] - distance[:-1]))
        found.exact(f"{name}_score_largest_step", max(score[1:] - score[:-1]))
    score, distance = run.arrays["few_classes_score"], run.arrays["few_classes_distance"]
    for name, values in (("score", score), ("distance", distance)):
        found.exact(f"few_classes_{name}_first", values[0])
        found.exact(f"few_classes_{name}_last", values[-1])
    found.exact("few_classes_distance_least_step", np.diff(distance).min())
    found.exact("few_classes_score_largest_step", np.diff(score).max())
    found.exact("mode_dropping_distance_least_step", np.diff(run.arrays["mode_dropping_distance"]).min())
    shown = np.arange(10, 0, -1)
    found.exact("mode_dropping_count_error", max(abs(run.arrays["mode_dropping_score"] - shown)))
    score = run.arrays["within_class_score"]
    found.exact("within_class_score_range", score.max() - score.min())
    found.exact(
        "within_class_distance_falls",
        min(run.arrays["within_class_distance"][:-1] - run.arrays["within_class_distance"][1:]),
    )
    distance = run.arrays["memorisation_distance"]
    found.exact("memorisation_distance_rises", max(distance[1:] - distance[:-1]))
    found.exact("copies_distance", distance[-1])
    found.exact("copies_score", run.arrays["memorisation_score"][-1])
    fresh, near = run.arrays["nearest_fresh"], run.arrays["nearest_near_copies"]
    found.exact("nearest_images", len(fresh))
    found.exact("nearer_near_copies", 100 * np.mean(near < np.quantile(fresh, 0.01)))
    for kind in ("noise", "blur"):
        steps = np.diff(run.arrays[f"emoji_{kind}_distance"])
        found.exact(
            f"emoji_{kind}_distance_{'least_step' if kind == 'noise' else 'least_later_step'}",
            steps[kind == "blur" :].min(),
        )
    found.exact("emoji_blur_score_least_step", np.diff(run.arrays["emoji_blur_score"]).min())
    found.exact("emoji_blur_score_last", run.arrays["emoji_blur_score"][-1])
    for each in ("score", "distance"):
        values = run.arrays[f"emoji_noise_{each}"]
        found.exact(f"emoji_as_they_are_{each}", values[0])
        found.exact(f"emoji_noise_0_{each}", values[1])
        found.exact(f"emoji_blur_0_{each}", run.arrays[f"emoji_blur_{each}"][1])


def _sizes(run: Stored, found: Findings) -> None:
    size = run.arrays["size"].astype(float)
    distance, kernel, score = (run.arrays[f"size_{each}"] for each in ("distance", "kernel", "score"))
    mean, inverse = distance.mean(axis=1), 1 / size
    slope = np.sum((inverse - inverse.mean()) * (mean - mean.mean())) / np.sum((inverse - inverse.mean()) ** 2)
    intercept = mean.mean() - slope * inverse.mean()
    found.exact("bias_slope", slope)
    found.within("bias_intercept", intercept, 1e-6 * mean.max())
    found.exact("bias_misfit", 100 * max(abs(mean / (intercept + slope * inverse) - 1)))
    found.exact("bias_first", mean[0])
    found.exact("bias_last", mean[-1])
    known = kernel[~np.isnan(kernel).any(axis=1)]
    error = np.sqrt(known.var(axis=1, ddof=1) / known.shape[1])
    found.exact("kernel_pull", max(abs(known.mean(axis=1)) / error))
    found.exact("kernel_largest", max(abs(known.mean(axis=1))))
    score = score.mean(axis=1)
    found.exact("score_first", score[0])
    found.exact("score_last", score[-1])
    found.exact("score_least_rise", min(score[1:] - score[:-1]))
    found.exact("splits_one", run.arrays["splits_score"][0, 0])
    found.exact("splits_many", run.arrays["splits_score"][-1, 0])


def _handling(run: Stored, found: Findings) -> None:
    value = dict(zip(run.arrays["handling_names"].tolist(), run.arrays["handling_distance"].tolist(), strict=True))
    plain, aliased, smooth = "as they are", "shrunk to half, not antialiased", "shrunk to half, antialiased"
    floats = "half a pixel off, floats"
    names = {"as_they_are": plain, "jpeg_95": "JPEG, quality 95", "jpeg_50": "JPEG, quality 50", "aliased": aliased}
    names |= {"antialiased": smooth, "float": floats, "range": "range [-1, 1] instead of [0, 1]"}
    for name, title in names.items():
        found.exact(f"handled_{name}", value[title])
    found.exact("handling_filter_gap", abs(value[aliased] - value[smooth]))
    found.exact("handling_jpeg_gap", abs(value["JPEG, quality 50"] - value[plain]))
    found.exact("handling_rounding_gap", abs(value["half a pixel off, rounded"] - value[floats]))
    found.exact("handling_truncation_gap", abs(value["half a pixel off, truncated"] - value[floats]))
    others = [distance for title, distance in value.items() if title != names["range"]]
    found.exact("handling_range_ratio", value[names["range"]] / max(others))


def _draws(run: Stored, found: Findings) -> None:
    drawn = run.arrays["one_a_digit_draws"]
    found.exact("one_a_digit_draws", len(drawn))
    for column, name in enumerate(("score", "distance")):
        found.exact(f"one_a_digit_{name}", drawn[:, column].sum() / len(drawn))
        found.exact(f"one_a_digit_least_{name}", min(drawn[:, column]))
        found.exact(f"one_a_digit_most_{name}", max(drawn[:, column]))
        found.exact(f"case_one_a_digit_{name}", drawn[0, column])
    real = run.metrics["case_real_score"]["value"]
    found.exact("one_a_digit_above", 100 * np.mean([score > real for score in drawn[:, 0]]))
    found.exact("copy_noise", 0.05)


def _network(run: Stored, data: Path, found: Findings) -> None:
    """The test images and the reference, drawn as in the chapter, and the stored network's outputs for sets of them."""
    weights, config = stored(run.weights, "classifier"), run.config
    images, labels = read_mnist(data, "t10k")
    rows = np.random.default_rng([run.seed, 701]).permutation(len(images))[: config["test_images"]]
    test = images[rows], labels[rows]
    training, _ = read_mnist(data, "train")
    order = np.random.default_rng([run.seed, 700]).permutation(len(training))[: config["training_images"]]
    features, _ = digit_network(training[order] / 255, weights)
    reference = features[: config["reference_images"]]
    predicted = sets.bias_of_gaussians(np.cov(features.T))
    found.within("bias_predicted", predicted, 1e-3 * predicted)
    emojis = sets.emojis_in_order(data, run.seed)
    drawn = sets.draw_sets(test, training[order[: len(reference)]], emojis, run.seed)
    opinions = {name: digit_network(each / 255, weights) for name, each in drawn.items()}
    border = np.percentile(sets.nearest(opinions["real"][0], reference), 1)
    for name, (of_set, posteriors) in opinions.items():
        _case(name, of_set, posteriors, reference, border, run, found)
    real, posteriors = opinions["real"]
    found.within("accuracy", 100 * np.mean(posteriors.argmax(axis=1) == test[1]), 100 / len(rows))
    found.within("foreign_confidence", 100 * opinions["foreign"][1].max(axis=1).mean(), 0.01)
    distance = distance_of(real, reference)
    found.within("twin_real_distance", distance, 2e-3 * distance)
    _other_real(real, reference, config["neighbours"], found)
    foreign, fooling = run.arrays["foreign_verdicts"], run.arrays["fooling_verdicts"]
    for name, verdicts in (("foreign", foreign), ("fooling", fooling)):
        again = digit_network(run.arrays[f"{name}_images"] / 255, weights)[1]
        assert np.allclose(again, verdicts, atol=1e-3)


def _case(
    name: str,
    features: np.ndarray,
    posteriors: np.ndarray,
    reference: np.ndarray,
    border: float,
    run: Stored,
    found: Findings,
) -> None:
    """Every measure of one set; an image on the border of a ball may be on either side of it."""
    distance, scale = distance_of(features, reference), run.metrics["case_real_distance"]["value"]
    found.within(f"case_{name}_score", score_of(posteriors), 1e-3)
    found.within(f"case_{name}_distance", distance, 2e-3 * max(distance, scale))
    kernel = sets.kernel_distance(features, reference)
    found.within(f"case_{name}_kernel", kernel, 2e-3 * max(abs(kernel), 1e-3 * scale))
    most = run.config["neighbours"]
    some = min(most, len(features))
    for measure, value in sets.neighbourhoods(reference[:most], features[:most]).items():
        found.within(f"case_{name}_{measure}", value, 5 / some)
    near = sets.nearest(features, reference)
    found.within(f"case_{name}_copied", 100 * np.mean(near < border), 300 / len(near))


def _other_real(real: np.ndarray, reference: np.ndarray, neighbours: int, found: Findings) -> None:
    """Distances and precision of real features compared with other real ones."""
    other = reference[: len(real)]
    kernel, energy = sets.kernel_distance(real, other), sets.energy_distance(real[:2000], other[:2000])
    precision = sets.neighbourhoods(reference[:neighbours], real[:neighbours])["precision"]
    found.within("other_kernel", kernel, 2e-3 * max(abs(kernel), 1e-3))
    found.within("other_energy", energy, 1e-3 * energy)
    found.within("other_precision", precision, 5 / neighbours)


def score_of(posteriors: np.ndarray) -> float:
    """exp of the mean divergence of p(y|x) from p(y), with 0 ln 0 = 0."""
    ratio = np.log(np.maximum(posteriors, 1e-300)) - np.log(posteriors.mean(axis=0))
    return float(np.exp(np.mean(np.sum(posteriors * ratio, axis=1))))


def distance_of(first: np.ndarray, second: np.ndarray) -> float:
    """The definition with numpy's covariance; the trace of the root comes from the eigenvalues of the product."""
    one, two = np.cov(first.T), np.cov(second.T)
    root = np.sqrt(np.maximum(np.linalg.eigvals(one @ two).real, 0)).sum()
    return float(np.sum((first.mean(axis=0) - second.mean(axis=0)) ** 2) + np.trace(one + two) - 2 * root)
