"""The room's verbs."""

from comity.bridges.services.crosswalks import (
    LARGEST,
    Imported,
    Lost,
    import_crosswalk,
    import_shipped,
    remove_crosswalk,
    shipped,
)
from comity.bridges.services.everything import Everything, Pair, Side, align_everything, result
from comity.bridges.services.instruments import clause_set, edition_called, mapped_refs, shared_language
from comity.bridges.services.proposing import (
    LIKELY,
    MOST,
    POSSIBLE,
    TOP,
    knowns,
    propose,
    remove_bridge,
    start_proposing,
)

__all__ = [
    "LARGEST",
    "LIKELY",
    "MOST",
    "POSSIBLE",
    "TOP",
    "Everything",
    "Imported",
    "Lost",
    "Pair",
    "Side",
    "align_everything",
    "clause_set",
    "edition_called",
    "import_crosswalk",
    "import_shipped",
    "knowns",
    "mapped_refs",
    "propose",
    "remove_bridge",
    "remove_crosswalk",
    "result",
    "shared_language",
    "shipped",
    "start_proposing",
]
