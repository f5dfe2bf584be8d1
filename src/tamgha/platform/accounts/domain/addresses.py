"""Which addresses a node in demo mode may listen on."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from tamgha.shared.errors import TamghaError
from tamgha.shared.words import Words

# Written out, because `is_private` also holds 0.0.0.0, which means every interface.
PRIVATE_NETWORKS = tuple(
    ip_network(text)
    for text in (
        "127.0.0.0/8",  # loopback, RFC 1122 3.2.1.3
        "10.0.0.0/8",  # RFC 1918
        "172.16.0.0/12",  # RFC 1918
        "192.168.0.0/16",  # RFC 1918
        "169.254.0.0/16",  # link-local, RFC 3927
        "::1/128",  # loopback, RFC 4291 2.5.3
        "fc00::/7",  # unique local, RFC 4193
        "fe80::/10",  # link-local, RFC 4291 2.5.6
    )
)


class PublicDemoError(TamghaError):
    """A node in demo mode was told to listen where strangers can reach it."""


def is_private(address: str) -> bool:
    """Return whether an IP address can be reached from the own machine or network only.

    ``localhost`` counts; any other name does not, because a name may point anywhere tomorrow.
    """
    if address == "localhost":
        return True
    try:
        number: IPv4Address | IPv6Address = ip_address(address.split("%")[0])
    except ValueError:
        return False
    if isinstance(number, IPv6Address) and number.ipv4_mapped:
        number = number.ipv4_mapped
    return any(number.version == net.version and number in net for net in PRIVATE_NETWORKS)


def refuse_public_address(address: str) -> None:
    """Let a loopback or private address pass, with or without a port; refuse any other.

    Parameters
    ----------
    address : "127.0.0.1:8000", "[::1]:8000", "localhost", "192.168.1.5" …

    Raises
    ------
    PublicDemoError
        For a public address, for every interface (0.0.0.0, ::), for a name other than localhost.
    """
    if not is_private(_host(address.strip())):
        raise PublicDemoError(
            Words(
                "In demo mode anybody may sign in as anybody, so the node listens on this machine "
                "or a private network only: 127.0.0.1, [::1], 10.x, 172.16-31.x, 192.168.x. "
                f"{address!r} came. Take one of those, or leave demo mode (TAMGHA_DEMO=0).",
                "В демонстрационном режиме любой может войти под любым именем, поэтому узел "
                "работает только на этой машине или в частной сети: 127.0.0.1, [::1], 10.x, "
                f"172.16–31.x, 192.168.x. Задано {address!r}. Укажите один из этих адресов или "
                "выключите демонстрационный режим (TAMGHA_DEMO=0).",
            )
        )


def _host(address: str) -> str:
    if address.startswith("["):
        return address[1:].partition("]")[0]
    if address.count(":") == 1:
        return address.partition(":")[0]
    return address
