"""How genuine an item looks, with reasons that can be checked by hand; a person decides.

Flow: ``assess`` takes what is due -> ``gathering`` collects the facts in a fixed number of queries -> each file of
``signals`` weighs one thing, purely -> ``scorecard`` adds the points up -> the Assessment is stored with its evidence
-> a person gives a ``verdict`` -> ``objective`` shows the rating without what was found fake, ``calibrate`` learns.
"""
