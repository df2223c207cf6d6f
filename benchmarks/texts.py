"""Texts with the spread of real words: some in every review, most in few; English, Russian and Latvian."""

from __future__ import annotations

import random

COMMON = {
    "en": ["the", "service", "was", "very", "good", "but", "delivery", "took", "long",
           "and", "nobody", "answered", "our", "call", "about", "the", "order"],
    "ru": ["очень", "вежливое", "обслуживание", "но", "доставка", "заказа", "была", "долгой",
           "и", "никто", "не", "ответил", "на", "звонок", "про", "заказ"],
    "lv": ["ļoti", "laba", "apkalpošana", "bet", "piegāde", "bija", "lēna", "un",
           "neviens", "neatbildēja", "uz", "zvanu", "par", "pasūtījumu"],
}
ENDINGS = {"en": ["", "s", "ed", "ing"], "ru": ["а", "ы", "ом", "ами"], "lv": ["s", "a", "iem", "ām"]}
SYLLABLES = {"en": ["ba", "con", "der", "fin", "gor", "hel", "mat", "ner", "pol", "ris", "tan", "ver"],
             "ru": ["ба", "кон", "дер", "фин", "гор", "хел", "мат", "нер", "пол", "рис", "тан", "вер"],
             "lv": ["ba", "kon", "der", "fin", "gor", "hel", "mat", "ner", "pol", "ris", "tan", "vēr"]}


def review(dice: random.Random) -> tuple[str, str]:
    """A language and a text of 10 to 60 words."""
    language = dice.choice(("en", "ru", "lv"))
    words = []
    for _ in range(dice.randint(10, 60)):
        if dice.random() < 0.6:
            words.append(dice.choice(COMMON[language]))
        else:
            stem = "".join(SYLLABLES[language][min(11, int(dice.paretovariate(0.7)) % 12)] for _ in range(3))
            words.append(stem + dice.choice(ENDINGS[language]))
    return language, " ".join(words).capitalize() + "."
