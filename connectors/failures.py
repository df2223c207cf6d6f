"""What a failed exchange means: did anything leave us, and who must act?"""

from __future__ import annotations

from collections.abc import Iterator

import aiohttp
import httpx

from connectors import unpack
from connectors.addresses import PrivateAddress, private
from connectors.errors import N_, ConnectorError, Surprise, TryLater, Unsure

EXPECTED = (httpx.HTTPError, httpx.InvalidURL, aiohttp.ClientError, OSError, ValueError, unpack.BadBody)


class TooSlow(TryLater):
    """No whole answer within the deadline: left to the poller, since an immediate retry would take as long again."""


def failed(error: BaseException, site: str, *, write: bool) -> ConnectorError:
    """The error of ours for an exchange with ``site`` that ended without a whole answer."""
    causes = list(_causes(error))
    if any(isinstance(cause, PrivateAddress) for cause in causes):
        return private(site)
    if _never_opened(causes):
        return _unreachable(causes, site)
    if write:
        return Unsure(N_("{site} gave no clear answer, so it may or may not have been saved. It is looked up before "
                         "anything is sent again."), site=site)
    return _unread(error, _own(causes) or error, site)


def _unread(error: BaseException, truth: BaseException, site: str) -> ConnectorError:
    if isinstance(error, unpack.TooLarge):
        return Surprise(N_("The answer of {site} is larger than allowed. Check the address, or raise "
                           "connectors.max_megabytes in config.yaml."), site=site)
    if isinstance(error, unpack.Cut | httpx.ReadError | httpx.RemoteProtocolError):
        return TryLater(N_("The answer of {site} broke off. It is read again later; nothing to do."), site=site)
    if isinstance(error, unpack.BadBody):
        return Surprise(N_("The answer of {site} is packed in a way that cannot be read."), site=site)
    if isinstance(truth, TimeoutError | httpx.TimeoutException):
        return TooSlow(N_("{site} takes too long to answer. It is asked again later; if it stays so, raise "
                          "connectors.timeout_seconds in config.yaml."), site=site)
    if isinstance(error, httpx.TransportError | OSError):
        return TryLater(N_("The connection to {site} was lost. It is asked again later; nothing to do."), site=site)
    return Surprise(N_("The exchange with {site} does not follow the rules of the web: {error}"), site=site,
                    error=type(error).__name__)


def _own(causes: list[BaseException]) -> aiohttp.ClientError | None:
    """aiohttp's own error, which is the truth: httpx-aiohttp calls a connection that was lost ConnectTimeout too."""
    return next((cause for cause in causes if isinstance(cause, aiohttp.ClientError)), None)


def _never_opened(causes: list[BaseException]) -> bool:
    """Whether no connection came about, so that nothing was sent."""
    own = _own(causes)
    if own is not None:
        return isinstance(own, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError)
    return isinstance(causes[0], httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)


def _unreachable(causes: list[BaseException], site: str) -> TryLater:
    if any(isinstance(cause, aiohttp.ClientConnectorDNSError) for cause in causes):
        return TryLater(N_("The name {site} is not found. Check how the address is written; if it is right, the "
                           "network or the site's name service is down."), site=site)
    if any(isinstance(cause, aiohttp.ClientSSLError) for cause in causes):
        return TryLater(N_("{site} shows a certificate that is not valid. Ask its owner to renew it."), site=site)
    return TryLater(N_("{site} cannot be reached. Check the address; if it is right, the site is down and is asked "
                       "again later."), site=site)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The chain of stated causes, and not of contexts: a caller may itself be handling another error."""
    while error is not None:
        yield error
        error = error.__cause__
