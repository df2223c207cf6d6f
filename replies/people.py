"""Who acts: an active team member whose role lets them change things."""

from __future__ import annotations

from sqlmodel import Session

from connectors.errors import N_
from monitor.models import Role, TeamMember
from replies.errors import NotAllowed


def acting(session: Session, member_id: int) -> TeamMember:
    """The team member behind an act. Raises NotAllowed for strangers, for those who left, and for viewers."""
    member = session.get(TeamMember, member_id)
    if member is None or not member.active or member.role is Role.VIEWER:
        raise NotAllowed(N_("Your role does not allow this. Ask a lead."))
    return member
