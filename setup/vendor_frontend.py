"""Fetches the front-end files we ship from the npm registry: python3 -m setup.vendor_frontend

For maintainers. The result is committed, so that set-up needs no node. The GDS Transport typeface and the
crown may be used only on gov.uk domains, so the fonts, their rules and the crest are dropped; Arial takes
their place. govuk-frontend's package carries no licence file, so the text of its repository lies beside its
files already.
"""

from __future__ import annotations

import json
import re
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

from .ground import ROOT


@dataclass(frozen=True)
class Package:
    """What to take out of one version of one npm package, and where to put it."""

    name: str
    version: str
    files: tuple[str, ...]
    folder: Path


PACKAGES = (
    Package(
        "govuk-frontend",
        "6.6.0",
        ("dist/govuk/govuk-frontend.min.css", "dist/govuk/govuk-frontend.min.js"),
        ROOT / "schoolward/web/static/vendor/govuk",
    ),
    Package("axe-core", "4.14.1", ("axe.min.js", "LICENSE", "LICENSE-3RD-PARTY.txt"), ROOT / "tests/vendor"),
)


def main() -> None:
    """Write every package's files anew."""
    for package in PACKAGES:
        with tempfile.TemporaryDirectory() as folder:
            fetch(package, Path(folder))


def fetch(package: Package, folder: Path) -> None:
    """Put the package's files in their place, with a note of where they came from."""
    asked = ["npm", "pack", f"{package.name}@{package.version}", "--json", "--silent"]
    done = subprocess.run(
        [*asked, "--pack-destination", str(folder)], capture_output=True, text=True, check=True
    )
    told = json.loads(done.stdout)
    about = told[0] if isinstance(told, list) else next(iter(told.values()))
    package.folder.mkdir(parents=True, exist_ok=True)
    with tarfile.open(folder / about["filename"]) as archive:
        for name in package.files:
            found = archive.extractfile(f"package/{name}")
            assert found is not None, name
            (package.folder / Path(name).name).write_bytes(cleaned(name, found.read()))
    note = {"name": package.name, "version": package.version, "integrity": about["integrity"]}
    (package.folder / "VERSION.json").write_text(json.dumps(note, indent=1) + "\n")


def cleaned(name: str, content: bytes) -> bytes:
    """The file without what may not be used here and without links to files we do not ship."""
    if name.endswith(".css"):
        return without_crown_and_transport(content.decode()).encode()
    if name.endswith(".js"):
        return re.sub(rb"\n?//# sourceMappingURL=.*", b"", content)
    return content


def without_crown_and_transport(css: str) -> str:
    """The style sheet with Arial in place of GDS Transport, and no crest; fails if either is left."""
    css = re.sub(r"@font-face\{[^}]*\}", "", css)
    css = css.replace('"GDS Transport",', "").replace("GDS Transport,", "")
    css = re.sub(r"/\*# sourceMappingURL=.*?\*/", "", css)
    css = re.sub(r"url\((['\"]?)/assets/images/govuk-crest\.svg\1\)", "none", css)
    assert "GDS Transport" not in css, "the typeface's name is left"
    assert "/assets/" not in css, re.findall(r"url\([^)]*\)", css)
    return css


if __name__ == "__main__":
    main()
