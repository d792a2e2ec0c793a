"""A NUL in an address or a form, which PostgreSQL takes in no text."""

import pytest

pytestmark = pytest.mark.data
ACT = "/standards/regulation-eu-2024-1689"


@pytest.mark.parametrize(
    "address",
    [
        "/bridges/%00/",
        "/bridges/a%00b/?q=%00",
        "/bridges/propose/?source=%00&target=%00",
        "/bridges/map/?least=%00",
        "/api/bridges/%00",
        "/api/bridges?source=%00",
        "/standards/%00/",
        "/standards/%00/text/",
        "/standards/?q=%00&body=%00&stage=%00",
        "/search/?q=a%00&in=clauses",
        f"{ACT}/clauses/%00",
        f"{ACT}/text/?ref=%00&q=%00&edition=%00&lang=%00",
        f"{ACT}/changes/?from=%00&to=%00",
    ],
)
def test_an_address_with_a_nul_is_no_failure_of_the_node(clients, address):
    for client in clients.values():
        assert client.get(address).status_code < 500


@pytest.mark.parametrize("address", ["/bridges/propose/", "/bridges/import/"])
def test_a_form_with_a_nul_is_shown_again(clients, address):
    answer = clients["secretariat"].post(address, {"source": "\x00", "target": "\x00", "publisher": "a\x00"})
    assert answer.status_code == 400
    assert b"<form" in answer.content
