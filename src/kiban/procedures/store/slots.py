"""Reserved visits: one conditional update takes a place, so that the last place is given once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F

from kiban.kernel.clock import JST
from kiban.procedures.errors import SlotTaken
from kiban.procedures.model import Slot
from kiban.procedures.store.models import SlotRow, SlotTakenRow


@dataclass(frozen=True, slots=True)
class Slots:
    """The slot part of :class:`kiban.procedures.ports.DraftStore`."""

    def offer_slot(self, slot: Slot) -> None:
        fields = {
            "agency": slot.agency,
            "starts_at": slot.starts_at,
            "minutes": slot.minutes,
            "capacity": slot.capacity,
        }
        SlotRow.objects.get_or_create(id=slot.id, defaults=fields)

    def slots(self, agency: str, *, since: dt.datetime, until: dt.datetime) -> tuple[Slot, ...]:
        rows = SlotRow.objects.filter(agency=agency, starts_at__gte=since, starts_at__lt=until)
        return tuple(_slot(row) for row in rows.order_by("starts_at", "id")[:500])

    def slot(self, slot_id: str) -> Slot | None:
        row = SlotRow.objects.filter(pk=slot_id).first()
        return _slot(row) if row else None

    def take_slot(self, slot_id: str, *, draft: str) -> None:
        with transaction.atomic():
            if SlotTakenRow.objects.filter(draft=draft, slot_id=slot_id).exists():
                return
            self.leave_slot(draft=draft)
            if not SlotRow.objects.filter(pk=slot_id, taken__lt=F("capacity")).update(taken=F("taken") + 1):
                raise SlotTaken("this time is fully booked", remedy="choose another time")
            SlotTakenRow.objects.create(slot_id=slot_id, draft=draft)

    def leave_slot(self, *, draft: str) -> None:
        with transaction.atomic():
            for taken in SlotTakenRow.objects.select_for_update().filter(draft=draft):
                SlotRow.objects.filter(pk=taken.slot_id).update(taken=F("taken") - 1)
                taken.delete()

    def reserved(self, draft: str) -> str:
        with transaction.atomic():
            taken = SlotTakenRow.objects.select_for_update().filter(draft=draft).first()
        return str(taken.slot_id) if taken else ""


def _slot(row: SlotRow) -> Slot:
    return Slot(
        id=row.pk,
        agency=row.agency,
        starts_at=row.starts_at.astimezone(JST),
        minutes=row.minutes,
        capacity=row.capacity,
        free=row.capacity - row.taken,
    )
