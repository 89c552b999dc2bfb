"""Facts about the work of a store beside selling.

``approved_by`` names who lent the right when ``staff`` had none.
"""

from msgspec import Struct

from terminal.domain.ids import StaffNumber


class TrainingBegan(Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    """From now on the till practises: what is sold stands in facts of its own (`terminal.wire.events.InTraining`)."""

    staff: StaffNumber
    approved_by: StaffNumber | None = None


class TrainingEnded(Struct, frozen=True, kw_only=True, tag=True):
    """The till sells for real again; what was open or held in the training is gone."""

    staff: StaffNumber
