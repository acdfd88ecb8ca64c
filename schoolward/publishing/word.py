"""Word documents by pandoc, in Schoolward's own styles: rows whole, pictures described, British English."""

from __future__ import annotations

import functools
import io
import re
import tempfile
import zipfile
from xml.sax.saxutils import escape, quoteattr

from schoolward.publishing import pandoc
from schoolward.publishing.meta import Meta
from schoolward.publishing.pandoc import Node

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_CONTENT = "application/vnd.openxmlformats-officedocument.wordprocessingml"

LINE_CM = 16.5

type Parts = dict[str, bytes]


def write(tree: Node, meta: Meta, *, epoch: int) -> bytes:
    """The Word document."""
    tree["meta"] = {
        "lang": _inlines("en-GB"),
        "title": _inlines(meta.title),
        "date": _inlines(meta.day),
        "author": {"t": "MetaList", "c": [_inlines(meta.authority)]},
        **({"subtitle": _inlines(meta.subtitle)} if meta.subtitle else {}),
    }
    with tempfile.NamedTemporaryFile(prefix="schoolward-", suffix=".docx") as reference:
        reference.write(reference_docx(meta))
        reference.flush()
        made = pandoc.write(tree, "docx", f"--reference-doc={reference.name}", "--output=-", epoch=epoch)
    parts = _unzip(made)
    parts["word/document.xml"] = _mend(parts["word/document.xml"].decode()).encode()
    return _zip(parts)


def _inlines(text: str) -> Node:
    return {"t": "MetaInlines", "c": pandoc.words(text)}


def _mend(document: str) -> str:
    """What pandoc leaves undone: rows kept whole; pictures' second description, which is their source."""
    document = re.sub(r'(<pic:cNvPr descr=")[^"]*"', r'\1"', document)
    document = re.sub(
        r"<w:tbl>.*?</w:tbl>", lambda t: t[0].replace('"Compact"', '"TableText"'), document, flags=re.S
    )
    document = document.replace("<w:tr><w:trPr>", "<w:tr><w:trPr><w:cantSplit />")
    return document.replace("<w:tr><w:tc>", "<w:tr><w:trPr><w:cantSplit /></w:trPr><w:tc>")


def figure(node: Node) -> Node:
    """The finding above its picture, as on the page; pandoc would put it beneath."""
    _, caption, content = node["c"]
    title = pandoc.styled("Image Caption", [{"t": "Para", "c": caption[1][0]["c"]}])
    picture = pandoc.styled("Captioned Figure", [{"t": "Para", "c": content[0]["c"]}])
    return pandoc.div([title, picture])


def reference_docx(meta: Meta) -> bytes:
    """pandoc's reference document with our styles, A4, a running head and "Page 2 of 7"."""
    parts = dict(_styled())
    parts["word/header1.xml"] = _header(meta.title, meta.authority, meta.marking)
    parts["word/header2.xml"] = _header("", "", meta.marking)
    parts["word/footer1.xml"] = _footer(meta.day)
    return _zip(parts)


@functools.cache
def _styled() -> Parts:
    parts = _unzip(pandoc.default_reference_docx())
    parts["word/styles.xml"] = _styles(parts["word/styles.xml"].decode()).encode()
    parts["word/settings.xml"] = parts["word/settings.xml"].replace(
        b'<w:themeFontLang w:val="en-US" />', b'<w:themeFontLang w:val="en-GB" />'
    )
    parts["word/document.xml"] = re.sub(
        r"<w:sectPr>.*?</w:sectPr>", _SECTION, parts["word/document.xml"].decode(), flags=re.S
    ).encode()
    added = "".join(
        f'<Relationship Type="{_RELATION}/{kind}" Id="{key}" Target="{key}.xml" />'
        for key, kind in (("header1", "header"), ("header2", "header"), ("footer1", "footer"))
    )
    _insert(parts, "word/_rels/document.xml.rels", "</Relationships>", added)
    types = "".join(
        f'<Override PartName="/word/{key}.xml" ContentType="{_CONTENT}.{kind}+xml" />'
        for key, kind in (("header1", "header"), ("header2", "header"), ("footer1", "footer"))
    )
    _insert(parts, "[Content_Types].xml", "</Types>", types)
    return parts


