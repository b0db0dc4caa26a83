"""Wrong formulas of `denoising_autoencoder.tex`."""

from __future__ import annotations

import numpy as np

from tests.theory.mistakes import Mistakes
from theory import denoising_autoencoder as theory

WRONG: Mistakes = {
    "eq:dae-pythagoras": [
        {"formula": lambda irreducible, excess: irreducible - excess},
        {"formula": lambda irreducible, excess: irreducible + excess / 2},
    ],
    "eq:dae-cross-entropy": [
        {"excess_of": lambda loss, entropy: loss + entropy},
        {"excess_of": lambda loss, _entropy: loss},
    ],
    "eq:dae-tweedie": [
        {"formula": lambda noisy, sigma, score: noisy - sigma**2 * score},
        {"formula": lambda noisy, sigma, score: noisy + sigma * score},
        {"formula": lambda noisy, sigma, score: noisy + sigma**2 / 2 * score},
    ],
    "eq:dae-score-matching": [
        {"conditional_score": lambda noisy, clean, sigma: (noisy - clean) / sigma**2},
        {"conditional_score": lambda noisy, clean, sigma: (clean - noisy) / sigma},
        {"scale": lambda sigma: sigma**2},
        {"constant": lambda _posterior, clean: clean**2},
    ],
    "eq:dae-small-noise": [
        {"formula": lambda noisy, sigma, score: noisy - sigma**2 * score},
        {"formula": lambda noisy, sigma, score: noisy + sigma**2 / 2 * score},
        {"order": 3},
    ],
    "eq:dae-identity-gap": [
        {"formula": lambda sigma, fisher: sigma**2 * fisher},
        {"formula": lambda sigma, fisher: 2 * sigma**4 * fisher},
    ],
    "eq:dae-patch-energy": [
        {"formula": lambda sigma: sigma * 64 / 784},
        {"formula": lambda sigma: sigma**2 * 64 / 441},
    ],
    "eq:dae-patch-coverage": [
        {"formula": lambda i: np.minimum(np.minimum(i, 8), 28 - i)},
        {"formula": lambda i: np.minimum(np.minimum(i + 1, 7), 28 - i)},
    ],
    "eq:dae-product-gate": [
        {"gate": lambda position, patch: theory.product_gate(position.T, patch)},
        {"gate": lambda position, patch: theory.product_gate(position, patch) ** 2},
        {"bound": lambda position: theory.total_variation(position) / 4},
        {"bound": lambda position: theory.total_variation(position) ** 2},
    ],
    "eq:dae-gate": [
        {"formula": lambda probability, noisy, inside: probability * noisy + (1 - probability) * inside},
        {"formula": lambda probability, noisy, inside: noisy + probability * inside},
    ],
    "eq:dae-masking": [
        {"formula": lambda noisy, probability, blackened: noisy + blackened},
        {"formula": lambda noisy, probability, blackened: probability * blackened},
    ],
}
