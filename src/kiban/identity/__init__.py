"""Cards, certificates, sign-in, signatures, staff accounts (JPKI, GビズID)."""
