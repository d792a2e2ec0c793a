"""Every operation of the API with what its description allows, and with what it does not: none may fail of itself.

Schemathesis makes the requests from the OpenAPI description, as nobody and as the secretariat.
"""

from __future__ import annotations

from typing import Any

import pytest
import requests
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from comity.api.root import api

EXAMPLES = 12
NODE = "http://testserver"
SCHEMA = schemathesis.openapi.from_dict(dict(api.get_openapi_schema()))
OPERATIONS = sorted(
    (method.upper(), path) for path, verbs in api.get_openapi_schema()["paths"].items() for method in verbs
)


def token(client: Client) -> dict[str, str]:
    page = client.post("/account/tokens/", {"name": "contract", "writes": "on"}).content.decode()
    return {"Authorization": "Bearer " + page.split("<pre>")[1].split("</pre>")[0]}


def asked(case: Any, headers: dict[str, str]) -> int:
    """The status of the node's answer to a case, asked over the connection of the test's own transaction."""
    request = requests.Request(**case.as_transport_kwargs(base_url=NODE, headers=headers)).prepare()
    body = request.body or b""
    client = Client(raise_request_exception=False)
    answer = client.generic(
        request.method or "GET",
        request.path_url,
        body.encode() if isinstance(body, str) else body,
        request.headers.get("Content-Type", ""),
        headers={name: str(value) for name, value in request.headers.items() if name != "Cookie"},
    )
    return int(answer.status_code)


@pytest.mark.slow
@pytest.mark.parametrize("role", ["anyone", "secretariat"])
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_no_request_makes_the_node_fail(clients: dict[str, Client], method: str, path: str, role: str) -> None:
    headers = token(clients["secretariat"]) if role == "secretariat" else {}
    operation = SCHEMA[path][method]
    cases = st.one_of([operation.as_strategy(mode) for mode in GenerationMode])

    @settings(max_examples=EXAMPLES, phases=[Phase.generate], suppress_health_check=list(HealthCheck), database=None)
    @given(cases)
    def answered(case: Any) -> None:
        status = asked(case, headers)
        assert status < 500, case.as_curl_command(headers=headers)

    answered()
