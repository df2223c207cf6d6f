"""Reviews found on a page by CSS selectors that a person gave."""

from __future__ import annotations

import re
from typing import Any

from cssselect import HTMLTranslator, SelectorError
from lxml import etree
from pydantic import BaseModel, ConfigDict, Field, field_validator

from connectors.errors import N_
from connectors.plain_text import element_to_plain, one_line

_WIDTH = re.compile(r"width\s*:\s*([\d.]+)\s*%")
_NAMES = ("review", "id", "author", "rating", "title", "text", "date", "city", "verified", "reply")
_RATED = ("content", "data-rating", "data-value", "data-score", "aria-label", "title", "alt")


class Selectors(BaseModel):
    """Where things stand inside a page; ``selector@attribute`` reads an attribute instead of the text."""

    model_config = ConfigDict(extra="forbid")

    css_review: str = Field("", title=N_("One review"), examples=["li.review"],
                            description=N_("The element around each single review. Empty: no selectors are used."))
    css_id: str = Field("", title=N_("Number of the review"), examples=["@data-review-id"],
                        description=N_("Where its own number stands. Empty: the id attribute of the review."))
    css_author: str = Field("", title=N_("Author"), examples=[".author"], description=N_("The name of the author."))
    css_rating: str = Field("", title=N_("Rating"), examples=[".stars"],
                            description=N_("Stars, a number, “4 out of 5”, or a bar whose width is a share of 100 %."))
    css_title: str = Field("", title=N_("Title"), examples=["h3"], description=N_("The heading of the review."))
    css_text: str = Field("", title=N_("Text"), examples=[".text"], description=N_("What the author wrote."))
    css_date: str = Field("", title=N_("Date"), examples=["time"], description=N_("When it was published."))
    css_city: str = Field("", title=N_("City"), examples=[".place"], description=N_("Where the author is from."))
    css_verified: str = Field("", title=N_("Verified purchase"), examples=[".verified"],
                              description=N_("A mark that is there only for verified purchases."))
    css_reply: str = Field("", title=N_("Your answer"), examples=["blockquote.owner-reply"],
                           description=N_("Your own answer below the review, for proof that it stands there."))

    @field_validator(*(f"css_{name}" for name in _NAMES))
    @classmethod
    def _css(cls, value: str) -> str:
        css = value.rpartition("@")[0] if "@" in value else value
        try:
            HTMLTranslator().css_to_xpath(css or "*")
        except SelectorError as error:
            raise ValueError(f"a CSS selector such as .author ({error})") from error
        return value.strip()


def selected_reviews(root: etree._Element, selectors: Selectors) -> list[dict[str, Any]]:
    """Reviews in the shape of ``schema_org.marked_reviews``; none when no selector for a review is given."""
    return [_review(element, selectors) for element in _all(root, selectors.css_review)] if selectors.css_review else []


def _review(element: etree._Element, where: Selectors) -> dict[str, Any]:
    pairs: dict[str, Any] = {
        "id": _read(element, where.css_id) if where.css_id else f"#{element.get('id')}" if element.get("id") else "",
        "author": one_line(_read(element, where.css_author)), "rating": _rating(element, where.css_rating),
        "title": one_line(_read(element, where.css_title)), "text": _read(element, where.css_text),
        "published": _date(element, where.css_date), "city": one_line(_read(element, where.css_city)),
        "verified": bool(where.css_verified and _all(element, where.css_verified)), "language": _lang(element),
        "replies": [{"text": element_to_plain(reply), "ours": "yes"} for reply in _all(element, where.css_reply)]
        if where.css_reply else [],
    }
    return {name: value for name, value in pairs.items() if value}


def _all(element: etree._Element, selector: str) -> list[etree._Element]:
    css = selector.rpartition("@")[0] if "@" in selector else selector
    if not css.strip():
        return [element]
    found = element.xpath(HTMLTranslator().css_to_xpath(css))
    return [part for part in found if isinstance(part, etree._Element)] if isinstance(found, list) else []


def _read(element: etree._Element, selector: str) -> str:
    """Text of the first element that the selector finds, or its attribute."""
    found = _all(element, selector) if selector else []
    if not found:
        return ""
    attribute = selector.rpartition("@")[2] if "@" in selector else ""
    return one_line(found[0].get(attribute) or "") if attribute else element_to_plain(found[0])


def _rating(element: etree._Element, selector: str) -> str:
    text = _read(element, selector)
    found = _all(element, selector) if selector else []
    if text or not found:
        return text
    width = _WIDTH.search(found[0].get("style") or "")
    named = next((value for name in _RATED if (value := found[0].get(name))), "")
    return named or (f"{width[1]}%" if width else "")


def _date(element: etree._Element, selector: str) -> str:
    found = _all(element, selector) if selector else []
    exact = (found[0].get("datetime") or found[0].get("content") or "") if found and "@" not in selector else ""
    return exact or _read(element, selector)


def _lang(element: etree._Element) -> str:
    node: etree._Element | None = element
    while node is not None:
        if node.get("lang"):
            return node.get("lang") or ""
        node = node.getparent()
    return ""
