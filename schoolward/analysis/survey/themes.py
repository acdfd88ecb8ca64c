"""Themes suggested for free text, with the words that speak for each. A person decides; this never does.

Words and pairs of words are weighted by how seldom they are (TF-IDF). While people have decided little, a
theme is suggested where a text is near the theme's own words; once enough is decided, a logistic
regression learns from the decisions. Both are linear in the words, so what speaks for a suggestion can be
shown: a word's weight times how much of it is in the text. Nothing leaves this machine. Source key: tf-idf.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log
from typing import TYPE_CHECKING

import numpy as np

from schoolward.analysis.survey.logistic import fit_logistic

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEAST_DECIDED = 12  # texts, before anything is learnt from them
LEAST_OF_EACH = 3  # with and without a theme, before it is learnt
_NEAR_ENOUGH = 0.12  # to a theme's own words: the cosine of the angle between
_LIKELY_ENOUGH = 0.5
_SPEAKING = 4  # words shown
_STRENGTH = 8.0  # of the fit: texts are short, and their weights small


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme as people named it, with words of theirs that it is about."""

    key: str
    words: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A theme that a text may belong to, how strongly (0 to 1), by which method, and the words for it."""

    theme: str
    strength: float
    learnt: bool
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cluster:
    """Texts that speak alike, by place, and the words that they share: a theme that somebody might name."""

    words: tuple[str, ...]
    texts: tuple[int, ...]


def suggest(
    texts: Sequence[str], themes: Sequence[Theme], decided: Mapping[int, frozenset[str]]
) -> tuple[tuple[Suggestion, ...], ...]:
    """For each text the themes suggested, strongest first; for decided texts too, as if they were not.

    A decided text is never asked of a fit that learnt from it: its suggestion comes from the others, so that
    agreement can be measured honestly.

    Parameters
    ----------
    texts : T
    themes : K
    decided : by place in `texts`, the themes that a person chose, none included
    """
    if not texts or not themes:
        return tuple(() for _ in texts)
    words = _Words.of([*texts, *(theme.words for theme in themes)])
    body = words.matrix[: len(texts)]
    single, own = np.split(words.single(), [len(texts)])
    found: list[list[Suggestion]] = [[] for _ in texts]
    for k, theme in enumerate(themes):
        labels = np.array([theme.key in decided[n] for n in decided], bool)
        places = np.array(list(decided), int)
        if _enough(labels):
            strengths, speaks = _learnt(body, places, labels)
            least, learnt = _LIKELY_ENOUGH, True
        else:
            strengths, speaks = single @ own[k], np.repeat(own[None, k], len(texts), axis=0)
            least, learnt = _NEAR_ENOUGH, False
        for n, strength in enumerate(strengths):
            if strength >= least:
                shown = words.speaking(body[n] * speaks[n])
                found[n].append(Suggestion(theme.key, round(float(strength), 3), learnt, shown))
    return tuple(tuple(sorted(each, key=lambda s: (-s.strength, s.theme))) for each in found)


def _enough(labels: NDArray[np.bool_]) -> bool:
    with_it = int(labels.sum())
    return len(labels) >= LEAST_DECIDED and LEAST_OF_EACH <= with_it <= len(labels) - LEAST_OF_EACH


_FOLDS = 5


def _learnt(
    body: NDArray[np.float64], places: NDArray[np.int64], labels: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Probabilities (T,), and for each text the words' weights (T, words) of the fit that it was asked of."""
    weights, constant = fit_logistic(body[places], labels, strength=_STRENGTH)
    scores = body @ weights + constant
    speaks = np.repeat(weights[None], len(body), axis=0)
    # by place alone: were folds drawn by label, a text's own decision would say which fit it is asked of
    folds = np.arange(len(places)) % _FOLDS
    for fold in range(_FOLDS):
        left, kept = np.flatnonzero(folds == fold), np.flatnonzero(folds != fold)
        if labels[kept].all() or not labels[kept].any():
            scores[places[left]] = np.inf if labels[kept].all() else -np.inf
            continue
        weights, constant = fit_logistic(body[places[kept]], labels[kept], strength=_STRENGTH)
        scores[places[left]] = body[places[left]] @ weights + constant
        speaks[places[left]] = weights
    return 1 / (1 + np.exp(-np.clip(scores, -500, 500))), speaks


