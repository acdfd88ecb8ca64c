"""Whether chains have found the same answer, and how many independent draws theirs are worth [rank-rhat]."""

import numpy as np
from scipy.special import ndtri


def split(chains: np.ndarray) -> np.ndarray:
    """Each chain of (C, D) cut in two: (2C, D // 2)."""
    half = chains.shape[1] // 2
    return np.concatenate([chains[:, :half], chains[:, -half:]])


def rhat(chains: np.ndarray) -> float:
    """The larger of R-hat by rank of the values and of their distance from the median; 1 is perfect."""
    halves = split(chains)
    if not np.ptp(halves):
        return 1.0
    return max(_rhat(_by_rank(halves)), _rhat(_by_rank(np.abs(halves - np.median(halves)))))


def effective_draws(chains: np.ndarray) -> float:
    """How many independent draws the mean of (C, D) is worth, by Geyer's sequence over split chains."""
    halves = split(chains)
    count, length = halves.shape
    if not np.ptp(halves):
        return float(halves.size)
    centred = halves - halves.mean(axis=1, keepdims=True)
    spectrum = np.fft.rfft(centred, 2 * length)
    lagged = np.fft.irfft(spectrum * np.conj(spectrum))[:, :length] / length
    within = lagged[:, 0].mean() * length / (length - 1)
    between = halves.mean(axis=1).var(ddof=1) if count > 1 else 0.0
    likeness = 1 - (within - lagged.mean(axis=0)) / (within * (length - 1) / length + between)
    pairs = likeness[: length - length % 2].reshape(-1, 2).sum(axis=1)
    ended = np.flatnonzero(pairs < 0)
    kept = np.minimum.accumulate(pairs[: ended[0] if len(ended) else len(pairs)])
    return float(halves.size / max(2 * kept.sum() - 1, 1 / np.log10(halves.size)))


def _by_rank(values: np.ndarray) -> np.ndarray:
    order = np.argsort(values, axis=None, kind="stable")
    ranks = np.empty(values.size)
    ranks[order] = np.arange(1, values.size + 1)
    return ndtri((ranks - 0.375) / (values.size + 0.25)).reshape(values.shape)


def _rhat(halves: np.ndarray) -> float:
    length = halves.shape[1]
    within = halves.var(axis=1, ddof=1).mean()
    between = halves.mean(axis=1).var(ddof=1)
    return float(np.sqrt((length - 1) / length + between / within))
