"""The tables of the memory, one file per subject; foreign keys point down or sideways, never up."""

from monitor.models.alerts import Alert, AlertRule, AlertState, Event, EventReader
from monitor.models.items import (
    Assessment,
    Item,
    Quarantined,
    Revision,
    SeenReply,
    TextBand,
    Verdict,
    WorkState,
)
from monitor.models.people import (
    Brand,
    Customer,
    CustomerIdentity,
    CustomerMerge,
    IdentityKind,
    Location,
    Order,
    Role,
    TeamMember,
)
from monitor.models.sources import Place, PollKind, PollOutcome, PollRun, Source, SourceState

__all__ = [
    "Alert", "AlertRule", "AlertState", "Assessment", "Brand", "Customer", "CustomerIdentity", "CustomerMerge",
    "Event", "EventReader", "IdentityKind", "Item", "Location", "Order", "Place", "PollKind", "PollOutcome", "PollRun",
    "Quarantined", "Revision", "Role", "SeenReply", "Source", "SourceState", "TeamMember", "TextBand", "Verdict",
    "WorkState",
]
