"""Who has a space, from when until when. That no two overlap is the database's promise (0002_bookings.sql)."""

from .fields import moment, text, whole_number
from .resource import LARGEST_ID, Resource, blueprint_of

blueprint = blueprint_of(
    Resource(
        name="bookings",
        fields={
            "space_id": whole_number(1, LARGEST_ID),
            "plate": text(12, r"[A-Z0-9ÄÖÜ][A-Z0-9ÄÖÜ -]*", "HH-AB 123"),
            "starts_at": moment,
            "ends_at": moment,
        },
        filters=("space_id",),
    )
)
