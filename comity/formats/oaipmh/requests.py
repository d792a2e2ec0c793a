"""What a harvester asks: six verbs, and arguments that must be just those of the verb."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

PREFIX = "oai_dc"
# Required and optional arguments of each verb (section 4); a token stands alone.
VERBS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "Identify": (frozenset(), frozenset()),
    "ListMetadataFormats": (frozenset(), frozenset({"identifier"})),
    "ListSets": (frozenset(), frozenset({"resumptionToken"})),
    "GetRecord": (frozenset({"identifier", "metadataPrefix"}), frozenset()),
    "ListIdentifiers": (frozenset({"metadataPrefix"}), frozenset({"from", "until", "set"})),
    "ListRecords": (frozenset({"metadataPrefix"}), frozenset({"from", "until", "set"})),
}
LISTS = frozenset({"ListIdentifiers", "ListRecords"})
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_SECOND = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z")
_SET = re.compile(r"[A-Za-z0-9_.!~*'()-]+(?::[A-Za-z0-9_.!~*'()-]+)*")


class OaiError(Exception):
    """What is wrong with a request, by the protocol's own code (section 3.6)."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Request:
    """A request that is as the protocol has it.

    Attributes:
        since: records changed from then on; None for all.
        before: records changed before then; None for all. (`until` includes its day or second.)
        token: the resumption token as it came, "" if none; the other arguments are then empty.
    """

    verb: str
    arguments: tuple[tuple[str, str], ...] = ()
    identifier: str = ""
    set: str = ""
    since: datetime | None = None
    before: datetime | None = None
    token: str = ""


def read(given: Iterable[tuple[str, str]]) -> Request:
    """The request that arguments make.

    Raises:
        OaiError: badVerb, badArgument, cannotDisseminateFormat or noSetHierarchy's kin, with the reason.
    """
    pairs = list(given)
    names = [name for name, _value in pairs]
    if names.count("verb") != 1 or dict(pairs)["verb"] not in VERBS:
        raise OaiError("badVerb", "One verb is needed: " + ", ".join(VERBS) + ".")
    if doubled := sorted({name for name in names if names.count(name) > 1}):
        raise OaiError("badArgument", f"{doubled[0]} is given more than once.")
    arguments = dict(pairs)
    verb = arguments.pop("verb")
    if "resumptionToken" in arguments and verb in LISTS:
        if len(arguments) > 1:
            raise OaiError("badArgument", "resumptionToken stands alone beside the verb.")
        return Request(verb, tuple(pairs), token=arguments["resumptionToken"])
    _check_names(verb, arguments)
    if "metadataPrefix" in arguments and arguments["metadataPrefix"] != PREFIX:
        raise OaiError("cannotDisseminateFormat", f"Only {PREFIX} is given here.")
    since, before = _range(arguments)
    return Request(verb, tuple(pairs), arguments.get("identifier", ""), _set(arguments.get("set", "")), since, before)


def _check_names(verb: str, arguments: dict[str, str]) -> None:
    required, optional = VERBS[verb]
    if missing := sorted(required - set(arguments)):
        raise OaiError("badArgument", f"{verb} needs {missing[0]}.")
    if unknown := sorted(set(arguments) - required - optional):
        raise OaiError("badArgument", f"{verb} has no argument {unknown[0][:40]!r}.")
    if verb == "ListSets" and "resumptionToken" in arguments:
        raise OaiError("badResumptionToken", "The list of sets is given whole.")


def _set(given: str) -> str:
    if given and not _SET.fullmatch(given):
        raise OaiError("badArgument", "set is not written as a set is.")
    return given


def _range(arguments: dict[str, str]) -> tuple[datetime | None, datetime | None]:
    """Beginning and end (not included) of the range of dates."""
    first, last = arguments.get("from"), arguments.get("until")
    if first and last and len(first) != len(last):
        raise OaiError("badArgument", "from and until must be both days or both seconds.")
    since = _moment("from", first)[0] if first is not None else None
    until = _moment("until", last) if last is not None else None
    if since and until and since > until[0]:
        raise OaiError("badArgument", "from is later than until.")
    return since, until[1] if until else None


def _moment(name: str, text: str) -> tuple[datetime, datetime]:
    """The moment a text names and the one just after the day or second it stands for."""
    form, step = ("%Y-%m-%d", timedelta(days=1)) if _DAY.fullmatch(text) else ("", timedelta())
    if _SECOND.fullmatch(text):
        form, step = "%Y-%m-%dT%H:%M:%SZ", timedelta(seconds=1)
    try:
        moment = datetime.strptime(text, form).replace(tzinfo=UTC) if form else None
    except ValueError:
        moment = None
    if moment is None:
        raise OaiError("badArgument", f"{name} is neither YYYY-MM-DD nor YYYY-MM-DDThh:mm:ssZ of a real day.")
    try:
        return moment, moment + step
    except OverflowError:
        return moment, moment
