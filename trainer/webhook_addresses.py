"""Where webhooks may go: to addresses of the open internet, unless whoever runs the server allows all.

A key's holder names the address, and the server calls it from inside its own network; without this rule it could be
made to call the machine's own services, or a cloud's metadata at 169.254.169.254. A name is resolved once for each
call, and the call goes to an address that was judged, so that a name can't change its meaning in between.
"""

import ipaddress
import socket
from typing import Final

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

_WITH_IPV4_INSIDE: Final = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("2002::/16"))
"""Translated and tunnelled IPv4 (RFC 6052, RFC 3056): what they lead to is another address's business, so none passes."""


class NotPublic(OSError):
    """The host has no address of the open internet."""

    def __init__(self, host: str) -> None:
        told = (
            f"{host} is no address of the open internet, and webhooks go nowhere else. "
            "Whoever runs the server allows it with --webhooks-anywhere."
        )
        super().__init__(told)
        self.strerror = told  # What the client quotes of a fault while it connects.


def is_public(address: str) -> bool:
    """Whether an IP address is neither this machine's, nor a private network's, nor one for special uses."""
    found = ipaddress.ip_address(address.partition("%")[0])
    is_hidden = isinstance(found, ipaddress.IPv6Address) and any(found in network for network in _WITH_IPV4_INSIDE)
    return found.is_global and not found.is_multicast and not is_hidden


def require_public(host: str) -> None:
    """Let a name pass, which is judged when it is resolved, and of written addresses the public ones.

    Raises:
        NotPublic: the host is written as an address of another kind.
    """
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return
    if not is_public(host):
        raise NotPublic(host)


class PublicResolver(AbstractResolver):
    """Resolves names, and gives only public addresses; the client connects to one of those and asks no second time."""

    def __init__(self) -> None:
        self._resolver = aiohttp.ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._resolver.resolve(host, port, family)
        public = [one for one in found if is_public(one["host"])]
        if not public:
            raise NotPublic(host)
        return public

    async def close(self) -> None:
        await self._resolver.close()
