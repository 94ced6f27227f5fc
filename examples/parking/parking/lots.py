"""Car parks."""

from .fields import text, whole_number
from .resource import Resource, blueprint_of

blueprint = blueprint_of(
    Resource(
        name="lots",
        fields={
            "name": text(80),
            "address": text(200),
            "cents_per_hour": whole_number(0, 100_000),
        },
        optional=frozenset({"cents_per_hour"}),
    )
)
