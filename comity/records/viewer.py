"""Who is looking. Every read and every write is given a viewer, never a request."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Viewer:
    """A person (or nobody) with the organisations and roles they act with.

    Attributes:
        user: primary key of the account, None for an anonymous viewer.
        actor: opaque id under which the viewer's writes are logged; None owns nothing.
        organisations: ids of the organisations the viewer acts for.
        roles: names of roles held anywhere ("secretariat", "delegate", "expert", "reader").
        node: the node itself (imports, upgrades, the administrator at the command line).
    """

    user: int | None = None
    actor: UUID | None = None
    organisations: frozenset[UUID] = field(default_factory=frozenset)
    roles: frozenset[str] = field(default_factory=frozenset)
    node: bool = False

    @property
    def signed_in(self) -> bool:
        return self.user is not None or self.node

    def has_role(self, *roles: str) -> bool:
        return self.node or not self.roles.isdisjoint(roles)


ANYONE = Viewer()
NODE = Viewer(node=True)
