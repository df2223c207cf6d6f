"""Stand-in."""


class Http: ...
