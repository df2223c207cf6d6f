"""What we know: sources, polls, items, history, customers, orders, authenticity, alerts.

Flow: ``due`` says which place is next -> ``poll`` asks its connector -> ``ingest`` decides new, edited, same or
removed and stores a page with its cursor in one transaction -> ``mentions`` keeps what is not about us aside
-> ``authenticity`` weighs the signs -> ``routing`` names who answers and until when -> ``alerts`` tells at once.
Upper floors read rows and the append-only ``Event`` table; nothing here calls them.
"""
