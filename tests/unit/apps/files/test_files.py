from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from hashlib import sha256

import pytest
from django.core import mail
from django.core.files.base import ContentFile
from django.db import connection, transaction

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.audit.models import Event
from schoolward.apps.files import keeping
from schoolward.apps.files.actions import clean_name, delete_expired_files, delete_file, store_file
from schoolward.apps.files.models import Content, File, files_folder
from schoolward.apps.files.owners import FileOwner, register_file_owner
from schoolward.apps.files.queries import files_of, find_version
from schoolward.apps.files.scanning import EICAR
from schoolward.apps.jobs import attempts
from schoolward.apps.jobs.actions import enqueue
from schoolward.apps.jobs.models import Job
from schoolward.apps.outbox.actions import queue_message
from schoolward.apps.tenancy import clock
from schoolward.apps.tenancy.scope import scope
from schoolward.terms.errors import BadFile, NotAllowed
from tests.factories.foundations import make_authority


def _only_staff(owner_id, by):
    if by.role != "adviser":
        raise NotAllowed("Only advisers.")


register_file_owner(FileOwner("tests.visit", _only_staff, _only_staff))


def _acting(authority, role="adviser"):
    return Acting(None, role, None, authority, frozenset())


@pytest.fixture
def home(tmp_path, settings):
    settings.SCHOOLWARD_HOME = tmp_path
    return tmp_path


@pytest.fixture
def authority(db, home):
    with scope(make_authority()) as here:
        yield here


def _store(authority, content=b"hello", name="note.txt", owner_id="7", role="adviser", **values):
    upload = ContentFile(content, name=name)
    return store_file(
        by=_acting(authority, role), upload=upload, owner_kind="tests.visit", owner_id=owner_id, **values
    )


def _on_disk():
    return sorted(path for path in files_folder().parent.rglob("*") if path.is_file())


def test_file_is_kept_by_its_content(authority):
    version = _store(authority)
    digest = sha256(b"hello").hexdigest()
    assert version.content.path.read_bytes() == b"hello"
    assert version.content.path.parent == files_folder() / digest[:2] / digest[2:4]
    assert version.content.path.stat().st_mode & 0o077 == 0
    assert (version.number, version.media_type, version.scanned_by) == (1, "text/plain", "own check")
    assert Event.objects.get().after["sha256"] == digest


def test_same_content_is_the_same_version_and_another_is_the_next(authority):
    first = _store(authority)
    assert _store(authority) == first
    second = _store(authority, b"hello again")
    assert (second.file, second.number) == (first.file, 2)
    assert second.file.latest == second
    assert [v.number for v in files_of("tests.visit", "7").get().versions.all()] == [2, 1]


def test_same_content_elsewhere_is_kept_once_on_disk(authority):
    _store(authority), _store(authority, owner_id="8", name="other.txt")
    assert len(_on_disk()) == 1
    assert File.objects.count() == 2


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"content": EICAR}, "EICAR"),
        ({"content": b""}, "empty"),
        ({"content": b"x" * 2000, "max_bytes": 1999}, "limited"),
        ({"name": "a.exe"}, "not kept here"),
        ({"name": "a.pdf"}, "plain text"),
        ({"name": "nothing"}, "no name"),
    ],
)
def test_file_that_is_refused_leaves_nothing_behind(authority, values, why):
    with pytest.raises(BadFile, match=why):
        _store(authority, **values)
    assert not _on_disk()
    assert not File.objects.exists()


def test_only_whom_the_owner_lets_may_store_read_and_delete(authority):
    with pytest.raises(NotAllowed):
        _store(authority, role="visitor")
    version = _store(authority)
    assert find_version(version.pk, _acting(authority)) == version
    assert find_version(version.pk, _acting(authority, "visitor")) is None
    assert find_version(version.pk + 1, _acting(authority)) is None
    with pytest.raises(NotAllowed):
        delete_file(file=version.file, by=_acting(authority, "visitor"), reason="x")


