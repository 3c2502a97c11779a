"""What each kind of agency has on its disk: tables as such an office might have them, and the mapping file to items."""

from __future__ import annotations

from dataclasses import dataclass

from kiban.exchange.model import AgencyKind

CODE = "person_code"


@dataclass(frozen=True, slots=True)
class AgencySpec:
    """One simulated agency."""

    id: str
    kind: AgencyKind
    name: str


DEMO = (
    AgencySpec("302023", AgencyKind.MUNICIPALITY, "海南市"),
    AgencySpec("302015", AgencyKind.MUNICIPALITY, "和歌山市"),
    AgencySpec("nenkin", AgencyKind.PENSION, "日本年金機構"),
    AgencySpec("tax-office", AgencyKind.TAX_OFFICE, "海南税務署"),
    AgencySpec("health-insurer", AgencyKind.HEALTH_INSURER, "全国健康保険協会"),
    AgencySpec("elderly-30", AgencyKind.ELDERLY_UNION, "和歌山県後期高齢者医療広域連合"),
    AgencySpec("education-302023", AgencyKind.EDUCATION_BOARD, "海南市教育委員会"),
    AgencySpec("education-302015", AgencyKind.EDUCATION_BOARD, "和歌山市教育委員会"),
    AgencySpec("digital-agency", AgencyKind.DIGITAL_AGENCY, "デジタル庁"),
    AgencySpec("portal", AgencyKind.PORTAL, "マイナポータル"),
)

RESIDENT_COLUMNS = (
    "household_id",
    "position",
    "relation",
    "family",
    "given",
    "family_kana",
    "given_kana",
    "birth_date",
    "sex",
    "address",
    "resident_since",
    "moved_out",
    "active",
)

REMOVED_COLUMNS = (*RESIDENT_COLUMNS[:9], "died_on")
"""除票: a record that was taken out of the resident register, here by death; the household as it was."""

TABLES: dict[AgencyKind, dict[str, tuple[str, ...]]] = {
    AgencyKind.MUNICIPALITY: {
        "residents": RESIDENT_COLUMNS,
        "removed": REMOVED_COLUMNS,
        "care": ("insured", "number", "since", "until"),
        "tax": ("fiscal_year", "total_income", "dependents", "exempt"),
        "nhi": ("insured", "symbol", "number", "branch", "since", "until", "funeral"),
        "levied": ("fixed_asset", "resident", "represented", "representative"),
        "families": ("record",),
        "kin": ("family_id",),
        "kin_deceased": ("family_id", *RESIDENT_COLUMNS[1:10], "died_on", "municipality"),
        "allowance": ("recipient", "monthly", "paid_through", "since", "until", "unpaid"),
        "allowance_children": ("parent",),
    },
    AgencyKind.PENSION: {
        "pension": ("category", "since"),
        "benefits": ("recipient", "employees", "number_recorded", "unpaid", "until"),
    },
    AgencyKind.TAX_OFFICE: {"returns": ("year", "income", "filed")},
    AgencyKind.HEALTH_INSURER: {"insurance": ("insured", "insurer", "since")},
    AgencyKind.ELDERLY_UNION: {"elderly": ("insured", "number", "since", "until", "funeral")},
    AgencyKind.EDUCATION_BOARD: {"school": ("school_name", "school_code", "grade", "since", "until")},
    AgencyKind.DIGITAL_AGENCY: {
        "accounts": ("bank_code", "bank", "branch_code", "branch", "type", "number", "holder_kana"),
    },
    AgencyKind.PORTAL: {},
}
"""Kind → table → columns beside the person's code."""

PARENT = "parent"
"""The only other column that holds a person: who receives the allowance for a child."""

