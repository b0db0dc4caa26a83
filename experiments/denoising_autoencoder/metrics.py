"""The metrics of the patch denoiser; PSNR and SSIM are computed for every method."""

from __future__ import annotations

from itertools import product

from texloom.results.metrics import Metric

METHODS = {
    "noisy": "noisy input",
    "median": "median filter",
    "nl_means": "non-local means",
    "tv": "total variation",
    "gated": "non-local means in the patch that the network finds",
    "plain": "plain perceptron",
    "joint": "denoising autoencoder with a joint distribution of the position",
    "ours": "denoising autoencoder",
}
"""The methods that are compared, by their names in the metrics; the values are their names in descriptions."""

MASKED = ("noisy", "median", "nl_means", "tv", "ours")
"""The methods that are also measured under masking noise: filters tuned for it, and a network trained for it."""

REGIONS = {
    "inside": "PSNR inside the patch",
    "outside": "PSNR outside the patch",
    "whole": "PSNR over the whole image",
}

UNCHANGED = ("outside", "noisy")
"""A region and a method that makes no error there: its PSNR would be infinite."""

PARAMETERS = {
    "median_size": "side of the median filter's neighbourhood in pixels",
    "nl_means_strength": "strength h of non-local means",
    "nl_means_distance": "largest distance in pixels between patches that non-local means compares",
    "nl_means_patch": "side of the patches of non-local means in pixels",
    "nl_means_sigma": "noise standard deviation for which non-local means corrects the distances",
    "tv_weight": "weight of the total-variation filter",
}
"""The parameters of the filters."""

METRICS = {
    **{
        f"psnr_{region}_{method}": Metric("dB", f"{meaning}, {title}")
        for (region, meaning), (method, title) in product(REGIONS.items(), METHODS.items())
        if (region, method) != UNCHANGED
    },
    **{f"ssim_{method}": Metric("", f"structural similarity, {title}") for method, title in METHODS.items()},
    **{
        f"psnr_masked_{method}": Metric("dB", f"PSNR inside the patch under masking noise, {METHODS[method]}")
        for method in MASKED
    },
    "psnr_inside_best_filter": Metric("dB", "PSNR inside the patch, best of the three filters"),
    "psnr_outside_best_filter": Metric("dB", "PSNR outside the patch, best of the three filters"),
    "psnr_masked_best_filter": Metric("dB", "PSNR inside the patch under masking noise, best of the three filters"),
    **{name: Metric("", f"{meaning}, chosen on held-out images") for name, meaning in PARAMETERS.items()},
    **{
        f"masked_{name}": Metric("", f"{meaning}, chosen on held-out images under masking noise")
        for name, meaning in PARAMETERS.items()
    },
    "located": Metric("%", "test images whose patch is located to the pixel"),
    "located_joint": Metric("%", "test images whose patch is located to the pixel by the joint distribution"),
    "dependence": Metric("%", "mean total variation between the joint distribution and the product of its marginals"),
    "validation_fall": Metric("%", "fall of the validation loss in the last epoch"),
    "validation_gap": Metric("%", "excess of the validation loss over the training loss in the last epoch"),
}
