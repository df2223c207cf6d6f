"""City names as people write them: tables of our own, in three languages, colloquial, old and inflected."""

from __future__ import annotations

import pytest

from monitor.place_names import find
from monitor.place_names.folding import fold
from monitor.place_names.forms import nominatives

# name in the data, then English, Russian, Latvian
CITIES = """
Riga|Riga|Рига|Rīga
Daugavpils|Daugavpils|Даугавпилс|Daugavpils
Liepāja|Liepaja|Лиепая|Liepāja
Jelgava|Jelgava|Елгава|Jelgava
Jūrmala|Jurmala|Юрмала|Jūrmala
Ventspils|Ventspils|Вентспилс|Ventspils
Rēzekne|Rezekne|Резекне|Rēzekne
Valmiera|Valmiera|Валмиера|Valmiera
Cēsis|Cesis|Цесис|Cēsis
Sigulda|Sigulda|Сигулда|Sigulda
Kuldīga|Kuldiga|Кулдига|Kuldīga
Moscow|Moscow|Москва|Maskava
Saint Petersburg|Saint Petersburg|Санкт-Петербург|Sanktpēterburga
Novosibirsk|Novosibirsk|Новосибирск|Novosibirska
Yekaterinburg|Yekaterinburg|Екатеринбург|Jekaterinburga
Nizhniy Novgorod|Nizhny Novgorod|Нижний Новгород|Ņižņijnovgoroda
Kazan|Kazan|Казань|Kazaņa
Kaliningrad|Kaliningrad|Калининград|Kaļiņingrada
Pskov|Pskov|Псков|Pleskava
Smolensk|Smolensk|Смоленск|Smoļenska
Vilnius|Vilnius|Вильнюс|Viļņa
Kaunas|Kaunas|Каунас|Kauņa
Tallinn|Tallinn|Таллин|Tallina
Tartu|Tartu|Тарту|Tartu
Minsk|Minsk|Минск|Minska
Kyiv|Kyiv|Киев|Kijiva
Warsaw|Warsaw|Варшава|Varšava
Berlin|Berlin|Берлин|Berlīne
London|London|Лондон|Londona
Dublin|Dublin|Дублин|Dublina
Stockholm|Stockholm|Стокгольм|Stokholma
Helsinki|Helsinki|Хельсинки|Helsinki
"""
COLLOQUIAL = """
Saint Petersburg: Питер, СПб, спб, Петербург, Ленинград, Piter
Moscow: Мск, мск, Msk
Yekaterinburg: Екб, Ёбург, Екат, Свердловск
Novosibirsk: Нск, Новосиб
Nizhniy Novgorod: Нижний, НН, Горький
Rostov-on-Don: Ростов, РнД
Chelyabinsk: Челяба
Vladivostok: Владик
Kaliningrad: Кёниг
Krasnoyarsk: Крск
Naberezhnyye Chelny: Челны
Tolyatti: Тлт
Daugavpils: Двинск, D-pils
Liepāja: Либава
Ventspils: Виндава
Riga: Rīdziņa
Vilnius: Вильно
"""
INFLECTED = """
Riga: в Риге, из Риги, Rīgā, no Rīgas, uz Rīgu
Jūrmala: Jūrmalā, в Юрмале, из Юрмалы
Daugavpils: no Daugavpils, Daugavpilī, из Даугавпилса
Jelgava: Jelgavas pils., Jelgavas pilsēta, в Елгаве
Liepāja: Liepājā, из Лиепаи
Cēsis: Cēsīs, no Cēsīm
Ventspils: Ventspilī, в Вентспилсе
Kuldīga: no Kuldīgas
Tukums: Tukumā
Talsi: Talsos
Moscow: из Москвы, в Москве, Maskavā
Saint Petersburg: в Санкт-Петербурге, из Питера, в Питере
Nizhniy Novgorod: в Нижнем Новгороде, из Нижнего Новгорода
Velikiye Luki: из Великих Лук, в Великих Луках
Rostov-on-Don: в Ростове-на-Дону
Yaroslavl: в Ярославле
Tver: из Твери
Orël: в Орле
Berlin: Berlīnē, в Берлине
"""
TRIPLES = [tuple(line.split("|")) for line in CITIES.split("\n") if line]


def cases(table: str) -> list[tuple[str, str]]:
    pairs = [line.split(": ") for line in table.strip().splitlines()]
    return [(written, name) for name, forms in pairs for written in forms.split(", ")]


def test_the_tables_are_as_large_as_promised() -> None:
    assert len(TRIPLES) == 32
    assert len(cases(COLLOQUIAL)) >= 30
    assert len(cases(INFLECTED)) >= 16


@pytest.mark.parametrize(("name", "english", "russian", "latvian"), TRIPLES)
def test_a_city_is_found_in_three_languages(name: str, english: str, russian: str, latvian: str) -> None:
    assert {found.name for written in (english, russian, latvian) if (found := find(written))} == {name}
    assert all(find(written) for written in (english, russian, latvian))


@pytest.mark.parametrize(("written", "name"), cases(COLLOQUIAL) + cases(INFLECTED))
def test_a_city_is_found_as_people_write_it(written: str, name: str) -> None:
    found = find(written)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize("written", ["", "  ", "?!", "Neverland", "абырвалг", "somewhere far away", "Latvija",
                                     "х" * 500, "' OR 1=1 --", "\x00", "12345"])
def test_what_is_no_city_is_not_guessed(written: str) -> None:
    assert find(written) is None


@pytest.mark.parametrize(("written", "hint", "country"), [
    ("Paris", None, "FR"), ("Paris", "US", "US"), ("Paris, US", None, "US"), ("Valga", "EE", "EE"),
    ("Saldū", "LV", "LV"),
    ("Birmingham", None, "GB"), ("Birmingham", "US", "US"), ("Брест", None, "BY"), ("Брест", "FR", "FR"),
    ("Владимир", "Россия", "RU"), ("Rīga, Latvija", "DE", "LV"), ("Москва, Россия", None, "RU")])
def test_ambiguity_goes_by_country_then_by_size(written: str, hint: str | None, country: str) -> None:
    found = find(written, hint)
    assert found is not None
    assert found.country == country


@pytest.mark.parametrize("written", ["LV-1010 Rīga", "г. Рига", "город Рига", "Rīga (centrs)", "Riga, LV", "РИГА",
                                     "rīga", "Рига, ул. Бривибас 76", "city of Riga", "Rīgā, Latvijā"])
def test_what_stands_around_the_name_does_no_harm(written: str) -> None:
    found = find(written)
    assert found is not None
    assert found.name == "Riga"


def test_a_city_knows_how_far_its_people_live_from_its_centre() -> None:
    riga, durbe = find("Rīga"), find("Durbe")
    assert riga is not None
    assert durbe is not None
    assert (12 < riga.radius_km < 16, durbe.radius_km) == (True, 2.0)


def test_folding_keeps_short_i_and_drops_marks() -> None:
    assert fold("Rīga") == "riga"
    assert fold("Ё-йод") == "е йод"
    assert fold("Санкт-Петербург") == "санкт петербург"


def test_guesses_stay_few_however_long_the_name() -> None:
    assert len(nominatives(" ".join(["великими"] * 12))) <= 400
