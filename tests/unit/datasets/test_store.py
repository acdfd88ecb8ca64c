"""The store: immutable, content-keyed, moved in one step, one writer at a time."""

import os
import signal
import subprocess
import sys
import textwrap
from datetime import date

import polars as pl
import pytest

from schoolward.datasets.store import EMPTY, Part, Store, edition_key
from schoolward.terms.errors import StoreError


def part(key="a" * 40, basis="release table", published=date(2018, 12, 13), first=date(2026, 1, 1)) -> Part:
    return Part(key, "ks2", "full", "2018", published, basis, first, "f.csv", "0" * 64, 1, 0)


def add(store, *parts):
    with store.writing() as writer:
        for each in parts:
            writer.put(each, pl.DataFrame({"urn": [900001]}))
        return writer.commit()


def test_store_that_was_never_written_is_empty_and_makes_no_folder(tmp_path):
    store = Store(tmp_path / "s")
    assert store.edition == EMPTY
    assert store.parts() == ()
    assert not (tmp_path / "s").exists()


def test_edition_does_not_depend_on_order_or_day_of_import(tmp_path):
    one, two = part("a" * 40), part("b" * 40)
    later = part("a" * 40, first=date(2027, 5, 5))
    assert edition_key([one, two]) == edition_key([two, later])
    assert edition_key([one]) != edition_key([two])


def test_edition_changes_with_a_publication_day_given_by_hand():
    given = part(basis="given", published=date(2018, 12, 14))
    assert edition_key([given]) != edition_key([part()])


def test_older_edition_still_answers_after_a_newer(store):
    first = add(store, part("a" * 40))
    second = add(store, part("b" * 40))
    assert first != second == store.edition
    assert [p.key for p in store.at(first).parts()] == ["a" * 40]
    assert len(store.parts()) == 2
    assert store.editions() == (first, second)
    assert store.frame(store.parts()[0])["urn"].to_list() == [900001]


def test_unknown_edition_is_refused(store):
    with pytest.raises(StoreError, match="no edition feed"):
        store.at("feed")


def test_part_survives_its_manifest(store):
    add(store, part())
    assert store.parts() == (part(),)


def test_second_writer_is_turned_away(store):
    add(store, part())
    with (
        store.writing(),
        pytest.raises(StoreError, match="Another import"),
        Store(store.path).writing(),
    ):
        pass


def test_part_that_no_edition_lists_is_swept_at_the_next_import(store):
    add(store, part("a" * 40))
    with store.writing() as writer:
        writer.put(part("b" * 40), pl.DataFrame({"urn": [1]}))  # and no commit
    orphan = store.part_path("b" * 40)
    half = store.path / "parts" / "x.123.tmp"
    half.write_bytes(b"half")
    assert orphan.exists()
    add(store, part("c" * 40))
    assert not orphan.exists()
    assert not half.exists()
    assert store.part_path("a" * 40).exists()


def test_full_disk_leaves_the_store_as_it_was(store, monkeypatch):
    before = add(store, part("a" * 40))

    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pl.DataFrame, "write_parquet", full)
    with pytest.raises(StoreError, match="No space left on device") as told:
        add(store, part("b" * 40))
    assert "The store is as it was" in str(told.value)
    assert store.edition == before
    assert len(store.parts()) == 1


def test_damaged_manifest_is_named(store):
    edition = add(store, part())
    (store.path / "editions" / f"{edition}.json").write_text("{", encoding="utf-8")
    with pytest.raises(StoreError, match="cannot be read"):
        Store(store.path).parts()


KILLED = """
    import os, sys
    from datetime import date
    from pathlib import Path
    from schoolward.datasets import store as module
    from schoolward.datasets.importing import import_folder

    steps = int(sys.argv[3])
    real_replace, real_fsync = Path.replace, os.fsync

    def counted(real):
        def step(*args, **kwargs):
            global steps
            steps -= 1
            if steps < 0:
                os.kill(os.getpid(), 9)
            return real(*args, **kwargs)
        return step

    Path.replace, os.fsync = counted(real_replace), counted(real_fsync)
    import_folder(Path(sys.argv[1]), module.Store(sys.argv[2]), today=date(2026, 3, 31))
    print("done")
"""


@pytest.mark.parametrize("steps", [0, 1, 2, 3, 4, 5, 6, 7, 40])
def test_kill_at_any_step_leaves_the_old_or_the_new_edition(tmp_path, bring, store, steps):
    """The process dies at its nth write that matters; the store is whole, and a second import ends."""
    from tests.unit.datasets.published_files import KS2_SCHOOL, ks2, links, write

    before = bring(a__csv=links((900001, 900002, "Successor", "01-09-2017"))).edition
    folder = write(tmp_path / "more", b__csv=ks2(KS2_SCHOOL))
    script = [sys.executable, "-c", textwrap.dedent(KILLED), str(folder), str(store.path), str(steps)]
    env = os.environ | {"PYTHONPATH": os.getcwd()}
    done = subprocess.run(script, capture_output=True, text=True, env=env)
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    left = Store(store.path)
    assert all(left.frame(each).height == each.rows for each in left.parts())
    killed_before_pointer = left.edition == before
    assert len(left.parts()) == (1 if killed_before_pointer else 2)
    assert done.returncode == 0 or steps < 40
    again = bring(c__csv=ks2(KS2_SCHOOL))
    assert again.edition not in (before, EMPTY)
    assert len(Store(store.path).parts()) == 2


def test_frame_of_some_columns_then_of_all_has_the_file_s_order(store, tmp_path):
    rows = pl.DataFrame({"urn": [900001], "name": ["A"], "la_code": [999]})
    with store.writing() as writer:
        writer.put(part(), rows)
        writer.commit()
    [only] = store.parts()
    assert store.columns(only) == ("urn", "name", "la_code")
    assert store.frame(only, ["la_code", "urn"]).columns == ["la_code", "urn"]
    assert store.frame(only).equals(rows)


def test_pinned_store_stays_at_its_edition(store):
    first = add(store, part("a" * 40))
    pinned = store.pinned()
    add(store, part("b" * 40))
    assert (pinned.edition, pinned.pinned()) == (first, pinned)
    assert store.pinned().edition == store.edition != first
