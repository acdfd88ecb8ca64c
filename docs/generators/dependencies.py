"""What Schoolward is built on: every locked package, its licence and why it is here."""

from tests.machinery.locked import Package, packages

USES = {
    "serving": "Installed by `./start`",
    "tests": "Installed besides by `./check`",
    "set-up": "Installed before anything else",
}


def render() -> str:
    """The reference page."""
    parts = ["# What it is built on", "", "Versions and hashes are in `requirements/*.lock`."]
    for use, title in USES.items():
        rows = [_row(package) for package in packages() if package.used_for == use]
        parts += ["", f"## {title}", "", "| Package | Licence | Why |", "|---|---|---|", *rows]
    return "\n".join(parts)


def _row(package: Package) -> str:
    licence = package.licence or "installed on other systems only"
    return f"| {package.name} | {licence} | {package.why} |"
