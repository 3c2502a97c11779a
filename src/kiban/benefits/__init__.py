"""Entitlements, schedules, accounts, payment files (給付支援サービス, 公金受取口座, 全銀フォーマット)."""

from kiban.benefits.actions import (
    BenefitDesk,
    Order,
    change_account,
    change_rates,
    end,
    entitle,
    extend_schedules,
    mark_payment,
)
from kiban.benefits.model import Account, Child, Entitlement, EntitlementState, Payment, PaymentState, Rate
from kiban.benefits.schedule import CHILD_ALLOWANCE, Calendar, plan

__all__ = [
    "CHILD_ALLOWANCE",
    "Account",
    "BenefitDesk",
    "Calendar",
    "Child",
    "Entitlement",
    "EntitlementState",
    "Order",
    "Payment",
    "PaymentState",
    "Rate",
    "change_account",
    "change_rates",
    "end",
    "entitle",
    "extend_schedules",
    "mark_payment",
    "plan",
]
