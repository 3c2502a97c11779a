"""A small pack that passes the check, to begin a new one from."""

FILES = {
    "pack.yaml": """\
# What the service is for, in one line.
id: PACK_ID
office: {kind: municipality, which: residence}
affair: self
law:
  - law: 405AC0000000088
    title: 行政手続法
    article: "37"
    text: 届出は、形式上の要件に適合して到達したときに義務が履行される
survey: {type: 申請等, filer: 国民等, receiver: 地方等}
facts:
  name:
    type: person_name
    source: {holder: origin, item: resident.basic, path: name}
    edit: fixed
  wish:
    type: text
    source: {ask: 本人の希望は本人だけが知っている}
form:
  - {id: notice, facts: [name, wish]}
steps:
  - id: decide
    kind: decide
    role: officer
    auto: 届出が整っている
    deadline: {days: 7, basis: 行政手続法6条の標準処理期間}
    outcomes: {accepted: tell, refused: tell}
  - {id: tell, kind: notify, role: officer, notice: accepted, outcomes: {done: end}}
rule_facts:
  氏名あり: {fact: name, any: true}
notices: [accepted]
""",
    "rules.yaml": """\
id: PACK_ID
title: 届出
law: {id: 405AC0000000088, title: 行政手続法}
facts:
  氏名あり: {type: boolean, source: resident.basic}
variables:
  届出が整っている:
    type: boolean
    formula: 氏名あり
    article: "37"
    yes: {ja: 必要なことがそろっています。, ja-easy: ぜんぶ あります。, en: Everything needed is there.}
    no: {ja: 氏名がありません。, ja-easy: なまえが ありません。, en: The name is missing.}
    unknown: {ja: まだ分かりません。, ja-easy: まだ わかりません。, en: Not known yet.}
outputs: [届出が整っている]
""",
    "golden.yaml": """\
- {name: 氏名がある, on: 2026-04-01, facts: {氏名あり: true}, expect: {届出が整っている: true}, basis: 行政手続法37条}
- {name: 氏名がない, on: 2026-04-01, facts: {氏名あり: false}, expect: {届出が整っている: false}, basis: 行政手続法37条}
""",
    "texts.ja.yaml": """\
title: 新しい届出
summary: 何のための届出かを一文で書く。
office: "{agency}長"
form: {notice: 届出の内容}
facts: {name: 氏名, wish: 希望すること}
steps: {decide: 受理, tell: お知らせ}
notices: {accepted: {title: 受け付けました, body: 届出を受け付けました。}}
""",
    "texts.ja-easy.yaml": """\
title: あたらしい とどけ
summary: なんの ための とどけかを 書(か)く。
office: やくしょ
form: {notice: 知(し)らせること}
facts: {name: なまえ, wish: してほしいこと}
steps: {decide: 受(う)け付(つ)ける, tell: 知(し)らせる}
notices: {accepted: {title: 受(う)け付(つ)けました, body: 届(とど)けを 受(う)け付(つ)けました。}}
""",
    "texts.en.yaml": """\
title: New notification
summary: Say in one sentence what it is for.
office: The mayor
form: {notice: Content}
facts: {name: Name, wish: What you wish}
steps: {decide: Acceptance, tell: Message}
notices: {accepted: {title: Received, body: Your notification was received.}}
""",
}