def test_file_of_another_authority_is_not_found_and_not_shared(authority):
    mine = _store(authority)
    with scope(make_authority(902, "Elsewhere")) as there:
        assert find_version(mine.pk, _acting(there)) is None
        theirs = _store(there)
        assert theirs.content != mine.content
        delete_file(file=theirs.file, by=_acting(there), reason="x")
    assert mine.content.path.exists()


@pytest.mark.django_db(transaction=True)
def test_deleted_file_is_gone_from_disk_once_nobody_else_has_the_content(home):
    with scope(make_authority()) as authority:
        one, two = _store(authority), _store(authority, owner_id="8")
        _store(authority, b"another version")
        by = _acting(authority)
        delete_file(file=one.file, by=by, reason="Asked for by the school")
        assert [path.read_bytes() for path in _on_disk()] == [b"hello"]
        with transaction.atomic():
            delete_file(file=two.file, by=by, reason="x")
            transaction.set_rollback(True)
        assert two.content.path.exists(), "what was rolled back was not deleted"
        delete_file(file=two.file, by=by, reason="x")
    assert not _on_disk()
    kept = Event.objects.filter(action="files.delete_file").order_by("id").first()
    assert kept.reason == "Asked for by the school"
    assert sha256(b"hello").hexdigest() in kept.before["sha256"]


@pytest.mark.django_db(transaction=True)
def test_storing_and_deleting_the_same_content_at_once_never_loses_it(home):
    authority = make_authority()

    def work(n):
        try:
            with scope(authority):
                for turn in range(6):
                    version = _store(authority, owner_id=f"{n}:{turn}")
                    if turn % 2:
                        delete_file(file=version.file, by=_acting(authority), reason="x")
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    with scope(authority):
        assert File.objects.count() == 12
        assert Content.objects.get().path.read_bytes() == b"hello"
    assert len(_on_disk()) == 1


def test_file_is_deleted_after_the_day_it_was_kept_until(authority):
    day = clock.today()
    _store(authority, kept_until=day - timedelta(days=1))
    _store(authority, name="b.txt", kept_until=day)
    _store(authority, name="c.txt")
    assert delete_expired_files(by=Acting.system(authority)) == 1
    assert [file.name for file in File.objects.all()] == ["b.txt", "c.txt"]


def test_content_that_was_lost_from_disk_is_mended_by_the_next_upload(authority):
    version = _store(authority)
    version.content.path.unlink()
    _store(authority)
    assert version.content.path.read_bytes() == b"hello"


def test_strays_of_killed_uploads_are_cleared_away_and_what_is_held_stays(authority):
    version = _store(authority)
    stray = files_folder() / "ab" / "cd" / "abcd.0123"
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"half")
    assert keeping.remove_strays() == 0, "it may still be arriving"
    assert keeping.remove_strays(timedelta(seconds=-1)) == 1
    assert _on_disk() == [version.content.path]


def test_jobs_of_the_files_run(authority):
    _store(authority, kept_until=clock.today() - timedelta(days=1))
    for kind, owner in (("files.delete_expired_files", authority), ("files.remove_strays", None)):
        job = enqueue(kind, by=Acting.system(owner), authority=owner)
        attempts.run_job(job.pk)
        assert Job.objects.get(pk=job.pk).state == "done"
    assert not File.objects.exists()


def test_file_goes_with_a_message(authority):
    version = _store(authority)
    words = {"recipient": "chair@example.org", "subject": "Note", "text": "Attached", "idempotency_key": "k"}
    by = _acting(authority)
    queue_message(by=by, channel="smtp", attachments=[str(version.pk)], **words)
    attempts.run_job(Job.objects.get().pk)
    assert [(a.filename, a.content) for a in mail.outbox[0].attachments] == [("note.txt", "hello")]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\me\\Report final.docx", "Report final.docx"),
        ("a\u202egpj.exe\n.pdf", "agpj.exe.pdf"),
        ("  many   spaces .pdf ", "many spaces .pdf"),
        ("x" * 300 + ".pdf", "x" * 146 + ".pdf"),
    ],
)
def test_name_is_made_harmless(given, expected):
    assert clean_name(given) == expected
