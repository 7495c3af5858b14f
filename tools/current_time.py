"""The tool `current_time`: the run's clock, in any time zone."""

from __future__ import annotations

from typing import Annotated

from tools.base import ToolContext, ToolFailed, ToolResult, tool

# Names that people use and the time zone database does not.
_PLACES = {
    "utc": "UTC", "gmt": "GMT", "z": "UTC", "zulu": "UTC",
    "uk": "Europe/London", "england": "Europe/London", "britain": "Europe/London", "scotland": "Europe/London",
    "germany": "Europe/Berlin", "munich": "Europe/Berlin", "hamburg": "Europe/Berlin", "frankfurt": "Europe/Berlin",
    "france": "Europe/Paris", "spain": "Europe/Madrid", "barcelona": "Europe/Madrid", "italy": "Europe/Rome",
    "milan": "Europe/Rome", "switzerland": "Europe/Zurich", "geneva": "Europe/Zurich", "austria": "Europe/Vienna",
    "netherlands": "Europe/Amsterdam", "india": "Asia/Kolkata", "mumbai": "Asia/Kolkata", "delhi": "Asia/Kolkata",
    "new delhi": "Asia/Kolkata", "bangalore": "Asia/Kolkata", "china": "Asia/Shanghai", "beijing": "Asia/Shanghai",
    "shenzhen": "Asia/Shanghai", "japan": "Asia/Tokyo", "osaka": "Asia/Tokyo", "korea": "Asia/Seoul",
    "san francisco": "America/Los_Angeles", "la": "America/Los_Angeles", "seattle": "America/Los_Angeles",
    "california": "America/Los_Angeles", "pt": "America/Los_Angeles", "pst": "America/Los_Angeles", "pdt": "America/Los_Angeles",
    "mt": "America/Denver", "mst": "America/Denver", "mdt": "America/Denver",
    "ct": "America/Chicago", "cst": "America/Chicago", "cdt": "America/Chicago", "texas": "America/Chicago",
    "dallas": "America/Chicago", "houston": "America/Chicago", "austin": "America/Chicago",
    "et": "America/New_York", "est": "America/New_York", "edt": "America/New_York", "nyc": "America/New_York",
    "washington": "America/New_York", "boston": "America/New_York", "miami": "America/New_York",
    "philadelphia": "America/New_York", "atlanta": "America/New_York", "montreal": "America/Toronto",
    "ottawa": "America/Toronto", "rio": "America/Sao_Paulo", "rio de janeiro": "America/Sao_Paulo",
    "brasilia": "America/Sao_Paulo", "cet": "Europe/Paris", "cest": "Europe/Paris", "bst": "Europe/London",
    "ist": "Asia/Kolkata", "jst": "Asia/Tokyo", "canberra": "Australia/Sydney", "wellington": "Pacific/Auckland",
    "new zealand": "Pacific/Auckland", "cape town": "Africa/Johannesburg", "abu dhabi": "Asia/Dubai",
    "saigon": "Asia/Ho_Chi_Minh", "hanoi": "Asia/Ho_Chi_Minh", "kiev": "Europe/Kyiv", "st petersburg": "Europe/Moscow",
}  # fmt: skip


@tool(risk="read", timeout=10, pure=True)
def current_time(
    ctx: ToolContext,
    timezone: Annotated[
        str, "an IANA zone ('Europe/Paris'), a city ('Tokyo') or an abbreviation; empty: the user's own"
    ] = "",
) -> ToolResult:
    """Tell today's date, the weekday and the time of day, here or in another city.

    Use it whenever a goal depends on now: "what day is it?", "what time is it in Tokyo?".

    data: {"value": ISO date and time with offset, "date": ISO date, "time": "14:05", "weekday", "timezone"}.
    """
    moment = ctx.now.astimezone(zone(timezone)) if timezone.strip() else ctx.now
    name = getattr(moment.tzinfo, "key", None) or moment.tzname() or "UTC"
    date = f"{moment:%A}, {moment.day} {moment:%B %Y}"
    return ToolResult(
        f"It is {moment:%H:%M} on {date} ({name}).",
        {
            "value": moment.isoformat(timespec="seconds"),
            "date": moment.date().isoformat(),
            "time": f"{moment:%H:%M}",
            "weekday": f"{moment:%A}",
            "timezone": name,
        },
    )


def zone(name: str):
    """The time zone that people call `name`: IANA name, city, known place, "UTC+2". Raises ToolFailed."""
    import re
    import unicodedata
    from datetime import timedelta
    from datetime import timezone as fixed
    from difflib import get_close_matches
    from zoneinfo import ZoneInfo, available_timezones

    bare = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))  # São Paulo
    wanted = " ".join(bare.replace("_", " ").split()).casefold().removeprefix("in ").rstrip(" ?.!")
    if offset := re.fullmatch(r"(?:utc|gmt)?\s*([+-])(\d{1,2})(?::?([0-5]\d))?", wanted):
        sign, hours, minutes = offset[1], int(offset[2]), int(offset[3] or 0)
        if hours <= 14:
            return fixed((1 if sign == "+" else -1) * timedelta(hours=hours, minutes=minutes))
    if wanted in _PLACES:
        return ZoneInfo(_PLACES[wanted])
    zones = sorted(available_timezones() - {"localtime"}, key=lambda z: (z.count("/") != 1, z))
    by_name = {z.casefold().replace("_", " "): z for z in zones}
    by_city: dict[str, str] = {}
    for z in zones:
        by_city.setdefault(z.rsplit("/", 1)[-1].casefold().replace("_", " "), z)
    # "Paris, France": the part before the comma is the city
    for candidate in (wanted, wanted.split(",")[0].strip(), wanted.removesuffix(" time").strip()):
        if hit := by_name.get(candidate) or by_city.get(candidate) or _PLACES.get(candidate):
            return ZoneInfo(hit)
    near = get_close_matches(wanted, [*by_city, *_PLACES], n=3, cutoff=0.75)
    hint = (
        f" Did you mean {' or '.join(n.title() for n in near)}?"
        if near
        else " Give a larger city nearby or a name such as Europe/Paris."
    )
    raise ToolFailed(f"I don't know the time zone of “{name.strip()}”.{hint}")
