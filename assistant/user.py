"""The people of the desk: who they are and what their role allows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person may do. Roles are ordered: a higher one may do whatever a lower one may."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"

    def may_act_as(self, other: Role) -> bool:
        """Whether this role is `other` or above it."""
        order = list(Role)
        return order.index(self) >= order.index(other)

    def or_above(self, other: Role) -> Role:
        """The higher of the two."""
        return self if self.may_act_as(other) else other


@dataclass(frozen=True, slots=True)
class User:
    """A member of the desk, as the services see one: no password in it.

    Attributes:
        must_change_password: the password was given out by somebody else; nothing but changing it is allowed.
        active: a disabled account logs in nowhere and its sessions end.
    """

    id: str
    name: str
    role: Role
    active: bool = True
    must_change_password: bool = False
