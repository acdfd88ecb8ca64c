"""Vendored files: without the crown and the typeface of gov.uk, and as the note beside them says."""

import json

import pytest

from setup.vendor_frontend import PACKAGES, without_crown_and_transport

STYLE = PACKAGES[0].folder / "govuk-frontend.min.css"


def test_typeface_and_crown_are_taken_out_of_a_style_sheet():
    css = (
        '@font-face{font-family:"GDS Transport";src:url("/assets/fonts/a.woff2")}'
        '.a{font-family:"GDS Transport",arial,sans-serif}.b{background:url(/assets/images/govuk-crest.svg)}'
    )
    assert without_crown_and_transport(css) == ".a{font-family:arial,sans-serif}.b{background:none}"


def test_unknown_asset_is_not_shipped_unnoticed():
    with pytest.raises(AssertionError):
        without_crown_and_transport(".a{background:url(/assets/images/new.svg)}")


def test_shipped_style_sheet_has_neither():
    css = STYLE.read_text()
    assert ".govuk-button" in css
    for word in ("Transport", "@font-face", "crest", "/assets/", "sourceMappingURL"):
        assert word not in css


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_vendored_files_are_all_there_with_version_and_licence(package):
    note = json.loads((package.folder / "VERSION.json").read_text())
    assert (note["name"], note["version"]) == (package.name, package.version)
    names = {path.name for path in package.folder.iterdir()}
    assert names == {*(name.split("/")[-1] for name in package.files), "LICENSE", "VERSION.json"}
