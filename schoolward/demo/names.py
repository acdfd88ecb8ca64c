"""Invented people's names: ordinary given names, family names that belong to no family.

The family names are made for Estuary, so no pair of them is a head teacher in the real register
(`tests/real_data/test_estuary_plausible.py` looks).
"""

from dataclasses import dataclass
from pathlib import Path

from schoolward.demo.dice import dice


def _read() -> dict[str, list[str]]:
    lists: dict[str, list[str]] = {}
    for line in Path(__file__).with_name("names.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            words = lists.setdefault(line.strip("[]"), [])
        else:
            words += line.split()
    return lists


_NAMES = _read()


@dataclass(frozen=True)
class Name:
    """A person's title and names."""

    title: str
    first: str
    last: str

    @property
    def full(self) -> str:
        """First and last name, as it stands in a list."""
        return f"{self.first} {self.last}"

    @property
    def formal(self) -> str:
        """'Mrs Creekmore', as it stands in a letter."""
        return f"{self.title} {self.last}"


def name_for(seed: int, *key: str | int) -> Name:
    """The name that belongs to `key`: the same one however often it is asked for."""
    throw = dice(seed, "name", *key)
    woman = throw.random() < 0.66
    first = str(throw.choice(_NAMES["women" if woman else "men"]))
    title = str(throw.choice(["Mrs", "Ms", "Miss", "Dr"], p=[0.55, 0.2, 0.2, 0.05]) if woman else "Mr")
    return Name(title, first, str(throw.choice(_NAMES["family"])))