def _insert(parts: Parts, name: str, before: str, text: str) -> None:
    whole = parts[name].decode()
    assert before in whole, f"{name} is not as expected"
    parts[name] = whole.replace(before, text + before).encode()


# 2.2 cm at the sides leaves 16.6 cm, the same line as in the PDF. Lengths are twentieths of a point.
_SECTION = (
    '<w:sectPr><w:headerReference w:type="default" r:id="header1" />'
    '<w:headerReference w:type="first" r:id="header2" /><w:footerReference w:type="default" r:id="footer1" />'
    '<w:footerReference w:type="first" r:id="footer1" />'
    '<w:footnotePr><w:numRestart w:val="eachSect" /></w:footnotePr>'
    '<w:pgSz w:w="11906" w:h="16838" /><w:pgMar w:top="1474" w:right="1247" w:bottom="1247" w:left="1247" '
    'w:header="680" w:footer="567" w:gutter="0" /><w:titlePg /></w:sectPr>'
)
_RIGHT_TAB = '<w:tabs><w:tab w:val="clear" w:pos="4513" /><w:tab w:val="right" w:pos="9412" /></w:tabs>'


def _header(left: str, right: str, marking: str) -> bytes:
    bold = (
        f'<w:p><w:pPr><w:pStyle w:val="Header" /></w:pPr><w:r><w:rPr><w:b /></w:rPr>{_text(marking)}</w:r>'
        "</w:p>"
    )
    line = (
        f'<w:p><w:pPr><w:pStyle w:val="Header" />{_RIGHT_TAB}</w:pPr><w:r>{_text(left)}</w:r>'
        f"<w:r><w:tab /></w:r><w:r>{_text(right)}</w:r></w:p>"
    )
    return _part("hdr", (bold if marking else "") + (line if left or not marking else ""))


def _footer(left: str) -> bytes:
    page = f"<w:r>{_text('Page ')}</w:r>{_field('PAGE')}<w:r>{_text(' of ')}</w:r>{_field('NUMPAGES')}"
    return _part(
        "ftr",
        f'<w:p><w:pPr><w:pStyle w:val="Footer" />{_RIGHT_TAB}</w:pPr><w:r>{_text(left)}</w:r>'
        f"<w:r><w:tab /></w:r>{page}</w:p>",
    )


