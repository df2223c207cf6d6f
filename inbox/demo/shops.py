"""The shops that the pretend review site knows: six cafés of ours, one competitor, and a page outside the API."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.base import ReplyMode

KEY = "demo-key-kafe-saule"
EXPIRED_KEY = "demo-key-of-last-year"
ACCOUNT = "Kafe Saule"
SITE_NAME = "Kur ēst"


@dataclass(frozen=True)
class Shop:
    """One page of the site; ``owned`` by the account of our key, ``listed`` in the API, ``mode`` of its replies."""

    id: str
    name: str
    city: str
    address: str
    about: str = ""
    brand: str = ACCOUNT
    owned: bool = True
    listed: bool = True
    mode: ReplyMode = ReplyMode.THREAD


SHOPS = (
    Shop("brivibas", "Kafe Saule, Brīvības 76", "Rīga", "Brīvības iela 76, Rīga, LV-1001",
         "Breakfast until noon, soups and pies from our own kitchen, coffee roasted in Riga."),
    Shop("vecriga", "Kafe Saule, Vecrīga", "Rīga", "Tirgoņu iela 8, Rīga, LV-1050",
         "Two rooms under brick vaults, a small terrace, cakes by the slice."),
    Shop("agenskalns", "Kafe Saule, Āgenskalns", "Rīga", "Nometņu iela 64, Rīga, LV-1002",
         "Next to the market. Lunch of the day, delivery across Pārdaugava."),
    Shop("mezaparks", "Kafe Saule, Mežaparks", "Rīga", "Kokneses prospekts 18, Rīga, LV-1014",
         "A garden with a playground; dogs are welcome."),
    Shop("jurmala", "Kafe Saule, Majori", "Jūrmala", "Jomas iela 50, Jūrmala, LV-2015",
         "Two minutes from the beach. Open late in summer."),
    Shop("liepaja", "Kafe Saule, Liepāja", "Liepāja", "Peldu iela 22, Liepāja, LV-3401",
         "Coffee, sandwiches and live music on Fridays."),
    Shop("rita-kafija", "Rīta Kafija, Centrs", "Rīga", "Ģertrūdes iela 40, Rīga, LV-1011",
         "Espresso bar with sandwiches.", brand="Rīta Kafija", owned=False),
    Shop("guest-book", "Kafe Saule, Majori: guest book", "Jūrmala", "Jomas iela 50, Jūrmala, LV-2015",
         "What visitors of Jūrmala wrote into the guest book of the city guide.", listed=False, mode=ReplyMode.NONE),
)
