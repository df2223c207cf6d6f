"""Text from outside as plain text: no markup, no control characters, paragraphs as lines."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from lxml import etree

# Everything of Unicode category Cc but tab and newline; lone surrogates, which no database takes; and the explicit
# bidirectional embeddings, overrides and isolates that could turn our own interface around. The marks U+200E, U+200F
# and U+061C stay: Arabic and Hebrew texts need them and they turn nothing but themselves.
_HARMFUL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufeff]")
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile("[ \t\xa0]+")
_BLANK_RUN = re.compile("\n{3,}")
_MARKUP = re.compile(r"<[a-zA-Z/!?]")
_TAG = re.compile(r"<[^<>]*>")

_SKIPPED = frozenset({"script", "style", "template", "noscript", "head", "iframe", "object", "svg", "math", "textarea"})
_PARAGRAPHS = frozenset({"p", "blockquote", "ul", "ol", "dl", "table", "pre", "h1", "h2", "h3", "h4", "h5", "h6",
                         "section", "article", "figure", "hr"})
_LINES = frozenset({"div", "li", "tr", "dt", "dd", "header", "footer", "figcaption", "address", "form", "option"})


def clean(text: str) -> str:
    """Plain text made safe to keep: one kind of line end, no control characters, no runs of blanks. Never raises."""
    text = _HARMFUL.sub("", _LINE_ENDS.sub("\n", text))
    lines = (_SPACES.sub(" ", line).strip() for line in text.split("\n"))
    return _BLANK_RUN.sub("\n\n", "\n".join(lines)).strip()


def one_line(text: str) -> str:
    """A name or a title: ``clean``, and on one line."""
    return " ".join(clean(text).split())


def to_plain(markup: str) -> str:
    """HTML of unknown origin as plain text.

    Paragraphs become blank lines, ``<br>`` and blocks become newlines, entities are decoded once, scripts and styles
    are dropped with their content. Never raises: what is no markup comes back as the text that it is.
    """
    markup = _HARMFUL.sub("", _LINE_ENDS.sub("\n", markup))
    if not _MARKUP.search(markup):
        return clean(html.unescape(markup))
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(markup.encode(), parser)
    except (etree.LxmlError, ValueError):
        return _without_tags(markup)
    if any(entry.level_name == "FATAL" for entry in parser.error_log):
        return _without_tags(markup)
    return "" if root is None else clean("".join(_pieces(root)))


def _without_tags(markup: str) -> str:
    """For what the parser gives up on, such as a hundred thousand nested tags: no word may be lost."""
    return clean(html.unescape(_TAG.sub(" ", markup)))


def element_to_plain(element: etree._Element) -> str:
    """The text of one parsed element, by the same rules as ``to_plain``."""
    return clean("".join(_pieces(element)))


def _flow(text: str | None) -> str:
    """White space in the source of HTML is one space."""
    return re.sub(r"[ \t\n]+", " ", text) if text else ""


def _pieces(root: etree._Element) -> Iterator[str]:
    skipping: etree._Element | None = None
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if skipping is None:
            if event == "start" and tag in _SKIPPED:
                skipping = element
                continue
            yield "\n\n" if tag in _PARAGRAPHS else "\n" if tag in _LINES else ""
            if event == "start":
                yield "\n" if tag == "br" else _flow(element.text)
        elif skipping is element and event == "end":
            skipping = None
        if event == "end" and skipping is None and element is not root:
            yield _flow(element.tail)
