"""Entitlements, schedules, accounts, payment files (給付支援サービス, 公金受取口座, 全銀フォーマット)."""
