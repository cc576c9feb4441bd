"""Whether two claims can be of the same figure at all, and whether they say the same."""

from __future__ import annotations

from decimal import Decimal

from assistant.chain.claims import Claim, load_marks
from assistant.chain.quantities import Quantity

_SLACK = Decimal("0.03")
"""A month is not quite 30 days."""
_VAGUE = Decimal("0.06")
"""What "about" and the conversion of business days (five to seven) allow."""
_CALENDAR = Decimal(7) / 5
_ALIKE_COUNTS = frozenset({"time", "request"})
_BOUNDS = frozenset({"least", "most"})
_LARGE = frozenset({"large"})
_BOTH_STAGES = frozenset({"credit", "unlock"})


def agree(first: Claim, second: Claim) -> bool:
    """Whether both figures can hold at once: the same value, or ranges that overlap."""
    one, other = first.quantity, second.quantity
    vague = one.vague or other.vague
    slack = _VAGUE if vague else _SLACK if one.dimension == "minute" else Decimal(0)
    if _meet(one.low, one.high, other.low, other.high, slack if one.dimension != "clock" else Decimal(0)):
        return True
    return one.dimension == "minute" and one.kind != other.kind and _meet(*_in_days(one), *_in_days(other), _VAGUE)


def comparable(first: Claim, second: Claim) -> bool:
    """Whether nothing that is said tells the two apart: language, unit, coin, network, tier, level, bound, marks."""
    one, other = first.quantity, second.quantity
    return (
        first.passage.locale[:2] == second.passage.locale[:2]
        and first.passage.document_id != second.passage.document_id
        and _same_unit(one, other)
        and (one.bound == "every") == (other.bound == "every")
        and {one.bound, other.bound} != _BOUNDS
        and first.threshold == second.threshold
        and all(second.keys.get(key, value) == value for key, value in first.keys.items())
        and not _marks_differ(first, second)
        and _overlap_in_time(first, second)
    )


def _same_unit(one: Quantity, other: Quantity) -> bool:
    if one.dimension != other.dimension:
        return False
    if one.dimension == "money":
        return one.kind == other.kind
    if one.dimension == "count":
        if one.kind == other.kind:
            return bool(one.kind) or one.unit == other.unit
        return {one.kind, other.kind} <= _ALIKE_COUNTS
    return True


def _marks_differ(first: Claim, second: Claim) -> bool:
    marks = load_marks()
    for group in (*marks.exact, *marks.loose):
        one, other = first.marks.get(group), second.marks.get(group)
        if group == "amount" and _LARGE & ((one or frozenset()) ^ (other or frozenset())):
            return True  # what holds for large amounts does not hold for others
        if not one or not other:
            continue
        if group == "direction":  # orders are named where deposits are meant, too
            one, other = one - {"trade"}, other - {"trade"}
            if one and other and not one & other:
                return True
        elif not one & other or (group == "stage" and _one_names_more(one, other)):
            return True
    return False


def _one_names_more(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether one speaks of crediting and unlocking at once: which of them its figure is of, is open."""
    return (len(one) > 1) != (len(other) > 1) and bool(_BOTH_STAGES & one & other)


def _overlap_in_time(first: Claim, second: Claim) -> bool:
    one, other = first.passage, second.passage
    ends_before = one.effective_until is not None and one.effective_until <= other.effective_from
    begins_after = other.effective_until is not None and other.effective_until <= one.effective_from
    return not (ends_before or begins_after)


def _meet(low: Decimal, high: Decimal, other_low: Decimal, other_high: Decimal, slack: Decimal) -> bool:
    begin, end = max(low, other_low), min(high, other_high)
    return begin <= end or (begin - end) <= slack * begin


def _in_days(quantity: Quantity) -> tuple[Decimal, Decimal]:
    factor = _CALENDAR if quantity.kind else Decimal(1)
    return quantity.low * factor, quantity.high * factor
