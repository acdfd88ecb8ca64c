"""Where Schoolward keeps its database, published data and files."""

import os
from pathlib import Path


def schoolward_home() -> Path:
    """The folder for database and data: SCHOOLWARD_HOME, else one in the user's data directory."""
    if chosen := os.environ.get("SCHOOLWARD_HOME"):
        return Path(chosen).expanduser().resolve()
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(data) / "schoolward"


def default_store() -> Path:
    """The folder of published data that commands use when no --store is given."""
    return schoolward_home() / "store"
