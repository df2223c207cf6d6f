"""The API keeps what its description says, whatever is sent to it."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, assume, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.core.result import Ok

from inbox.tokens import Scope
from monitor.models import Source
from tests.inbox.api.conftest import new_token
from tests.world import World

OPERATIONS = ("GET /healthz", "GET /readyz", "GET /api/v1/items", "POST /api/v1/items", "GET /api/v1/items/{item_id}",
              "GET /api/v1/items/{item_id}/replies", "GET /api/v1/replies", "GET /api/v1/sources",
              "POST /api/v1/orders")


@pytest.fixture
def described(app: FastAPI, cast: World, own_site: Source) -> schemathesis.BaseSchema:
    """The description as the application serves it, and something to see."""
    object.__setattr__(app.state.house.config.inbox, "api_requests_per_minute", 100_000)
    cast.item()
    return schemathesis.openapi.from_asgi("/api/openapi.json", app)


def test_every_operation_is_known_to_this_test(described: schemathesis.BaseSchema) -> None:
    found = {one.ok().label for one in described.get_all_operations() if isinstance(one, Ok)}
    assert found == set(OPERATIONS)


def is_wrong_beside_headers(case: Case[Any]) -> bool:
    """Whether something is wrong that the token, which is always sent, does not put right."""
    assert case.meta is not None
    wrong = {where.value for where, part in case.meta.components.items() if part.mode.is_negative}
    return bool(wrong - {"header"})


@pytest.mark.parametrize(("label", "mode"), [
    *((label, GenerationMode.POSITIVE) for label in OPERATIONS),
    *((label, GenerationMode.NEGATIVE) for label in OPERATIONS if "/api/" in label)])
def test_every_operation_answers_as_described(described: schemathesis.BaseSchema, cast: World, label: str,
                                              mode: GenerationMode) -> None:
    method, path = label.split()
    operation = described[path][method]
    headers = {"Authorization": f"Bearer {new_token(cast, cast.anna, *Scope)}"}

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(max_examples=10, deadline=None, derandomize=True, phases=[Phase.explicit, Phase.generate],
              suppress_health_check=list(HealthCheck), database=None)
    def holds(case: Case[Any]) -> None:
        assume(mode is GenerationMode.POSITIVE or is_wrong_beside_headers(case))
        case.call_and_validate(headers=headers)

    holds()