def _part(kind: str, inner: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?><w:{kind} {_W} {_R}>{inner}</w:{kind}>'.encode()


def _text(text: str) -> str:
    return f'<w:t xml:space="preserve">{escape(text)}</w:t>'


def _field(name: str) -> str:
    return f"<w:fldSimple w:instr={quoteattr(name)}><w:r><w:t>1</w:t></w:r></w:fldSimple>"


# Styles: name → (paragraph, run) ---------------------------------------------------------------------


def _spacing(before: int, after: int, line: int = 269) -> str:
    return f'<w:spacing w:before="{before}" w:after="{after}" w:line="{line}" w:lineRule="auto" />'


def _run(size: int, colour: str = "0B0C0C", bold: bool = False) -> str:
    weight = "<w:b />" if bold else ""
    size_both = f'<w:sz w:val="{size}" /><w:szCs w:val="{size}" />'
    return f'{weight}<w:i w:val="0" /><w:color w:val="{colour}" />{size_both}'


_NOT_BOLD = '<w:b w:val="0" />'  # for styles that pandoc bases on a bold one
_STYLES: dict[str, tuple[str, str]] = {
    "BodyText": (_spacing(70, 110), _run(21)),
    "Compact": (_spacing(30, 30, 245), ""),
    "Title": (_spacing(80, 80, 240), _run(48, bold=True)),
    "Subtitle": (_spacing(0, 80), _NOT_BOLD + _run(26)),
    "Author": (_spacing(0, 20), _run(22, "1D70B8", bold=True)),
    "Date": (
        '<w:pBdr><w:bottom w:val="single" w:sz="12" w:space="6" w:color="1D70B8" /></w:pBdr>'
        + _spacing(0, 240),
        _NOT_BOLD + _run(21, "505A5F"),
    ),
    "Heading1": ("<w:keepNext /><w:keepLines />" + _spacing(320, 120, 240), _run(29, bold=True)),
    "Heading2": ("<w:keepNext /><w:keepLines />" + _spacing(240, 100, 240), _run(24, bold=True)),
    "Heading3": ("<w:keepNext /><w:keepLines />" + _spacing(200, 80, 240), _run(21, bold=True)),
    "TableCaption": ("<w:keepNext />" + _spacing(200, 80, 240), _run(19, bold=True)),
    "ImageCaption": ("<w:keepNext />" + _spacing(200, 80, 240), _run(19, bold=True)),
    "BlockText": (
        '<w:pBdr><w:left w:val="single" w:sz="18" w:space="10" w:color="B1B4B6" /></w:pBdr>'
        + _spacing(100, 160)
        + '<w:ind w:left="284" />',
        _run(21),
    ),
}
_RUNNING = "".join(
    f'<w:style w:type="paragraph" w:styleId="{name}"><w:name w:val="{name.lower()}" />'
    '<w:basedOn w:val="Normal" /><w:pPr><w:spacing w:after="0" /></w:pPr>'
    '<w:rPr><w:color w:val="505A5F" /><w:sz w:val="17" /></w:rPr></w:style>'
    for name in ("Header", "Footer")
) + (
    '<w:style w:type="paragraph" w:customStyle="1" w:styleId="TableText"><w:name w:val="Table Text" />'
    f'<w:basedOn w:val="Normal" /><w:pPr>{_spacing(30, 30, 245)}</w:pPr>'
    '<w:rPr><w:color w:val="0B0C0C" /><w:sz w:val="18" /><w:szCs w:val="18" /></w:rPr></w:style>'
)
_ROW_RULE = '<w:{side} w:val="single" w:sz="{size}" w:space="0" w:color="{colour}" />'
_TABLE_STYLE = (
    '<w:pPr><w:spacing w:after="0" /></w:pPr><w:rPr><w:sz w:val="18" /><w:szCs w:val="18" /></w:rPr>'
    "<w:tblPr><w:tblBorders>"
    + _ROW_RULE.format(side="bottom", size=4, colour="B1B4B6")
    + _ROW_RULE.format(side="insideH", size=4, colour="B1B4B6")
    + '</w:tblBorders><w:tblCellMar><w:left w:w="90" w:type="dxa" />'
    '<w:right w:w="90" w:type="dxa" /></w:tblCellMar></w:tblPr>'
    '<w:tblStylePr w:type="firstRow"><w:rPr><w:b /></w:rPr><w:tcPr><w:tcBorders>'
    + _ROW_RULE.format(side="bottom", size=8, colour="0B0C0C")
    + '</w:tcBorders><w:vAlign w:val="bottom" /></w:tcPr></w:tblStylePr>'
)


def _styles(xml: str) -> str:
    """pandoc's styles with ours in their place; the face is Arial, which every reader's machine has."""
    face = '<w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:cs="Arial" w:eastAsia="Arial" />'
    xml = re.sub(r"<w:rFonts [^>]*Theme[^>]*/>", face, xml)
    xml = xml.replace('<w:lang w:val="en-US"', '<w:lang w:val="en-GB"')
    for name, (paragraph, run) in _STYLES.items():
        xml = _restyle(xml, name, paragraph, run)
    xml = re.sub(
        r'(<w:style [^>]*w:styleId="Table">.*?<w:qFormat />).*?(</w:style>)',
        rf"\1{_TABLE_STYLE}\2",
        xml,
        count=1,
        flags=re.S,
    )
    return xml.replace("</w:styles>", _RUNNING + "</w:styles>")


def _restyle(xml: str, name: str, paragraph: str, run: str) -> str:
    pattern = re.compile(rf'(<w:style [^>]*w:styleId="{name}">)(.*?)(</w:style>)', re.S)
    found = pattern.search(xml)
    assert found, f"pandoc's reference document has no style {name}"
    kept = re.sub(r"<w:(pPr|rPr)>.*?</w:\1>|<w:rsid [^>]*/>", "", found[2], flags=re.S)
    inner = f"{kept}<w:pPr>{paragraph}</w:pPr>" + (f"<w:rPr>{run}</w:rPr>" if run else "")
    return xml[: found.start(2)] + inner + xml[found.end(2) :]


def _unzip(packed: bytes) -> Parts:
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _zip(parts: Parts) -> bytes:
    """The parts packed, always in the same bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)
    return packed.getvalue()
