"""Gradient-boosted trees for a chance, on histograms: many small trees, each mending what is left.

Shapes: N rows, K features, B bins of a feature and one more for what is missing, D levels, L = 2**D leaves.
Trees are level by level ("oblivious" to rows, not to nodes): every node of a level has its own best split.
Exact and deterministic: no row or feature is left out by lot.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

BINS = 48
MISSING = BINS


@dataclass(frozen=True)
class TreeSettings:
    """How many trees, how deep, how slowly, how strongly held back."""

    trees: int = 80
    depth: int = 4
    rate: float = 0.1
    ridge: float = 10.0
    least_weight: float = 20.0  # rows, by weight, below which no leaf goes
    columns: float = 0.5  # features looked at by each tree, in turn, not by lot


@dataclass(frozen=True)
class Tree:
    """Splits by node in breadth-first order, (2**D − 1,), and leaf values (L,) on the logit scale."""

    feature: np.ndarray
    bin: np.ndarray
    missing_left: np.ndarray
    value: np.ndarray


@dataclass(frozen=True)
class Forest:
    """Trees with the bin edges that features are read by."""

    edges: tuple[np.ndarray, ...]
    trees: tuple[Tree, ...]
    rate: float

    def logit(self, x: np.ndarray, start: np.ndarray) -> np.ndarray:
        """The logit (N,) of features (N, K), from the logit each row starts with (N,)."""
        binned = bin_rows(x, self.edges)
        total = start.astype(float).copy()
        for tree in self.trees:
            total += self.rate * tree.value[leaf_of(tree, binned)]
        return total


def bin_edges(x: np.ndarray) -> tuple[np.ndarray, ...]:
    """Cut points of each feature by its quantiles; at most B − 1."""
    cuts = np.linspace(0, 1, BINS + 1)[1:-1]
    edges = []
    for column in x.T:
        known = column[~np.isnan(column)]
        edges.append(np.unique(np.quantile(known, cuts, method="lower")) if len(known) else np.empty(0))
    return tuple(edges)


def bin_rows(x: np.ndarray, edges: tuple[np.ndarray, ...]) -> np.ndarray:
    """Each figure's bin, (K, N); what is missing has the last."""
    binned = np.empty((x.shape[1], len(x)), dtype=np.uint8)
    for k, (column, cuts) in enumerate(zip(x.T, edges, strict=True)):
        binned[k] = np.where(np.isnan(column), MISSING, np.searchsorted(cuts, column, side="left"))
    return binned


def fit_forest(
    x: np.ndarray, y: np.ndarray, weight: np.ndarray, start: np.ndarray, settings: TreeSettings
) -> Forest:
    """Trees for features (N, K), outcomes, weights and starting logits (N,) each."""
    edges = bin_edges(x)
    binned = bin_rows(x, edges)
    total = start.astype(float).copy()
    trees = []
    for turn in range(settings.trees):
        chance = expit(total)
        gradient, curvature = weight * (y - chance), weight * chance * (1 - chance)
        tree = _grow(binned, gradient, curvature, weight, _columns(len(edges), turn, settings), settings)
        total += settings.rate * tree.value[leaf_of(tree, binned)]
        trees.append(tree)
    return Forest(edges, tuple(trees), settings.rate)


def _columns(features: int, turn: int, settings: TreeSettings) -> np.ndarray:
    """The features one tree looks at: a run through all of them that shifts from tree to tree."""
    many = max(1, round(features * settings.columns))
    step = next(s for s in (7, 5, 3, 11, 1) if s == 1 or features % s)
    return np.sort((turn * many + np.arange(many)) * step % features)


def _grow(
    binned: np.ndarray,
    gradient: np.ndarray,
    curvature: np.ndarray,
    weight: np.ndarray,
    columns: np.ndarray,
    settings: TreeSettings,
) -> Tree:
    nodes = 2**settings.depth - 1
    feature, cut = np.full(nodes, -1), np.zeros(nodes, dtype=int)
    missing_left = np.zeros(nodes, dtype=bool)
    node = np.zeros(binned.shape[1], dtype=np.int64)
    for level in range(settings.depth):
        first, width = 2**level - 1, 2**level
        sums = _sums(binned, columns, node, width, (gradient, curvature, weight))
        best, where, left = _best_splits(sums, settings)
        for place in range(width):
            if best[place] > 0:
                column, cut[first + place] = divmod(where[place], BINS)
                feature[first + place] = columns[column]
                missing_left[first + place] = left[place]
        node = 2 * node + _goes_right(binned, feature, cut, missing_left, first + node)
    width = 2**settings.depth
    g, h = (np.bincount(node, weights=each, minlength=width) for each in (gradient, curvature))
    return Tree(feature, cut, missing_left, g / (h + settings.ridge))


def _sums(
    binned: np.ndarray, columns: np.ndarray, node: np.ndarray, width: int, values: tuple[np.ndarray, ...]
) -> np.ndarray:
    """The values' sums by feature, node and bin: (3, columns, width, B + 1)."""
    size = BINS + 1
    out = np.empty((len(values), len(columns), width, size))
    for c, column in enumerate(columns):
        place = node * size + binned[column]
        for v, value in enumerate(values):
            out[v, c] = np.bincount(place, weights=value, minlength=width * size).reshape(width, size)
    return out


def _best_splits(sums: np.ndarray, settings: TreeSettings) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Each node's best gain, its feature and bin as one number, and whether what is missing goes left."""
    known = sums[..., :BINS].cumsum(axis=-1)
    missing, whole = sums[..., BINS:], sums.sum(axis=-1, keepdims=True)
    gains = []
    for left in (known, known + missing):
        right = whole - left
        gain = _worth(left, settings) + _worth(right, settings) - _worth(whole, settings)
        fits = (left[2] >= settings.least_weight) & (right[2] >= settings.least_weight)
        gains.append(np.where(fits, gain, 0.0))
    both = np.stack(gains)  # (2, columns, width, B)
    flat = both.transpose(2, 0, 1, 3).reshape(both.shape[2], -1)
    best = flat.argmax(axis=1)
    side, where = np.divmod(best, both.shape[1] * BINS)
    return flat[np.arange(len(best)), best], where, side == 1


def _worth(sums: np.ndarray, settings: TreeSettings) -> np.ndarray:
    return sums[0] ** 2 / (sums[1] + settings.ridge)


def _goes_right(
    binned: np.ndarray, feature: np.ndarray, cut: np.ndarray, missing_left: np.ndarray, at: np.ndarray
) -> np.ndarray:
    chosen = feature[at]
    value = binned[np.maximum(chosen, 0), np.arange(binned.shape[1])]
    right = np.where(value == MISSING, ~missing_left[at], value > cut[at])
    return np.where(chosen < 0, 0, right).astype(np.int64)


def leaf_of(tree: Tree, binned: np.ndarray) -> np.ndarray:
    """The leaf (N,) each row of bins (K, N) falls into."""
    node = np.zeros(binned.shape[1], dtype=np.int64)
    depth = (len(tree.feature) + 1).bit_length() - 1
    for level in range(depth):
        first = 2**level - 1
        node = 2 * node + _goes_right(binned, tree.feature, tree.bin, tree.missing_left, first + node)
    return node
