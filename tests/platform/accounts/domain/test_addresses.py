import pytest

from tamgha.platform.accounts.domain import refuse_public_address
from tamgha.platform.accounts.services import refuse_public_demo
from tamgha.shared.errors import TamghaError


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.0.0.1:8000",
        "localhost:8000",
        "[::1]:8000",
        "::1",
        "10.1.2.3:80",
        "172.31.255.255",
        "192.168.1.5:8000",
        "fe80::1%eth0",
        "[fd00::5]:8000",
        "::ffff:192.168.1.5",
    ],
)
def test_a_demo_may_listen_on_this_machine_or_a_private_network(address):
    refuse_public_address(address)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "0.0.0.0:8000",
        "::",
        "[::]:8000",
        "8.8.8.8:80",
        "172.32.0.1",
        "100.64.0.1",
        "2001:db8::1",
        "::ffff:8.8.8.8",
        "tamgha.example.org:8000",
        "",
    ],
)
def test_a_demo_refuses_an_address_that_strangers_can_reach(address):
    with pytest.raises(TamghaError, match="TAMGHA_DEMO=0"):
        refuse_public_demo(address)
