"""Guidance, prefill, bundles, drafts, intake (ワンストップ, 申請管理)."""
