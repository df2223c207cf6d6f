"""What people see: pages, REST API, mails, command line, schedule: the application.

Flow: ``config`` reads config.yaml and the environment once -> ``house`` opens the database, the vault and the way out
-> ``web`` serves ``pages`` and ``api`` (``access`` permits, lower floors decide, ``views`` present, ``render`` draws)
-> ``jobs`` ticks and calls the verbs of the lower floors, in this process or through Procrastinate
-> ``digest`` and ``mail`` tell people what happened. Only here are words translated (``i18n``).
"""
