"""Pictures of how well messages are understood: which intents are taken for which, and what confidence is worth."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import matplotlib

matplotlib.use("agg")  # no display

import matplotlib.pyplot as plt
import numpy as np

from assistant.nlu_evaluation import Prediction, answered_as

BINS = 10


class Bin(NamedTuple):
    """Predictions of similar confidence: how many, their mean confidence, the share that is right."""

    count: int
    confidence: float
    right: float


def reliability(predictions: list[Prediction], bins: int = BINS) -> list[Bin]:
    """Return the classifier's confidence in equal-width bins against how often it is right; empty bins are left out."""
    confidence = np.array([prediction.ranking[0][1] for prediction in predictions if prediction.ranking])
    right = np.array([one.ranking[0][0] == one.expected for one in predictions if one.ranking])
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    return [
        Bin(int(inside.sum()), float(confidence[inside].mean()), float(right[inside].mean()))
        for inside in (place == number for number in range(bins))
        if inside.any()
    ]


def calibration_error(bins: list[Bin]) -> float:
    """Return the expected calibration error: the mean gap between confidence and share right, weighted by count."""
    total = sum(one.count for one in bins)
    return sum(one.count * abs(one.confidence - one.right) for one in bins) / total


def best_temperature(predictions: list[Prediction]) -> float:
    """Return by which factor the scores should further be divided, by least log loss over the ranked intents."""
    ranked = [one for one in predictions if one.expected in dict(one.ranking)]
    width = max(len(one.ranking) for one in ranked)
    logs = np.full((len(ranked), width), -np.inf)
    target = np.zeros(len(ranked), dtype=int)
    for row, one in enumerate(ranked):
        logs[row, : len(one.ranking)] = np.log([max(confidence, 1e-12) for _, confidence in one.ranking])
        target[row] = [name for name, _ in one.ranking].index(one.expected)
    candidates = np.arange(0.4, 2.01, 0.05)
    losses = [
        -np.mean(
            logs[np.arange(len(ranked)), target] / temperature
            - np.log(np.exp(logs / temperature).sum(axis=1))
        )
        for temperature in candidates
    ]
    return round(float(candidates[int(np.argmin(losses))]), 2)


def draw_reliability(bins: list[Bin], path: Path) -> None:
    """Save the reliability diagram as a PNG."""
    figure, axes = plt.subplots(figsize=(5, 5), layout="constrained")
    axes.plot([0, 1], [0, 1], color="#9aa4b2", linestyle="--", label="perfectly calibrated")
    axes.plot([one.confidence for one in bins], [one.right for one in bins], color="#0b6e69", marker="o")
    for one in bins:
        axes.annotate(
            f"{one.count:,}", (one.confidence, one.right), (6, -12), textcoords="offset points", fontsize=8
        )
    axes.set(xlabel="confidence", ylabel="share right", xlim=(0, 1.05), ylim=(0, 1.05))
    axes.set_title(f"Reliability, cross-validated (error {calibration_error(bins):.3f})", fontsize=10)
    figure.savefig(path, dpi=110)
    plt.close(figure)


def draw_confusion(predictions: list[Prediction], path: Path) -> None:
    """Save the confusion matrix (rows: what was meant, columns: what was understood) as a PNG."""
    names = sorted({one.expected for one in predictions} | {answered_as(one) for one in predictions})
    place = {name: number for number, name in enumerate(names)}
    counts = np.zeros((len(names), len(names)), dtype=int)
    for one in predictions:
        counts[place[one.expected], place[answered_as(one)]] += 1
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    figure, axes = plt.subplots(figsize=(13, 12), layout="constrained")
    # The square root lets the rare confusions be seen beside the diagonal.
    axes.imshow(np.sqrt(shares), cmap="GnBu", vmin=0, vmax=1)
    for row, column in np.argwhere(counts):
        colour = "white" if shares[row, column] > 0.5 else "black"
        axes.text(column, row, counts[row, column], ha="center", va="center", fontsize=7, color=colour)
    axes.set_xticks(range(len(names)), names, rotation=90, fontsize=8)
    axes.set_yticks(range(len(names)), names, fontsize=8)
    axes.set(xlabel="understood as", ylabel="meant")
    figure.savefig(path, dpi=90)
    plt.close(figure)
