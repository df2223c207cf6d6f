"""Moments, spans of time and numbers as a person reads them: their language, their time zone, now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.dates import format_date, format_datetime, format_time, get_day_names
from babel.numbers import format_decimal

from inbox.i18n import Translator, translator

LOCALES = {"en": "en_GB", "ru": "ru_RU", "lv": "lv_LV"}


@dataclass(frozen=True)
class Formats:
    """How one reader sees time and numbers; ``now`` is the moment of the page."""

    lang: str
    timezone: str
    now: datetime

    @property
    def locale(self) -> str:
        return LOCALES.get(self.lang, "en_GB")

    @property
    def words(self) -> Translator:
        return translator(self.lang)

    @cached_property
    def zone(self) -> ZoneInfo:
        try:
            return ZoneInfo(self.timezone)
        except (ZoneInfoNotFoundError, ValueError):
            return ZoneInfo("UTC")

    def local(self, moment: datetime) -> datetime:
        """The moment on the reader's clock."""
        return moment.astimezone(self.zone)

    def number(self, value: float) -> str:
        """1234.5 as “1,234.5”, “1 234,5”."""
        return format_decimal(value, locale=self.locale)

    def day(self, moment: datetime) -> str:
        """“18 Nov”, with the year when it is another year."""
        return self.date(self.local(moment).date())

    def date(self, day: date) -> str:
        """A calendar day that has no time zone."""
        pattern = "d MMM" if day.year == self.local(self.now).year else "d MMM y"
        return str(format_date(day, pattern, locale=self.locale)).replace(".", "")

    def clock(self, moment: datetime) -> str:
        """“18:40”."""
        return str(format_time(self.local(moment).time(), "HH:mm", locale=self.locale))

    def when(self, moment: datetime) -> str:
        """“18 Nov, 18:40”; “3 h ago” for less than twelve hours."""
        if timedelta(0) <= self.now - moment < timedelta(hours=12):
            return self.ago(moment)
        return f"{self.day(moment)}, {self.clock(moment)}"

    def full(self, moment: datetime) -> str:
        """The whole date for tooltips."""
        return str(format_datetime(self.local(moment), "EEEE, d MMMM y, HH:mm zzz", locale=self.locale))

    def weekday(self, moment: datetime) -> str:
        """“Monday”."""
        names = get_day_names("wide", "stand-alone", locale=self.locale)
        return str(names[self.local(moment).weekday()])

    def short(self, span: timedelta) -> str:
        """“20 min”, “3 h”, “2 d”, “5 mo”: one unit, rounded down."""
        minutes = int(abs(span).total_seconds() // 60)
        say = self.words._
        if minutes < 60:
            return say("%(n)s min", n=minutes)
        if minutes < 24 * 60:
            return say("%(n)s h", n=minutes // 60)
        return say("%(n)s d", n=self.number(minutes // 1440))

    def long(self, span: timedelta) -> str:
        """“1 h 52 min”, “3 d 4 h”: two units for what was measured."""
        minutes = int(abs(span).total_seconds() // 60)
        if minutes < 60:
            return self.short(span)
        big, small = (1440, 60) if minutes >= 1440 else (60, 1)
        rest = timedelta(minutes=minutes % big // small * small)
        first = self.words._("%(n)s d", n=self.number(minutes // 1440)) if big == 1440 else \
            self.words._("%(n)s h", n=minutes // 60)
        return f"{first} {self.short(rest)}" if rest else first

    def ago(self, moment: datetime) -> str:
        """“just now”, “40 s ago”, “3 h ago”."""
        seconds = int((self.now - moment).total_seconds())
        if seconds < 10:
            return self.words._("just now")
        if seconds < 60:
            return self.words._("%(n)s s ago", n=seconds)
        return self.words._("%(time)s ago", time=self.short(self.now - moment))

    def when_text(self, text: object) -> str:
        """A moment that history keeps as ISO text; empty when there is none."""
        try:
            moment = datetime.fromisoformat(str(text))
        except ValueError:
            return ""
        return self.when(moment) if moment.tzinfo else ""

    def day_text(self, text: object) -> str:
        """Like ``when_text``, the day alone."""
        try:
            moment = datetime.fromisoformat(str(text))
        except ValueError:
            return ""
        return self.day(moment) if moment.tzinfo else ""

    def seconds(self, count: int) -> str:
        """“45 s”, “2 min”: for waits that are counted down."""
        if count < 90:
            return self.words._("%(n)s s", n=max(0, count))
        return self.words._("%(n)s min", n=round(count / 60))
