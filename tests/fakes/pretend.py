"""What stands on a pretend platform: things people said and our replies, changed by one line in a test."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count

GOOD_KEY = "good-key-of-the-test"
BEGINNING = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Said:
    """One review, or a reply when ``parent_id`` is set."""

    id: int
    text: str
    author: str
    created_at: datetime
    rating: int | None = 5
    edited_at: datetime | None = None
    parent_id: int | None = None


@dataclass
class PretendPlatform:
    """Reviews by number, newest first when listed; ``endless`` repeats the last page for ever."""

    key: str = GOOD_KEY
    endless: bool = False
    reviews: dict[int, Said] = field(default_factory=dict)
    replies: dict[int, Said] = field(default_factory=dict)
    numbers: count[int] = field(default_factory=lambda: count(1))

    def publish(self, text: str, *, author: str = "Anna", rating: int | None = 5, at: datetime | None = None) -> Said:
        """A new review; without ``at`` it is an hour younger than the number before."""
        number = next(self.numbers)
        said = Said(number, text, author, at or BEGINNING + timedelta(hours=number), rating)
        self.reviews[number] = said
        return said

    def edit(self, number: int, text: str, rating: int | None = None) -> Said:
        """The author changes the review."""
        old = self.reviews[number]
        self.reviews[number] = replace(old, text=text, rating=rating or old.rating,
                                       edited_at=old.created_at + timedelta(days=1))
        return self.reviews[number]

    def remove(self, number: int) -> None:
        """The review is gone."""
        del self.reviews[number]

    def expire_key(self) -> None:
        """From now on our key opens nothing."""
        self.key = "another-key-than-ours"

    def reply(self, review: int, text: str) -> Said:
        """Our reply in the thread of a review."""
        number = next(self.numbers)
        self.replies[number] = Said(number, text, "Our shop", BEGINNING + timedelta(hours=number), None,
                                    parent_id=review)
        return self.replies[number]

    def replies_to(self, review: int) -> list[Said]:
        """Oldest first."""
        return [reply for reply in self.replies.values() if reply.parent_id == review]

    def newest_first(self) -> list[Said]:
        """All reviews by their date."""
        return sorted(self.reviews.values(), key=lambda said: (said.created_at, said.id), reverse=True)

    def page(self, number: int, size: int) -> list[Said]:
        """One page, from 1."""
        listed = self.newest_first()
        page = listed[(number - 1) * size:number * size]
        return listed[-size:] if self.endless and len(page) < size else page
