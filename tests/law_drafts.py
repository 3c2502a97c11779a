"""An ordinance in two versions, as text and as 法令標準XML, for the tests of the law check; invented."""

OLD = """れいし市水道事業給水条例
　　　　　　　　　　　　　令和六年れいし市条例第十号
目次
　第一章　総則（第一条・第二条）
　　　第一章　総則
　（趣旨）
第一条　この条例は、水道事業の給水について必要な事項を定める。
　（定義）
第二条　この条例において「書面」とは、紙に記載したものをいう。
　（申込み）
第三条　給水を受けようとする者は、市長に申込書を提出しなければならない。
２　前項の申込書には、次に掲げる書類を添付しなければならない。
　一　住民票の写し
　二　位置図
　（点検）
第四条　管理者は、給水装置を目視により点検しなければならない。
　（罰則）
第五条　第四条の規定による目視による点検を拒んだ者は、五万円以下の過料に処する。
"""

NEW = OLD.replace("目視により点検", "目視又は撮影した画像により点検").replace(
    "　（罰則）", "　（縦覧）\n第四条の二　市長は、計画を公衆の縦覧に供しなければならない。\n　（罰則）"
)

XML = """<?xml version="1.0" encoding="UTF-8"?>
<Law Era="Heisei" Lang="ja" LawType="MinisterialOrdinance" Num="1" Year="10">
<LawNum>平成十年国土交通省令第一号</LawNum>
<LawBody><LawTitle>試験施設の点検に関する省令</LawTitle>
<MainProvision>
<Article Num="1"><ArticleCaption>（点検）</ArticleCaption><ArticleTitle>第一条</ArticleTitle>
<Paragraph Num="1"><ParagraphNum/><ParagraphSentence><Sentence>管理者は、次に掲げる方法により施設を点検しなければ
  ならない。</Sentence></ParagraphSentence>
<Item Num="1"><ItemTitle>一</ItemTitle><ItemSentence><Sentence><Ruby>目視<Rt>もくし</Rt></Ruby>により行うこと。</Sentence></ItemSentence></Item>
<Item Num="2"><ItemTitle>二</ItemTitle><ItemSentence><Sentence>毎年一回、定期に検査を行うこと。</Sentence></ItemSentence></Item>
</Paragraph>
<Paragraph Num="2"><ParagraphNum>２</ParagraphNum><ParagraphSentence><Sentence>管理者は、結果を記載した書面（電磁的記録を含む。）を提出しなければならない。</Sentence></ParagraphSentence></Paragraph>
</Article>
<Article><ArticleTitle>第二条</ArticleTitle><Paragraph Num="1"><ParagraphSentence><Sentence>番号がない。</Sentence></ParagraphSentence></Paragraph></Article>
</MainProvision>
<AppdxStyle><AppdxStyleTitle>様式第一号</AppdxStyleTitle><StyleStruct><Style>申請者　氏名　㊞</Style></StyleStruct></AppdxStyle>
</LawBody></Law>
"""  # noqa: E501 as e-Gov writes it
