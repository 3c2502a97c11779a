"""The public tables: where their rows come from, what their columns mean, who publishes them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a public table: name, type of the store, and what it means (unit included)."""

    name: str
    type: str
    description: str


@dataclass(frozen=True, slots=True)
class Dataset:
    """A public table: where its rows come from, what its columns mean, who publishes it."""

    id: str
    title: str
    description: str
    sql: str
    columns: tuple[Column, ...]
    publisher: str
    source: str


YEN = "円"
SHEETS = Dataset(
    "review-sheets",
    "行政事業レビューシート",
    "各事業の予算と執行。金額は円。シートの年度と予算の年度は別の列。",
    "SELECT sheet_year, project_id, name, ministry, bureau, budget_fy, initial_budget, supplementary, total_budget, "
    "executed, next_request FROM sheets ORDER BY sheet_year, project_id",
    (
        Column("sheet_year", "INTEGER", "シートの年度"),
        Column("project_id", "BIGINT", "予算事業ID"),
        Column("name", "VARCHAR", "事業名"),
        Column("ministry", "VARCHAR", "府省庁"),
        Column("bureau", "VARCHAR", "局・庁"),
        Column("budget_fy", "INTEGER", "予算の年度"),
        Column("initial_budget", "BIGINT", "当初予算（円）"),
        Column("supplementary", "BIGINT", "補正予算（円）"),
        Column("total_budget", "BIGINT", "歳出予算現額（円）"),
        Column("executed", "BIGINT", "執行額（円）"),
        Column("next_request", "BIGINT", "翌年度要求額（円）"),
    ),
    "デジタル庁・内閣官房行政改革推進本部事務局",
    "行政事業レビュー見える化サイト",
)
OBSERVATIONS = Dataset(
    "indicators", "政策の指標", "指標・地域・月ごとの分子と分母。",
    "SELECT indicator, area, month, numerator, denominator, as_of, revision FROM observations "
    "ORDER BY indicator, area, month, as_of, revision",
    (Column("indicator", "VARCHAR", "指標"), Column("area", "VARCHAR", "00は全国、2桁は都道府県、5桁は市区町村"),
     Column("month", "DATE", "月の初日"),
     Column("numerator", "DOUBLE", "分子"), Column("denominator", "DOUBLE", "分母"),
     Column("as_of", "DATE", "この値が分かった日"), Column("revision", "INTEGER", "訂正の回数")),
    "基盤を使う自治体", "基盤の記録",
)  # fmt: skip


