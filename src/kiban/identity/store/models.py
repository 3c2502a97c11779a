"""Tables of identity: requests to cards, staff accounts and their roles."""

from __future__ import annotations

from django.db import models


class CardRequestRow(models.Model):
    """One request to a card; handles and session as hashes."""

    handle_hash = models.CharField(max_length=64, primary_key=True)
    return_hash = models.CharField(max_length=64, null=True, unique=True)
    session_hash = models.CharField(max_length=64)
    state = models.CharField(max_length=12)
    kind = models.CharField(max_length=12)
    asker = models.CharField(max_length=200)
    purpose = models.CharField(max_length=500)
    language = models.CharField(max_length=10)
    return_to = models.CharField(max_length=200)
    reader = models.CharField(max_length=64)
    holder = models.CharField(max_length=90)
    content = models.TextField()
    nonce = models.CharField(max_length=64)
    certificate = models.BinaryField()
    signature = models.BinaryField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)


class StaffAccount(models.Model):
    """An officer's account. Password as argon2id hash, the TOTP secret sealed with the process's key."""

    account = models.CharField(max_length=80, primary_key=True)
    name = models.CharField(max_length=120)
    password_hash = models.CharField(max_length=200)
    totp_sealed = models.BinaryField(default=b"")
    totp_last_step = models.BigIntegerField(default=-1)
    wrong_tries = models.PositiveIntegerField(default=0)
    waits_until = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()


class StaffRole(models.Model):
    """One role of one officer at one agency."""

    account = models.ForeignKey(StaffAccount, on_delete=models.CASCADE, related_name="roles")
    agency = models.CharField(max_length=40)
    role = models.CharField(max_length=40)
    granted_by = models.CharField(max_length=80)
    granted_at = models.DateTimeField()

    class Meta:
        """One row for each role."""

        constraints = (models.UniqueConstraint(fields=["account", "agency", "role"], name="identity_role_once"),)