NAME = "name.family: family, name.given: given, name.family_kana: family_kana, name.given_kana: given_kana"
SET_NAME = (
    "family: name.family, given: name.given, family_kana: maybe name.family_kana, given_kana: maybe name.given_kana,"
    " birth_date: birth_date, sex: sex"
)
MUNICIPALITY = f"""\
source: {{sqlite: register.sqlite}}
items:
  resident.basic:
    table: residents
    code: {CODE}
    fields: {{{NAME}, birth_date: birth_date, sex: sex, address: "address:json", resident_since: resident_since}}
  resident.household:
    table: residents
    code: {CODE}
    fields: {{household_id: household_id}}
    list:
      {{as: members, table: residents, by: household_id, link: {CODE}, order: position, where: {{active: 1}},
       fields: {{relation: relation, {NAME}, birth_date: birth_date, sex: sex}}}}
  resident.deceased:
    table: residents
    code: {CODE}
    fields: {{household_id: household_id, relation: relation}}
    list:
      {{as: deceased, table: removed, by: household_id, link: {CODE}, order: position,
       fields: {{relation: relation, {NAME}, birth_date: birth_date, sex: sex, died_on: died_on}}}}
  tax.income:
    table: tax
    code: {CODE}
    fields: {{fiscal_year: "fiscal_year:int", total_income: "total_income:int", dependents: "dependents:int",
             exempt: "exempt:bool"}}
  tax.levied:
    table: levied
    code: {CODE}
    fields: {{fixed_asset: "fixed_asset:bool", resident: "resident:bool", represented: "represented:bool",
             representative: representative}}
  family.register:
    table: families
    code: {CODE}
    fields: {{record: "record:json"}}
  family.deceased:
    table: kin
    code: {CODE}
    fields: {{}}
    list:
      {{as: deceased, table: kin_deceased, by: family_id, link: {CODE}, order: position,
       fields: {{relation: relation, {NAME}, birth_date: birth_date, sex: sex, died_on: died_on,
                address: "address:json", municipality: municipality}}}}
  nhi.qualification:
    table: nhi
    code: {CODE}
    fields: {{insured: "insured:bool", symbol: symbol, number: number, branch: branch, since: since, until: until,
             funeral: "funeral:bool"}}
  care.qualification:
    table: care
    code: {CODE}
    fields: {{insured: "insured:bool", number: number, since: since}}
  allowance.child:
    table: allowance
    code: {CODE}
    fields: {{recipient: "recipient:bool", monthly: "monthly:int", paid_through: paid_through,
             unpaid: "unpaid:int"}}
    list: {{as: children, table: allowance_children, by: parent, match: {CODE}, link: {CODE}, fields: {{}}}}
changes:
  moved_in:
    {{write: residents, code: {CODE}, holds: true, set: {{{SET_NAME}, household_id: household_id,
      position: maybe position, relation: relation, address: address, resident_since: date, active: "=1"}}}}
  moved_within: {{update: residents, code: {CODE}, set: {{address: address, resident_since: date}}}}
  head_changed: {{update: residents, code: {CODE}, set: {{relation: "=世帯主"}}}}
  moved_out: {{update: residents, code: {CODE}, set: {{active: "=0", moved_out: date}}}}
  nhi_enrolled:
    {{write: nhi, code: {CODE}, holds: true,
     set: {{insured: "=1", symbol: maybe symbol, number: number, branch: maybe branch, since: since, funeral: "=0"}}}}
  nhi_left: {{update: nhi, code: {CODE}, set: {{insured: "=0", until: date}}}}
  nhi_funeral: {{update: nhi, code: {CODE}, set: {{funeral: "=1"}}}}
  tax_representative: {{update: levied, code: {CODE}, set: {{represented: "=1", representative: representative.name}}}}
  care_left: {{update: care, code: {CODE}, set: {{insured: "=0", until: date}}}}
  allowance_started:
    {{write: allowance, code: {CODE}, holds: true,
     set: {{recipient: "=1", monthly: monthly, since: since, paid_through: maybe paid_through}}}}
  allowance_settled: {{update: allowance, code: {CODE}, set: {{unpaid: "=0"}}}}
  allowance_changed: {{update: allowance, code: {CODE}, set: {{monthly: monthly}}}}
  allowance_ended:
    {{update: allowance, code: {CODE}, set: {{recipient: "=0", until: date, paid_through: maybe paid_through}}}}
"""
PENSION = f"""\
source: {{sqlite: register.sqlite}}
items:
  pension.category: {{table: pension, code: {CODE}, fields: {{category: category, since: since}}}}
  pension.benefit:
    table: benefits
    code: {CODE}
    fields: {{recipient: "recipient:bool", employees: "employees:bool", number_recorded: "number_recorded:bool",
             unpaid: "unpaid:int"}}
changes:
  benefit_ended: {{update: benefits, code: {CODE}, set: {{recipient: "=0", until: date}}}}
  unpaid_settled: {{update: benefits, code: {CODE}, set: {{unpaid: "=0"}}}}
  category_changed: {{write: pension, code: {CODE}, holds: true, set: {{category: category, since: since}}}}
"""
TAX_OFFICE = f"""\
source: {{sqlite: register.sqlite}}
items:
  tax.return: {{table: returns, code: {CODE}, fields: {{year: "year:int", income: "income:int", filed: "filed:bool"}}}}
changes: {{}}
"""
HEALTH_INSURER = f"""\
source: {{sqlite: register.sqlite}}
items:
  health.qualification:
    table: insurance
    code: {CODE}
    fields: {{insured: "insured:bool", insurer: insurer, since: since}}
changes: {{}}
"""
ELDERLY_UNION = f"""\
source: {{sqlite: register.sqlite}}
items:
  elderly.qualification:
    table: elderly
    code: {CODE}
    fields: {{insured: "insured:bool", number: number, since: since, until: until, funeral: "funeral:bool"}}
changes:
  elderly_funeral: {{update: elderly, code: {CODE}, set: {{funeral: "=1"}}}}
"""
EDUCATION_BOARD = f"""\
source: {{sqlite: register.sqlite}}
items:
  school.enrolment:
    table: school
    code: {CODE}
    fields: {{school_name: school_name, school_code: school_code, grade: "grade:int", since: since}}
changes:
  school_entered:
    {{write: school, code: {CODE}, holds: true,
     set: {{school_name: maybe school_name, school_code: maybe school_code, grade: grade, since: since}}}}
  school_left: {{update: school, code: {CODE}, set: {{until: date}}}}
"""
DIGITAL_AGENCY = f"""\
source: {{sqlite: register.sqlite}}
items:
  account.public:
    table: accounts
    code: {CODE}
    fields: {{bank_code: bank_code, bank: bank, branch_code: branch_code, branch: branch, type: type, number: number,
             holder_kana: holder_kana}}
changes:
  account_registered:
    {{write: accounts, code: {CODE}, holds: true, set: {{bank_code: bank_code, bank: bank, branch_code: branch_code,
      branch: branch, type: type, number: number, holder_kana: holder_kana}}}}
"""
MAPPINGS: dict[AgencyKind, str] = {
    AgencyKind.MUNICIPALITY: MUNICIPALITY,
    AgencyKind.PENSION: PENSION,
    AgencyKind.TAX_OFFICE: TAX_OFFICE,
    AgencyKind.HEALTH_INSURER: HEALTH_INSURER,
    AgencyKind.ELDERLY_UNION: ELDERLY_UNION,
    AgencyKind.EDUCATION_BOARD: EDUCATION_BOARD,
    AgencyKind.DIGITAL_AGENCY: DIGITAL_AGENCY,
}
