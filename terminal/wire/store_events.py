"""Facts about the work of a store beside selling.

``approved_by`` names who lent the right when ``staff`` had none.
"""

from msgspec import Struct

from terminal.domain.ids import StaffNumber
from terminal.domain.text import SafeText


class TrainingBegan(Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    """From now on the till practises: what is sold stands in facts of its own (`terminal.wire.events.InTraining`)."""

    staff: StaffNumber
    approved_by: StaffNumber | None = None


class TrainingEnded(Struct, frozen=True, kw_only=True, tag=True):
    """The till sells for real again; what was open or held in the training is gone."""

    staff: StaffNumber


class Clocked(Struct, frozen=True, kw_only=True, tag=True):
    """Somebody came to work, or went, at a local time (YYYY-MM-DDTHH:MM:SS)."""

    staff: StaffNumber
    name: SafeText
    coming: bool
    local_time: str


StoreOfTill = TrainingBegan | TrainingEnded | Clocked
"""True also while somebody is trained."""
