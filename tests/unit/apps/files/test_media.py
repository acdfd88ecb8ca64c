import io
import zipfile

import pytest

from schoolward.apps.files.media import media_of
from schoolward.terms.errors import BadFile


def _zip(*parts, **contents):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for part in parts:
            packed.writestr(part, b"x")
        for part, content in contents.items():
            packed.writestr(part, content)
    return out.getvalue()


ODT = _zip(mimetype="application/vnd.oasis.opendocument.text")
GOOD = {
    "report.pdf": b"%PDF-1.7 ...",
    "late.pdf": b"\r\n%PDF-1.4 ...",
    "PHOTO.JPG": b"\xff\xd8\xff\xe0 ...",
    "map.png": b"\x89PNG\r\n\x1a\n...",
    "old.gif": b"GIF89a...",
    "new.webp": b"RIFF\x00\x00\x00\x00WEBP...",
    "paper.docx": _zip("[Content_Types].xml", "word/document.xml"),
    "sheet.xlsx": _zip("[Content_Types].xml", "xl/workbook.xml"),
    "slides.pptx": _zip("ppt/presentation.xml"),
    "paper.odt": ODT,
    "all.zip": _zip("a.txt"),
    "data.csv.gz": b"\x1f\x8b\x08...",
    "data.csv": "URN,Name\n100012,Zoë's".encode("cp1252"),
    "utf16.csv": "URN,Name".encode("utf-16"),
    "note.txt": "\ufeffhello".encode(),
}


@pytest.mark.parametrize("name", GOOD)
def test_file_that_is_what_its_name_says_is_taken(name):
    assert media_of(io.BytesIO(GOOD[name]), name).media_type


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.exe", b"MZ\x90\x00", "not kept here"),
        ("a", b"text", "not kept here"),
        ("a.html", b"<html>", "not kept here"),
        ("a.svg", b"<svg onload=...>", "not kept here"),
        ("a.docm", _zip("word/document.xml"), "not kept here"),
        ("a.pdf", b"MZ\x90\x00", "something else"),
        ("a.pdf", GOOD["paper.docx"], "a docx file"),
        ("a.csv", GOOD["sheet.xlsx"], "a xlsx file"),
        ("a.xlsx", b"URN,Name", "plain text"),
        ("a.zip", GOOD["paper.docx"], "a docx file"),
        ("a.docx", ODT, "a odt file"),
        ("a.txt", b"\n <!DOCTYPE html><script>", "something else"),
        ("a.txt", b"<svg xmlns=...>", "something else"),
        ("a.txt", b"#!/bin/sh", "something else"),
        ("a.txt", b"bin\x00ary", "something else"),
        ("a.docx", _zip("word/document.xml", "word/vbaProject.bin"), "macros"),
        ("a.xlsx", GOOD["sheet.xlsx"][:40], "damaged"),
    ],
    # the bytes of an archive hold the moment it was made, and every worker must collect the same names
    ids=lambda value: value if isinstance(value, str) else "bytes",
)
def test_file_that_is_not_what_its_name_says_is_refused(name, content, why):
    with pytest.raises(BadFile, match=why):
        media_of(io.BytesIO(content), name)
