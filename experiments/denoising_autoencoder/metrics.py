"""The metrics of the patch denoiser; PSNR and SSIM are taken of every method."""

from __future__ import annotations

from itertools import product

from texloom.results.metrics import Metric

METHODS = {
    "noisy": "noisy input",
    "median": "3×3 median filter",
    "nl_means": "non-local means",
    "tv": "total variation",
    "ours": "denoising autoencoder",
}
"""What is compared, as the names of the metrics call it, and as their meanings do."""

REGIONS = {
    "inside": "PSNR inside the patch",
    "outside": "PSNR outside the patch",
    "whole": "PSNR over the whole image",
}

UNCHANGED = ("outside", "noisy")
"""Region and method without an error: no finite number of decibels."""

METRICS = {
    **{
        f"psnr_{region}_{method}": Metric("dB", f"{meaning}, {title}")
        for (region, meaning), (method, title) in product(REGIONS.items(), METHODS.items())
        if (region, method) != UNCHANGED
    },
    **{f"ssim_{method}": Metric("", f"structural similarity, {title}") for method, title in METHODS.items()},
    "psnr_inside_best_filter": Metric("dB", "PSNR inside the patch, best of the three filters"),
    "tv_weight": Metric("", "weight of the total-variation filter, chosen on training images"),
    "nl_means_strength": Metric("", "h of non-local means, chosen on training images"),
    "located": Metric("%", "test images whose patch is located to the pixel"),
}
