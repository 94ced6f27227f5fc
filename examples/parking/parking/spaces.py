"""Places for one vehicle each, in a lot."""

from .fields import one_of, text, whole_number
from .resource import LARGEST_ID, Resource, blueprint_of

blueprint = blueprint_of(
    Resource(
        name="spaces",
        fields={
            "lot_id": whole_number(1, LARGEST_ID),
            "label": text(10, r"[A-Z0-9][A-Z0-9-]*", "A-12"),
            "kind": one_of("car", "motorbike", "accessible", "charging"),
        },
        optional=frozenset({"kind"}),
        filters=("lot_id",),
    )
)
