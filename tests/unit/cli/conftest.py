"""Results that several commands are tried on, worked out once."""

from pathlib import Path

import pytest

from schoolward.cli.main import main
from tests.unit.cli.test_demand import tables, write


@pytest.fixture(scope="session")
def demand_results(tmp_path_factory) -> Path:
    """The folder of tables, and `out` in it what `schoolward demand` made of them."""
    folder = tmp_path_factory.mktemp("demand")
    assert main(write(folder, tables())) == 0
    return folder
