"""Themes suggested for free text, with the words that speak for each. A person decides; this never does.

Words and pairs of words are weighted by how seldom they are (TF-IDF). While people have decided little, a
theme is suggested where a text is near the theme's own words; once enough is decided, a logistic
regression learns from the decisions. Both are linear in the words, so what speaks for a suggestion can be
shown: a word's weight times how much of it is in the text. Nothing leaves this machine. Source key: tf-idf.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
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
    model = _fit(body[places], labels)
    strengths = model.predict_proba(body)[:, 1]
    speaks = np.repeat(model.coef_, len(body), axis=0)
    order = np.argsort(labels, kind="stable")  # each fold has its part of both
    for fold in range(_FOLDS):
        left = order[fold::_FOLDS]
        kept = np.setdiff1d(np.arange(len(places)), left)
        if labels[kept].all() or not labels[kept].any():
            continue
        other = _fit(body[places[kept]], labels[kept])
        strengths[places[left]] = other.predict_proba(body[places[left]])[:, 1]
        speaks[places[left]] = other.coef_
    return strengths, speaks


def _fit(rows: NDArray[np.float64], labels: NDArray[np.bool_]):
    from sklearn.linear_model import LogisticRegression  # a second to import, for this alone

    return LogisticRegression(C=_STRENGTH, class_weight="balanced", max_iter=500).fit(rows, labels)


def cluster(texts: Sequence[str], *, how_many: int) -> tuple[Cluster, ...]:
    """Groups of texts that speak alike, largest first: a start where no theme has been named yet."""
    if len(texts) < 2 * how_many:
        return ()
    from sklearn.decomposition import NMF

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

    names: NDArray
    matrix: NDArray[np.float64]

    @classmethod
    def of(cls, texts: Sequence[str]) -> _Words:
        from sklearn.feature_extraction.text import TfidfVectorizer

        counter = TfidfVectorizer(
            ngram_range=(1, 2),
            sublinear_tf=True,
            strip_accents="unicode",
            stop_words="english",
            token_pattern=r"(?u)\b[^\W\d_]{3,}\b",  # noqa: S106 - a pattern of words
        )
        try:
            matrix = counter.fit_transform([_stemmed(text) for text in texts]).toarray()
        except ValueError:  # nothing but stop words
            return cls(np.array([], str), np.zeros((len(texts), 0)))
        return cls(counter.get_feature_names_out(), matrix)

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
                shown.append(str(self.names[n]))
        return tuple(shown)


_ENDINGS = (("ies", "y"), ("sses", "ss"), ("s", ""))


def _stemmed(text: str) -> str:
    """The text with plurals as singulars: "governors" and "governor" are one word."""
    return " ".join(_singular(word) for word in text.casefold().replace("’", "'").split())


def _singular(word: str) -> str:
    bare = word.rstrip(".,;:!?)\"'")
    for ending, instead in _ENDINGS:
        if bare.endswith(ending) and len(bare) > len(ending) + 2 and not bare.endswith(("ss", "us", "is")):
            return bare[: -len(ending)] + instead
    return bare
