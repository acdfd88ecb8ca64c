"""A letter's HTML as blocks of words, for paper and for plain text: paragraphs, headings and lists."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from html.parser import HTMLParser

from schoolward.terms.errors import BadInput

LISTS = {"ul": "bullets", "ol": "numbers"}
HEADINGS = ("h1", "h2", "h3", "h4")


@dataclass(frozen=True, slots=True)
class Run:
    """Words in one style."""

    text: str
    strong: bool = False
    emphasis: bool = False
    href: str = ""


@dataclass(slots=True)
class Block:
    """A paragraph, heading or quotation (one item), or a list: `bullets` or `numbers`."""

    kind: str
    items: list[list[Run]] = field(default_factory=list)

    def as_data(self) -> dict[str, object]:
        """As the page's typesetter takes it."""
        return {"kind": self.kind, "items": [[asdict(run) for run in runs] for runs in self.items]}


def read_blocks(html: str) -> list[Block]:
    """The blocks of a page or of a piece of one; BadInput for a list within a list."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return [block for block in reader.blocks if any(_words(runs).strip() for runs in block.items)]


def plain_blocks(text: str) -> list[Block]:
    """Plain text as blocks: a blank line parts paragraphs."""
    parts = text.replace("\r\n", "\n").split("\n\n")
    return [Block("paragraph", [[Run(part.strip("\n"))]]) for part in parts if part.strip()]


def as_text(blocks: list[Block]) -> str:
    """The letter in plain text, with addresses written out."""
    return "\n\n".join(_block_text(block) for block in blocks) + "\n"


def _block_text(block: Block) -> str:
    told = [_words(runs).strip() for runs in block.items]
    if block.kind == "bullets":
        return "\n".join(f"* {words}" for words in told)
    if block.kind == "numbers":
        return "\n".join(f"{n}. {words}" for n, words in enumerate(told, start=1))
    if block.kind == "quotation":
        return "\n".join(f"> {line}" for line in told[0].split("\n"))
    return told[0]


def _words(runs: list[Run]) -> str:
    return "".join(spelt_out(run) for run in runs)


def spelt_out(run: Run) -> str:
    """The words, followed by the address they lead to where they do not say it themselves."""
    shown = run.href.removeprefix("mailto:")
    return f"{run.text} ({shown})" if run.href and run.text.strip() != shown else run.text


class _Reader(HTMLParser):
    """Collects blocks; what stands outside of any is left alone."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self.list: Block | None = None
        self.runs: list[Run] | None = None
        self.styles: dict[str, int] = {"strong": 0, "em": 0, "blockquote": 0}
        self.href = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in LISTS:
            if self.list:
                raise BadInput("A letter cannot hold a list within a list.", do="Make it one list.")
            self.list = Block(LISTS[tag])
            self.blocks.append(self.list)
        elif tag == "li" and self.list:
            self.runs = []
            self.list.items.append(self.runs)
        elif tag in HEADINGS or (tag == "p" and not self.list):
            self._begin("heading" if tag in HEADINGS else "")
        elif tag in self.styles:
            self.styles[tag] += 1
        elif tag == "a":
            self.href = dict(attrs).get("href") or ""
        elif tag == "br":
            self._add("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in LISTS:
            self.list = self.runs = None
        elif tag in HEADINGS or tag == "li" or (tag == "p" and not self.list):
            self.runs = None
        elif tag in self.styles:
            self.styles[tag] = max(self.styles[tag] - 1, 0)
        elif tag == "a":
            self.href = ""

    def handle_data(self, data: str) -> None:
        self._add(data.replace("\r\n", " ").replace("\n", " "))

    def _begin(self, kind: str) -> None:
        self.runs = []
        kind = kind or ("quotation" if self.styles["blockquote"] else "paragraph")
        self.blocks.append(Block(kind, [self.runs]))

    def _add(self, words: str) -> None:
        if self.runs is None or not words:
            return
        if self.runs and self.runs[-1].text.endswith("\n"):
            words = words.lstrip(" ")
        self.runs.append(Run(words, self.styles["strong"] > 0, self.styles["em"] > 0, self.href))