def cluster(texts: Sequence[str], *, how_many: int) -> tuple[Cluster, ...]:
    """Groups of texts that speak alike, largest first: a start where no theme has been named yet."""
    if len(texts) < 2 * how_many:
        return ()
    from sklearn.decomposition import NMF  # seconds to import, for this alone

    words = _Words.of(list(texts))
    model = NMF(how_many, init="nndsvd", max_iter=400, tol=1e-3)
    shares = model.fit_transform(words.matrix)
    belongs = shares.argmax(axis=1)
    found = [
        Cluster(
            words.speaking(model.components_[k], count=6),
            tuple(int(n) for n in np.flatnonzero((belongs == k) & (shares[:, k] > 0))),
        )
        for k in range(how_many)
    ]
    return tuple(
        sorted((each for each in found if each.texts), key=lambda each: (-len(each.texts), each.words))
    )


@dataclass(frozen=True)
class _Words:
    """The words and pairs that texts hold, and how much of each is in a text (rows of length 1)."""

    names: tuple[str, ...]
    matrix: NDArray[np.float64]

    @classmethod
    def of(cls, texts: Sequence[str]) -> _Words:
        counts = [Counter(_terms(text)) for text in texts]
        held = Counter(term for each in counts for term in each)
        place = {term: n for n, term in enumerate(sorted(held))}
        matrix = np.zeros((len(texts), len(place)))
        for row, each in zip(matrix, counts, strict=True):
            for term, count in each.items():
                seldom = 1 + log((1 + len(texts)) / (1 + held[term]))
                row[place[term]] = (1 + log(count)) * seldom
        length = np.linalg.norm(matrix, axis=1, keepdims=True)
        np.divide(matrix, length, out=matrix, where=length > 0)
        return cls(tuple(place), matrix)

    def single(self) -> NDArray[np.float64]:
        """The same without pairs: which words stand side by side in a theme's own means nothing."""
        alone = self.matrix * np.array([" " not in name for name in self.names], float)
        length = np.linalg.norm(alone, axis=1, keepdims=True)
        return np.divide(alone, length, out=np.zeros_like(alone), where=length > 0)

    def speaking(self, weights: NDArray[np.float64], *, count: int = _SPEAKING) -> tuple[str, ...]:
        """The words with the largest weights above nought; a pair's own words are not said again."""
        shown: list[str] = []
        for n in np.argsort(-weights, kind="stable"):
            if weights[n] <= 0 or len(shown) == count:
                break
            if not any(self.names[n] in each.split() or each in self.names[n].split() for each in shown):
                shown.append(self.names[n])
        return tuple(shown)


def _terms(text: str) -> list[str]:
    """Words of three letters and more that say something, plurals as singulars, and pairs that follow."""
    found = (_singular(word) for word in _WORD.findall(text.casefold()))
    words = [word for word in found if word not in _EMPTY]
    return [*words, *(f"{one} {other}" for one, other in pairwise(words))]


_WORD = re.compile(r"[^\W\d_]{3,}")
_SAYING_NOTHING = """
    about after again all also and another any anyone anything are because been before being between both but
    can come could did does doing don down each else even every few for from get give had has have having
    her here him his how into its itself just last less let like made make many may more most much must
    near need never not nothing now off once one only other our out over own per please put quite rather
    really same say send shall she should since some somebody something still such than that the their them
    then there these they thing this those through till too two under until upon use used very via want was
    way well were what when where which while who whom why will with within without would yet you your
"""
_EMPTY = frozenset(_SAYING_NOTHING.split())
_ENDINGS = (("ies", "y"), ("sses", "ss"), ("s", ""))


def _singular(word: str) -> str:
    """The word without the ending of a plural: "governors" and "governor" are one."""
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) > len(ending) + 2 and not word.endswith(("ss", "us", "is")):
            return word[: -len(ending)] + instead
    return word
