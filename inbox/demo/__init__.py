"""The demo: a pretend review site that really serves pages and an API, and a filled inbox of the team that answers it.

Flow: ``texts`` (what people say) -> ``timeline`` (seed and start -> what happens when, pure) -> ``world`` (what stands
on the site at a moment) -> ``api``, ``pages``, ``feeds`` in one ``site`` -> ``server`` (a thread of ``otklik serve``)
-> ``fill`` (an empty database becomes the inbox of a café chain, through the real pipeline).
"""
