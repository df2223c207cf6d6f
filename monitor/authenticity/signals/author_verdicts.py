"""What did the team decide about the author's other texts? Who was found out once rarely writes one honest text."""

from __future__ import annotations

from monitor.authenticity.facts import Context, ItemFacts, Signal
from monitor.no_data import NoData
from monitor.settings import Points


def weigh(_item: ItemFacts, context: Context, points: Points) -> Signal | NoData | None:
    """``author_found_fake`` or ``author_found_genuine`` by the majority of verdicts, in doubt the former."""
    author = context.author
    if author is None:
        return NoData("no_author_id")
    if author.found_fake + author.found_genuine == 0:
        return NoData("no_verdicts")
    evidence = {"fake": author.found_fake, "genuine": author.found_genuine}
    if author.found_fake >= author.found_genuine:
        return Signal("author_found_fake", points.author_found_fake, evidence)
    return Signal("author_found_genuine", points.author_found_genuine, evidence)
