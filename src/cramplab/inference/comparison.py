"""Weighs theories by how well each would have foretold the studies, and says when the studies cannot tell two apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cramplab.cohort.random_streams import stream

FloatArray = NDArray[np.float64]
REPLICATES = 4000
CLEAR = 2.0
"""Standard errors by which two theories must differ for the studies to tell them apart."""


def compared(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Give the rows that count: of findings that every theory with a score was scored on.

    A finding that is left out for one theory is left out for all, or theories would be weighed on different studies.
    """
    counted = [row for row in rows if row["scored"] and not row["used_to_calibrate"] and row["log_density"] is not None]
    theories = {row["theory"] for row in counted}
    answered: dict[tuple[str, str], set[str]] = {}
    for row in counted:
        answered.setdefault((row["study"], row["finding"]), set()).add(row["theory"])
    return [row for row in counted if answered[row["study"], row["finding"]] == theories]


def by_study(rows: Sequence[Mapping[str, Any]]) -> tuple[list[str], list[str], FloatArray]:
    """Give the mean log density of every study under every theory: each study counts once, however much it printed.

    Returns
    -------
    theories, studies, table
        The table of shape [theories, studies], from the rows that are `compared`.
    """
    counted = compared(rows)
    theories = list(dict.fromkeys(row["theory"] for row in counted))
    studies = list(dict.fromkeys(row["study"] for row in counted))
    sums = np.zeros((len(theories), len(studies)))
    counts = np.zeros_like(sums)
    for row in counted:
        place = theories.index(row["theory"]), studies.index(row["study"])
        sums[place] += row["log_density"]
        counts[place] += 1
    return theories, studies, sums / np.maximum(counts, 1.0)


def totals(rows: Sequence[Mapping[str, Any]], laboratory_of: Mapping[str, str]) -> list[dict[str, Any]]:
    """Give the sum of log densities of every theory, over all studies and without each laboratory."""
    theories, studies, table = by_study(rows)
    counted = compared(rows)
    groups = sorted({laboratory_of[study] for study in studies})
    found = []
    for without in ("", *groups):
        kept = np.array([laboratory_of[study] != without for study in studies], dtype=bool)
        for number, theory in enumerate(theories):
            values = table[number, kept]
            found.append(
                {
                    "theory": theory,
                    "without": without,
                    "studies": int(kept.sum()),
                    "findings": sum(
                        row["theory"] == theory and laboratory_of[row["study"]] != without for row in counted
                    ),
                    "log_density": float(values.sum()),
                    "standard_error": float(values.std(ddof=1) * np.sqrt(values.size)) if values.size > 1 else None,
                }
            )  # fmt: skip
    return found


def weights(rows: Sequence[Mapping[str, Any]], seed: int) -> list[dict[str, Any]]:
    """Give the weight of every theory by leave-one-study-out predictive density.

    No study set anything in a theory that is scored on it, so the density of each study is already that of a study
    left out. The weights are those of pseudo Bayesian model averaging with the Bayesian bootstrap over studies (Yao,
    Vehtari, Simpson and Gelman 2018), with the range that leaving any one study out leaves.
    """
    theories, studies, table = by_study(rows)
    if not studies:
        return []
    shares = stream(seed, "weights of theories").dirichlet(np.ones(len(studies)), REPLICATES) * len(studies)
    every = _softmax(shares @ table.T)
    without = []
    for study in range(len(studies)):
        kept = np.arange(len(studies)) != study
        without.append(_softmax(shares[:, kept] @ table[:, kept].T).mean(axis=0))
    lowest = np.min(without, axis=0) if len(studies) > 1 else every.mean(axis=0)
    highest = np.max(without, axis=0) if len(studies) > 1 else every.mean(axis=0)
    return [
        {
            "theory": theory,
            "weight": float(every[:, number].mean()),
            "low": float(np.quantile(every[:, number], 0.05)),
            "high": float(np.quantile(every[:, number], 0.95)),
            "lowest_without_a_study": float(lowest[number]),
            "highest_without_a_study": float(highest[number]),
        }
        for number, theory in enumerate(theories)
    ]


def _softmax(values: FloatArray) -> FloatArray:
    raised = np.exp(values - values.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def pairs(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Say of every two theories whether the studies can tell them apart."""
    theories, studies, table = by_study(rows)
    found = []
    for one in range(len(theories)):
        for other in range(one + 1, len(theories)):
            apart = table[one] - table[other]
            difference = float(apart.sum())
            error = float(apart.std(ddof=1) * np.sqrt(len(studies))) if len(studies) > 1 else None
            better, worse = (one, other) if difference >= 0.0 else (other, one)
            # One study alone does not tell how much studies differ.
            if error is None or abs(difference) < max(CLEAR * error, 1.0):
                words = f"These studies cannot tell {theories[one]} from {theories[other]}."
                told = False
            else:
                words = f"These studies foretell better under {theories[better]} than under {theories[worse]}."
                told = True
            found.append(
                {"a": theories[one], "b": theories[other], "difference": difference, "standard_error": error,
                 "told_apart": told, "words": words}
            )  # fmt: skip
    return found
