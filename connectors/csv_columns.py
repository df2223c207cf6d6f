"""What the columns of an export are called in English, Russian and Latvian."""

from __future__ import annotations

import re
from collections.abc import Iterable

# Field of an item -> names of columns, in small letters without anything but letters and digits.
NAMES: dict[str, tuple[str, ...]] = {
    "external_id": ("id", "externalid", "reviewid", "commentid", "номер", "номеротзыва", "idотзыва", "код", "numurs",
                    "atsauksmesid", "identifikators", "nr"),
    "text": ("text", "review", "comment", "body", "message", "content", "reviewtext", "feedback", "описание", "текст",
             "отзыв", "комментарий", "сообщение", "текстотзыва", "содержание", "teksts", "atsauksme", "komentārs",
             "ziņojums", "saturs", "komentars"),
    "title": ("title", "subject", "headline", "heading", "заголовок", "тема", "virsraksts", "temats", "nosaukums"),
    "pros": ("pros", "advantages", "достоинства", "плюсы", "преимущества", "plusi", "priekšrocības"),
    "cons": ("cons", "disadvantages", "недостатки", "минусы", "mīnusi", "trūkumi"),
    "rating": ("rating", "stars", "score", "grade", "mark", "оценка", "рейтинг", "звезды", "звёзды", "балл", "баллы",
               "vērtējums", "zvaigznes", "reitings", "atzīme", "vertejums"),
    "author_name": ("author", "name", "customer", "user", "username", "authorname", "reviewer", "client", "автор",
                    "имя", "клиент", "пользователь", "покупатель", "фио", "autors", "vārds", "klients", "lietotājs",
                    "pircējs"),
    "author_email": ("email", "mail", "authoremail", "customeremail", "почта", "эпочта", "электроннаяпочта", "емейл",
                     "epasts", "epastaadrese"),
    "author_phone": ("phone", "telephone", "mobile", "phonenumber", "телефон", "мобильный", "номертелефона", "tālrunis",
                     "telefons", "mobilais"),
    "city": ("city", "town", "location", "город", "населенныйпункт", "населённыйпункт", "местоположение", "pilsēta",
             "pilseta", "vieta"),
    "country": ("country", "страна", "valsts"),
    "ip": ("ip", "ipaddress", "authorip", "ipадрес", "адресip", "ipadrese"),
    "order_number": ("order", "ordernumber", "orderid", "orderno", "заказ", "номерзаказа", "pasūtījums",
                     "pasūtījumanumurs", "pasūtījumanr"),
    "verified_purchase": ("verified", "verifiedpurchase", "verifiedbuyer", "подтвержденнаяпокупка",
                          "подтверждённаяпокупка", "покупкаподтверждена", "apstiprinātspirkums", "apstiprināts"),
    "created_at": ("date", "createdat", "created", "datetime", "published", "publishedat", "time", "timestamp",
                   "reviewdate", "дата", "датаотзыва", "создано", "опубликовано", "датаивремя", "время", "datums",
                   "izveidots", "publicēts", "laiks"),
    "url": ("url", "link", "address", "ссылка", "адрес", "saite", "adrese"),
    "language": ("language", "lang", "locale", "язык", "valoda"),
    "thread_id": ("product", "sku", "productid", "item", "товар", "артикул", "продукт", "prece", "produkts",
                  "artikuls"),
}
_COLUMN_OF = {name: field for field, names in NAMES.items() for name in names}


def unique(header: Iterable[str]) -> tuple[str, ...]:
    """Column names that differ: an empty one gets its number, a repeated one its count."""
    seen: dict[str, int] = {}
    names: list[str] = []
    for number, title in enumerate(header, 1):
        name = title.strip() or f"Column {number}"
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(names)


def guess(columns: Iterable[str]) -> dict[str, str]:
    """Field -> column, for the columns whose names are known; the first of several wins."""
    found: dict[str, str] = {}
    for column in columns:
        field = _COLUMN_OF.get(re.sub(r"[\W_]+", "", column.casefold()))
        if field:
            found.setdefault(field, column)
    return found