PAYEES = Dataset(
    "payees", "行政事業レビュー 支出先",
    "支出先ごとの金額（円）。depthが0は国からの支出、1からは再委託で、直接の金額に足してはならない。",
    "SELECT sheet_year, project_id, block, payee, corporate_number, amount, role, contract, chain, depth FROM payees "
    "ORDER BY sheet_year, project_id, block, payee",
    (Column("sheet_year", "INTEGER", "シートの年度"), Column("project_id", "BIGINT", "予算事業ID"),
     Column("block", "VARCHAR", "支出先ブロック番号"), Column("payee", "VARCHAR", "支出先名"),
     Column("corporate_number", "VARCHAR", "法人番号"), Column("amount", "BIGINT", "金額（円）"),
     Column("role", "VARCHAR", "事業を行う上での役割"), Column("contract", "VARCHAR", "契約概要"),
     Column("chain", "VARCHAR", "資金の流れ"), Column("depth", "INTEGER", "0は直接、1からは再委託の段")),
    "デジタル庁・内閣官房行政改革推進本部事務局", "行政事業レビュー見える化サイト",
)  # fmt: skip
BUDGET_ITEMS = Dataset(
    "budget-items", "行政事業レビュー 歳出予算項目", "シートごとの歳出予算の項と目。金額は円。",
    "SELECT sheet_year, project_id, budget_fy, account_category, account, budget_type, jurisdiction, item, sub_item, "
    "amount, next_request FROM budget_items ORDER BY sheet_year, project_id, budget_fy, item, sub_item",
    (Column("sheet_year", "INTEGER", "シートの年度"), Column("project_id", "BIGINT", "予算事業ID"),
     Column("budget_fy", "INTEGER", "予算の年度"), Column("account_category", "VARCHAR", "会計区分"),
     Column("account", "VARCHAR", "会計"), Column("budget_type", "VARCHAR", "予算種別"),
     Column("jurisdiction", "VARCHAR", "所管"), Column("item", "VARCHAR", "項"), Column("sub_item", "VARCHAR", "目"),
     Column("amount", "BIGINT", "予算額（円）"), Column("next_request", "BIGINT", "翌年度要求額（円）")),
    "デジタル庁・内閣官房行政改革推進本部事務局", "行政事業レビュー見える化サイト",
)  # fmt: skip
MEASURES = Dataset(
    "measures", "計画の施策", "計画の施策ごとの担当、期限とKPI。未設定は空。",
    "SELECT plan, id, title, owner, section, deadline, array_to_string(progress, ' / ') AS progress, "
    "array_to_string(effect, ' / ') AS effect FROM measures ORDER BY plan, position",
    (Column("plan", "VARCHAR", "計画"), Column("id", "VARCHAR", "施策の番号"), Column("title", "VARCHAR", "施策"),
     Column("owner", "VARCHAR", "担当"), Column("section", "VARCHAR", "計画の章"), Column("deadline", "DATE", "期限"),
     Column("progress", "VARCHAR", "KPI（進捗）"), Column("effect", "VARCHAR", "KPI（効果）")),
    "デジタル庁", "デジタル社会の実現に向けた重点計画",
)  # fmt: skip
STUDIES = Dataset(
    "studies", "効果の測定", "政策の効果の推定と95%区間、円に直した額。推定ごとに1行。",
    "SELECT sheet_year, project_id, policy, indicator, method, units, observations, effect, low, high, yen, yen_low, "
    "yen_high, population, unit_yen, notes FROM studies ORDER BY recorded_at",
    (Column("sheet_year", "INTEGER", "シートの年度"), Column("project_id", "BIGINT", "予算事業ID"),
     Column("policy", "VARCHAR", "政策"), Column("indicator", "VARCHAR", "指標"), Column("method", "VARCHAR", "方法"),
     Column("units", "INTEGER", "団体の数"), Column("observations", "BIGINT", "観測の数"),
     Column("effect", "DOUBLE", "効果（指標の単位）"), Column("low", "DOUBLE", "95%区間の下"),
     Column("high", "DOUBLE", "95%区間の上"), Column("yen", "BIGINT", "年あたりの額（円）"),
     Column("yen_low", "BIGINT", "額の下（円）"), Column("yen_high", "BIGINT", "額の上（円）"),
     Column("population", "BIGINT", "対象の数"), Column("unit_yen", "BIGINT", "1件の額（円）"),
     Column("notes", "VARCHAR", "注意（JSONの列）")),
    "基盤を使う団体", "基盤での推定",
)  # fmt: skip
LOGIC = Dataset(
    "logic-models", "行政事業レビュー 効果発現経路",
    "シートの活動、アウトプット、アウトカム。目標と実績は年→値のJSON。",
    "SELECT sheet_year, project_id, number, kind, horizon, label, indicator, unit, direction, evidence, targets, "
    "results FROM logic_nodes ORDER BY sheet_year, project_id, number",
    (Column("sheet_year", "INTEGER", "シートの年度"), Column("project_id", "BIGINT", "予算事業ID"),
     Column("number", "INTEGER", "番号"), Column("kind", "VARCHAR", "種別"), Column("horizon", "VARCHAR", "期間"),
     Column("label", "VARCHAR", "目標"), Column("indicator", "VARCHAR", "指標"), Column("unit", "VARCHAR", "単位"),
     Column("direction", "VARCHAR", "改善の向き"), Column("evidence", "VARCHAR", "出典"),
     Column("targets", "VARCHAR", "目標値（年→値）"), Column("results", "VARCHAR", "実績値（年→値）")),
    "デジタル庁・内閣官房行政改革推進本部事務局", "行政事業レビュー見える化サイト",
)  # fmt: skip
BOOKS = Dataset(
    "budget-books", "予算書・決算書の事項",
    "事項ごとの額（円）。帳票（stage）と会計（account_type）をまたいで足してはならない。",
    "SELECT fiscal_year, stage, account_type, ministry, organization, section, item, amount, previous_amount, spent, "
    "address FROM book_items ORDER BY fiscal_year, stage, account_type, ministry, section, item",
    (Column("fiscal_year", "INTEGER", "年度"), Column("stage", "VARCHAR", "帳票"),
     Column("account_type", "VARCHAR", "会計"), Column("ministry", "VARCHAR", "所管"),
     Column("organization", "VARCHAR", "組織"), Column("section", "VARCHAR", "項"), Column("item", "VARCHAR", "事項"),
     Column("amount", "BIGINT", "額（円）"), Column("previous_amount", "BIGINT", "前年度または補正前（円）"),
     Column("spent", "BIGINT", "支出済（円、決算だけ）"), Column("address", "VARCHAR", "元のページ")),
    "財務省", "予算書・決算書データベース",
)  # fmt: skip
LOGIC_EDGES = Dataset(
    "logic-edges", "行政事業レビュー 効果発現経路のつながり", "効果発現経路の段階から段階へのつながり。",
    "SELECT sheet_year, project_id, from_no, to_no, reason FROM logic_edges "
    "ORDER BY sheet_year, project_id, from_no, to_no",
    (Column("sheet_year", "INTEGER", "シートの年度"), Column("project_id", "BIGINT", "予算事業ID"),
     Column("from_no", "INTEGER", "派生元の番号"), Column("to_no", "INTEGER", "派生先の番号"),
     Column("reason", "VARCHAR", "つながりの説明")),
    "デジタル庁・内閣官房行政改革推進本部事務局", "行政事業レビュー見える化サイト",
)  # fmt: skip
BUDGETS = Dataset(
    "budgets", "行政事業レビュー 会計ごとの予算", "シート・予算の年度・会計ごとの額（円）。",
    "SELECT sheet_year, project_id, budget_fy, account_category, account, sub_account, initial_budget, total_budget, "
    "executed, next_request FROM budgets ORDER BY sheet_year, project_id, budget_fy, account_category, account",
    (Column("sheet_year", "INTEGER", "シートの年度"), Column("project_id", "BIGINT", "予算事業ID"),
     Column("budget_fy", "INTEGER", "予算の年度"), Column("account_category", "VARCHAR", "会計区分"),
     Column("account", "VARCHAR", "会計"), Column("sub_account", "VARCHAR", "勘定"),
     Column("initial_budget", "BIGINT", "当初予算（円）"), Column("total_budget", "BIGINT", "歳出予算現額（円）"),
     Column("executed", "BIGINT", "執行額（円）"), Column("next_request", "BIGINT", "翌年度要求額（円）")),
    "デジタル庁・内閣官房行政改革推進本部事務局", "行政事業レビュー見える化サイト",
)  # fmt: skip
DESCRIPTIONS = Dataset(
    "indicator-descriptions", "指標の説明", "指標の名前、単位、良い向き、出典。値は分子÷分母×scale。",
    "SELECT id, title, unit, direction, source, scale, stale_after_days FROM indicators ORDER BY id",
    (Column("id", "VARCHAR", "指標"), Column("title", "VARCHAR", "名前"), Column("unit", "VARCHAR", "単位"),
     Column("direction", "VARCHAR", "良い向き（up・down）"), Column("source", "VARCHAR", "出典"),
     Column("scale", "DOUBLE", "分子÷分母に掛ける数（%は100）"),
     Column("stale_after_days", "INTEGER", "更新が遅れたと見る日数")),
    "基盤を使う自治体", "基盤の記録",
)  # fmt: skip
HISTORY = Dataset(
    "measure-history", "計画の施策の経過", "施策ごとの状況の変化。",
    "SELECT id, status, note, strftime(recorded_at, '%Y-%m-%dT%H:%M:%S') AS recorded_at FROM measure_status "
    "ORDER BY id, measure_status.recorded_at",
    (Column("id", "VARCHAR", "施策の番号"), Column("status", "VARCHAR", "状況"), Column("note", "VARCHAR", "説明"),
     Column("recorded_at", "TIMESTAMP", "記録した時刻（日本時間）")),
    "基盤を使う団体", "計画の進み具合の記録",
)  # fmt: skip
DATASETS = {
    dataset.id: dataset
    for dataset in (
        SHEETS, PAYEES, BUDGET_ITEMS, BUDGETS, LOGIC, LOGIC_EDGES, BOOKS, OBSERVATIONS, DESCRIPTIONS, MEASURES, HISTORY,
        STUDIES,
    )
}  # fmt: skip
"""Every public table by its id."""
