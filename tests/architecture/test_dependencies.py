"""Locked packages: why each is here, under which licence, and one version of each in every lock."""

import re

import pytest

from tests.machinery.locked import LOCKS, REQUIREMENTS, asked_in, packages, pins_in, reasons_in

# licences that let us serve and pass the program on; the copyleft ones are used as they are, beside our code
PERMISSIVE = re.compile(
    r"\bMIT\b|BSD|Apache|\bISC\b|PSF|Python Software Foundation|Unlicense|Zlib|CC0|CNRI|Public Domain",
    re.I,
)
WEAK_COPYLEFT = re.compile(r"MPL|Mozilla Public License|LGPL|GNU Lesser", re.I)
# looked up by hand, where the package declares nothing that a program can read
BY_HAND: dict[str, str] = {}


@pytest.mark.parametrize("package", packages(), ids=lambda package: package.name)
def test_licence_of_a_locked_package_is_allowed(package):
    declared = BY_HAND.get(package.name, package.licence)
    if declared is None:
        pytest.skip("installed on other systems only")
    parts = [part for part in re.split(r"\s+(?:AND|and)\s+|[()]", declared) if part.strip()]
    assert parts
    for part in parts:
        choices = re.split(r"\s+(?:OR|or)\s+", part)
        assert any(PERMISSIVE.search(c) or WEAK_COPYLEFT.search(c) for c in choices), (
            f"{package.name}: {declared}"
        )


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_asked_for_says_why(lock):
    asked = asked_in(REQUIREMENTS / f"{lock}.in")
    assert asked
    assert asked == set(reasons_in(REQUIREMENTS / f"{lock}.in"))


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_asked_for_is_locked(lock):
    assert asked_in(REQUIREMENTS / f"{lock}.in") <= set(pins_in(REQUIREMENTS / f"{lock}.lock"))


def test_tests_use_the_versions_that_serve():
    base, test = (pins_in(REQUIREMENTS / f"{lock}.lock") for lock in ("base", "test"))
    assert base
    assert {name: version for name, (version, _) in base.items()} == {name: test[name][0] for name in base}


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_names_no_address_and_every_pin_has_a_hash(lock):
    text = (REQUIREMENTS / f"{lock}.lock").read_text()
    assert "://" not in text
    pins = re.split(r"\n(?=[a-z0-9])", text.strip())
    assert len(pins) == len(pins_in(REQUIREMENTS / f"{lock}.lock"))
    assert not [pin.split()[0] for pin in pins if "--hash=sha256:" not in pin]
