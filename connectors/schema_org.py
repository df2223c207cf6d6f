"""Reviews that a web page marks up: JSON-LD, microdata and RDFa, all brought to one shape.

Terms: schema.org/Review, /Rating, /Comment; value rules: html.spec.whatwg.org, section microdata.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from lxml import etree

from connectors.plain_text import element_to_plain, one_line, to_plain

Node: TypeAlias = dict[str, Any]
Review: TypeAlias = dict[str, Any]

DEEPEST = 40
_REVIEWS = frozenset({"Review", "UserReview", "CriticReview", "EmployerReview", "ClaimReview", "MediaReview"})
_NAMELIKE = frozenset({"author", "name", "headline", "creator"})
_OPENINGS = ("<!--", "/*", "//", "<![CDATA[", "*/")
_ENDINGS = ("-->", "*/", "//", "]]>", "/*")
_TRAILING_COMMA = re.compile(r",(\s*[\]}])")


class Plain(str):
    """Text that came out of parsed HTML; its entities are decoded already and must not be decoded again."""

    __slots__ = ()


@dataclass(frozen=True)
class Markup:
    """Names of the attributes of one syntax."""

    kind: str
    prop: str
    ids: tuple[str, ...]


MICRODATA = Markup("itemtype", "itemprop", ("itemid", "id"))
RDFA = Markup("typeof", "property", ("resource", "about", "id"))


def marked_reviews(root: etree._Element) -> list[Review]:
    """Every review of the page, from all three syntaxes; the same review may come more than once.

    Keys: id, url, author, author_url, city, rating, best, worst, title, text, pros, cons, published, updated,
    language, thread, replies (each: id, author, text, published). Values are plain text; all optional.
    """
    blocks = list(_json_ld(root))
    index = {str(node["@id"]): node for block in blocks for node, _ in _walk(block) if "@id" in node and len(node) > 1}
    found = [(node, parent) for block in blocks for node, parent in _walk(block) if _is_review(node)]
    by_id = {str(element.get("id")): element for element in root.iter(etree.Element) if element.get("id")}
    for markup in (MICRODATA, RDFA):
        found += [(_item(element, markup, by_id), {}) for element in root.iter(etree.Element)
                  if _types(element.get(markup.kind)) & _REVIEWS]
    return [_review(node, parent, index) for node, parent in found]


def claimed_count(root: etree._Element) -> int:
    """How many reviews the page says there are (``AggregateRating``), 0 when it does not say."""
    counts = [_text(node.get("reviewCount")) for block in _json_ld(root) for node, _ in _walk(block)
              if "AggregateRating" in _types(node.get("@type"))]
    counts += [_value(element, "reviewCount") for element in root.iterfind(".//*[@itemprop='reviewCount']")]
    return max((int(count) for count in counts if count.isdecimal() and len(count) < 9), default=0)


def _json_ld(root: etree._Element) -> Iterator[Any]:
    for script in root.iterfind(".//script[@type='application/ld+json']"):
        block = _loaded("".join(str(part) for part in script.itertext()))
        if block is not None:
            yield block


def _loaded(text: str) -> Any:
    """One block, with the repairs that pages need most; None when it stays broken."""
    bare = _unwrapped(text)
    for attempt in (text, bare, _TRAILING_COMMA.sub(r"\1", bare), _TRAILING_COMMA.sub(r"\1", html.unescape(bare))):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _unwrapped(text: str) -> str:
    """Without the comment and CDATA marks that old templates put around scripts."""
    text = text.strip()
    for _ in range(4):
        for mark in _OPENINGS:
            text = text.removeprefix(mark).lstrip()
        for mark in _ENDINGS:
            text = text.removesuffix(mark).rstrip()
    return text


def _walk(block: Any) -> Iterator[tuple[Node, Node]]:
    """Every object of a block with the object that it stands in, in the order of the page."""
    waiting: list[tuple[Any, Node]] = [(block, {})]
    while waiting:
        value, parent = waiting.pop()
        if isinstance(value, list):
            waiting += [(part, parent) for part in reversed(value)]
        elif isinstance(value, dict):
            yield value, parent
            waiting += [(part, value) for part in reversed(value.values()) if isinstance(part, dict | list)]


def _types(value: Any) -> set[str]:
    names = value if isinstance(value, list) else str(value or "").split()
    return {re.split(r"[/:#]", str(name))[-1] for name in names}


def _is_review(node: Node) -> bool:
    return bool(_types(node.get("@type")) & _REVIEWS)


def _item(element: etree._Element, markup: Markup, by_id: dict[str, etree._Element], depth: int = 0) -> Node:
    """A marked-up element as the object that JSON-LD would have."""
    node: Node = {"@type": list(_types(element.get(markup.kind))), "lang": _language(element)}
    own = next((value for name in markup.ids if (value := element.get(name))), "")
    if own:
        node["@id"] = own if element.get("id") != own else f"#{own}"
    for name, holder in _properties(element, markup, by_id):
        nested = holder.get("itemscope") is not None or holder.get("typeof") is not None
        given: Any = Plain(_value(holder, name))
        if nested and depth < DEEPEST:
            given = {**_item(holder, markup, by_id, depth + 1), "text()": Plain(element_to_plain(holder))}
        node.setdefault(name, []).append(given)
    return node


def _properties(
    element: etree._Element, markup: Markup, by_id: dict[str, etree._Element]
) -> Iterator[tuple[str, etree._Element]]:
    """Elements with a property of this item: below it or named by ``itemref``, but not inside a nested item."""
    names = dict.fromkeys((element.get("itemref") or "").split())
    referred = [by_id[name] for name in names if name in by_id]
    waiting = list(reversed(element))
    waiting += [other for other in referred if element not in other.iterancestors()]
    while waiting:
        child = waiting.pop()
        for name in (child.get(markup.prop) or "").split():
            yield re.split(r"[/:#]", name)[-1], child
        if child.get(markup.kind) is None and child.get("itemscope") is None:
            waiting += reversed(child)


def _value(element: etree._Element, name: str) -> str:
    tag = element.tag
    if element.get("content") is not None:
        return one_line(element.get("content") or "") if name not in ("reviewBody", "description", "text") \
            else to_plain(element.get("content") or "")
    if tag in ("a", "link", "area") and name not in _NAMELIKE:
        return element.get("href") or ""
    if tag in ("img", "audio", "video", "source", "iframe", "embed"):
        return element.get("src") or ""
    if tag == "time" and element.get("datetime"):
        return element.get("datetime") or ""
    if tag in ("data", "meter") and element.get("value"):
        return element.get("value") or ""
    return element_to_plain(element)


def _language(element: etree._Element | None) -> str:
    while element is not None:
        if element.get("lang"):
            return element.get("lang") or ""
        element = element.getparent()
    return ""


def _first(value: Any) -> Any:
    return (value[0] if value else None) if isinstance(value, list) else value


def _text(value: Any) -> str:
    """A literal as text; of an object its name or value."""
    value = _first(value)
    if isinstance(value, dict):
        names = ("name", "value", "@value", "text", "text()")
        value = _first(next((value[name] for name in names if value.get(name)), ""))
    if isinstance(value, Plain):
        return value
    return "" if value is None or isinstance(value, bool | dict | list) else to_plain(str(value))


def _pick(node: Node, *names: str) -> str:
    return next((text for name in names if (text := _text(node.get(name)))), "")


def _object(value: Any, index: dict[str, Node]) -> Node:
    value = _first(value)
    if isinstance(value, dict):
        return index.get(str(value.get("@id")), value) if set(value) <= {"@id", "@type"} else value
    return {}


def _review(node: Node, parent: Node, index: dict[str, Node]) -> Review:
    rated = _object(node.get("reviewRating"), index)
    author = _object(node.get("author") or node.get("creator"), index)
    about = _object(node.get("itemReviewed"), index) or parent
    address = _object(author.get("address"), index)
    pairs = {
        "id": _id(node), "url": _pick(node, "url"),
        "rating": _pick(rated, "ratingValue", "text()") or _pick(node, "reviewRating"),
        "author": one_line(_pick(author, "name", "text()") or _pick(node, "author", "creator")),
        "author_url": _pick(author, "url"),
        "city": one_line(_pick(address, "addressLocality") or _pick(author, "address")),
        "best": _pick(rated, "bestRating"), "worst": _pick(rated, "worstRating"),
        "title": one_line(_pick(node, "name", "headline")), "text": _pick(node, "reviewBody", "description", "text"),
        "pros": _listed(node.get("positiveNotes")), "cons": _listed(node.get("negativeNotes")),
        "published": _pick(node, "datePublished", "dateCreated"), "updated": _pick(node, "dateModified"),
        "language": _pick(node, "inLanguage", "lang"), "thread": one_line(_pick(about, "sku", "name", "@id")),
        "replies": [_reply(comment, index) for comment in _all(node.get("comment"))],
    }
    return {name: value for name, value in pairs.items() if value}


def _id(node: Node) -> str:
    url = _pick(node, "url")
    return _pick(node, "@id") or (url if "#" in url else "") or _pick(node, "identifier")


def _all(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _listed(value: Any) -> str:
    """``positiveNotes`` and the like: an ItemList, a list, or one text, as lines."""
    holder = _first(value)
    parts = holder.get("itemListElement") if isinstance(holder, dict) else value
    return "\n".join(text for part in _all(parts) if (text := _text(part)))


def _reply(value: Any, index: dict[str, Node]) -> Node:
    node = _object(value, index)
    author = _object(node.get("author") or node.get("creator"), index)
    pairs = {"id": _pick(node, "@id"), "text": _pick(node, "text", "description", "text()") or _text(value),
             "author": one_line(_pick(author, "name") or _pick(node, "author")),
             "published": _pick(node, "dateCreated", "datePublished")}
    return {name: text for name, text in pairs.items() if text}
