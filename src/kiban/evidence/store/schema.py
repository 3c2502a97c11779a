"""The tables of the evidence store. All are append-only but the description of indicators: what a newer load of a year
replaces goes to the `past_…` tables (see `editions`). `level_changes` is derived: by how much the sum of a level of
areas changed on a day, so that days add up.
"""

SCHEMA = """
CREATE TABLE IF NOT EXISTS sheets (
  sheet_year INTEGER, project_id BIGINT, name TEXT, ministry TEXT, bureau TEXT, category TEXT,
  start_year INTEGER, end_year INTEGER, major_expense TEXT, methods TEXT, purpose TEXT, issues TEXT, overview TEXT,
  account TEXT, budget_fy INTEGER, initial_budget BIGINT, supplementary BIGINT, carryover_in BIGINT, reserve BIGINT,
  total_budget BIGINT, executed BIGINT, carryover_next BIGINT, next_request BIGINT, source TEXT);
CREATE TABLE IF NOT EXISTS payees (
  sheet_year INTEGER, project_id BIGINT, block TEXT, payee TEXT, corporate_number TEXT, amount BIGINT, role TEXT,
  contract TEXT, chain TEXT, depth INTEGER, source TEXT);
CREATE TABLE IF NOT EXISTS budget_items (
  sheet_year INTEGER, project_id BIGINT, budget_fy INTEGER, account_category TEXT, account TEXT, sub_account TEXT,
  budget_type TEXT, jurisdiction TEXT, organization_account TEXT, item TEXT, sub_item TEXT, note TEXT, amount BIGINT,
  next_request BIGINT, source TEXT);
CREATE TABLE IF NOT EXISTS logic_nodes (
  sheet_year INTEGER, project_id BIGINT, number INTEGER, kind TEXT, horizon TEXT, label TEXT, indicator TEXT, unit TEXT,
  direction TEXT, evidence TEXT, targets TEXT, results TEXT, source TEXT);
CREATE TABLE IF NOT EXISTS logic_edges (
  sheet_year INTEGER, project_id BIGINT, from_no INTEGER, to_no INTEGER, reason TEXT, source TEXT);
CREATE TABLE IF NOT EXISTS official_rows (
  table_no TEXT, sheet_year INTEGER, project_id BIGINT, line INTEGER, data TEXT, source TEXT);
CREATE TABLE IF NOT EXISTS loads (source TEXT, table_name TEXT, rows BIGINT, loaded_at TIMESTAMP);
CREATE TABLE IF NOT EXISTS indicators (id TEXT PRIMARY KEY, title TEXT, unit TEXT, direction TEXT, source TEXT,
  scale DOUBLE, stale_after_days INTEGER);
CREATE TABLE IF NOT EXISTS observations (indicator TEXT, area TEXT, month DATE, numerator DOUBLE, denominator DOUBLE,
  as_of DATE, revision INTEGER);
CREATE TABLE IF NOT EXISTS revised (indicator TEXT, area TEXT, month DATE);
CREATE TABLE IF NOT EXISTS level_changes (indicator TEXT, level INTEGER, month DATE, as_of DATE, numerator DOUBLE,
  denominator DOUBLE, with_denominator BIGINT);
CREATE TABLE IF NOT EXISTS measures (plan TEXT, position INTEGER, id TEXT, title TEXT, owner TEXT, section TEXT,
  deadline DATE, progress TEXT[], effect TEXT[], remark TEXT, recorded_at TIMESTAMP);
CREATE TABLE IF NOT EXISTS measure_status (id TEXT, status TEXT, note TEXT, officer TEXT, recorded_at TIMESTAMP);
CREATE TABLE IF NOT EXISTS studies (
  sheet_year INTEGER, project_id BIGINT, policy TEXT, indicator TEXT,
  effect DOUBLE,
  low DOUBLE, high DOUBLE, yen BIGINT, yen_low BIGINT, yen_high BIGINT, population BIGINT, unit_yen BIGINT,
  units INTEGER, observations BIGINT, method TEXT, notes TEXT, recorded_at TIMESTAMP);
CREATE TABLE IF NOT EXISTS budgets (
  sheet_year INTEGER, project_id BIGINT, budget_fy INTEGER, account_category TEXT, account TEXT, sub_account TEXT,
  initial_budget BIGINT, total_budget BIGINT, executed BIGINT, next_request BIGINT, source TEXT);
CREATE TABLE IF NOT EXISTS book_items (
  fiscal_year INTEGER, stage TEXT, account_type TEXT, ministry TEXT, organization TEXT, section TEXT, item TEXT,
  amount BIGINT, previous_amount BIGINT, spent BIGINT, description TEXT, address TEXT, source TEXT);
"""
