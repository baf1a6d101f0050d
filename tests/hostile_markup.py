"""Hostile markup and deceiving text (classes C, H and I) as archives of two kinds, for every test that builds them."""

import json
from pathlib import Path

from pages import put

SCRIPT = "https://attacker.example/x.js"
LAUGHS = "".join(f'<!ENTITY h{n} "{f"&h{n - 1};" * 10}">' for n in range(1, 12))
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="40" height="40">{}</svg>'
)

CASES: dict[str, tuple[str, set[str]]] = {
    "case_29_billion_laughs": (f'<!DOCTYPE x [<!ENTITY h0 "ha">{LAUGHS}]><i>&h11;</i>', set()),
    "case_30_quadratic": (f'<!DOCTYPE x [<!ENTITY q "{"长" * 5000}">]><i>{"&q;" * 500}</i>', set()),
    "case_31_external_entity": ('<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><i>&f;</i>', set()),
    "case_32_parameter_entity": (
        '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://attacker.example/p.dtd"> %p;]><i>字</i>',
        set(),
    ),
    "case_33_xinclude": (
        '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/passwd" parse="text">',
        set(),
    ),
    "case_34_svg_script": (SVG.format(f'<script href="{SCRIPT}">alert(1)</script>'), {"drawing-dropped"}),
    "case_34_svg_onload": ("<svg onload=alert(1)>", {"drawing-dropped"}),
    "case_35_foreign_object": (
        SVG.format("<foreignObject><iframe src=javascript:alert(1)></iframe></foreignObject>"),
        {"drawing-dropped"},
    ),
    "case_36_svg_use_image": (
        SVG.format('<use xlink:href="//attacker.example/a.svg#a"/><image href="//attacker.example/a.png"/>'),
        {"drawing-dropped"},
    ),
    "case_37_svg_set": (
        SVG.format('<a><set attributeName="href" to="javascript:alert(1)"/><text>点</text></a>'),
        {"drawing-dropped"},
    ),
    "case_38_svg_import": (SVG.format("<style>@import '//attacker.example/a.css';</style>"), {"drawing-dropped"}),
    "case_39_xml_stylesheet": ('<?xml-stylesheet href="//attacker.example/a.xsl" type="text/xsl"?>', set()),
    "case_40_xslt": (
        (
            '<xsl:stylesheet version="1.0"><xsl:template match="/"><xsl:value-of select="document(\'/etc/passwd\')"/>'
            "</xsl:template></xsl:stylesheet>"
        ),
        set(),
    ),
    "case_99_script": (f"<ScRiPt src={SCRIPT}>alert(1)</sCrIpT >", {"script-dropped"}),
    "case_99_script_slash": (f'<script/x src="{SCRIPT}">alert(1)</script>', {"script-dropped"}),
    "case_99_script_nested": ("<scr<script>ipt>alert(1)</script>", set()),
    "case_100_handlers": (
        (
            "<b onclick=alert(1) OnMouseOver=\"alert(1)\" onfocus='alert(1)' autofocus tabindex=1>粗</b>"
            "<details ontoggle=alert(1) open><summary>概</summary></details><img/onerror=alert(1)//src=x>"
        ),
        {"picture-missing"},
    ),
    "case_101_java_line_script": ('<a href="java&#10;script:alert(1)">一</a>', {"link-dropped"}),
    "case_101_control_javascript": ('<a href="&#1;JavaScript&colon;alert(1)">二</a>', {"link-dropped"}),
    "case_101_tab_vbscript": ('<a href="vb&Tab;script:alert(1)">三</a>', {"link-dropped"}),
    "case_102_data_html": ('<a href="data:text/html,<script>alert(1)</script>">四</a>', {"link-dropped"}),
    "case_103_meta_refresh": ('<meta http-equiv=refresh content="0;url=javascript:alert(1)">', set()),
    "case_104_base": ("<base href=https://attacker.example/ target=_top>", set()),
    "case_105_iframe": (
        '<iframe src="https://attacker.example/f" srcdoc="&lt;script>alert(1)&lt;/script>"></iframe>',
        {"embed-omitted"},
    ),
    "case_105_object_embed": (
        "<object data=data:text/html,x><param name=a></object><embed src=javascript:alert(1)>",
        {"embed-omitted"},
    ),
    "case_106_form": (
        (
            "<form action=https://attacker.example/><p>表内</p><button formaction=javascript:alert(1)>按</button>"
            "<input type=image src=https://attacker.example/i.png value=图 formaction=//attacker.example></form>"
        ),
        {"control-dropped"},
    ),
    "case_107_template": ("<template><script>alert(1)</script></template>", set()),
    "case_107_noscript": ('<noscript><p title="</noscript><img src=x onerror=alert(1)>">隐</p></noscript>', set()),
    "case_107_xmp": ("<xmp><script>alert(1)</script></xmp>", set()),
    "case_107_select": (
        "<select><button><selectedcontent></selectedcontent></button><option><img src=x onerror=alert(1)>选</select>",
        {"control-dropped"},
    ),
    "case_107_comment": ('<!--><img src=x onerror=alert(1)>--!><i title="--><script>alert(1)</script>">注</i>', set()),
    "case_108_math_confusion": (
        (
            "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>"
            "</table></mtext></math>"
        ),
        set(),
    ),
    "case_108_svg_confusion": ("<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'></style></svg>", set()),
    "case_109_style": (
        (
            "<style>@import '//attacker.example/a.css';@font-face{font-family:x;src:url(//attacker.example/f)}</style>"
            "<i style=\"background:url('//attacker.example/b');width:expression(alert(1))\">斜</i>"
        ),
        set(),
    ),
    "case_110_hints": (
        (
            "<link rel=preconnect href=//attacker.example><link rel=dns-prefetch href=//attacker.example>"
            "<link rel=prefetch href=//attacker.example/a><link rel=stylesheet href=//attacker.example/a.css>"
            '<script type=speculationrules>{"prefetch":[{"urls":["//attacker.example"]}]}</script>'
        ),
        {"script-dropped"},
    ),
    "case_111_clobbering": (
        (
            "<a id=body name=cookie href='#body'>身</a><h3 id=body>同</h3><h3 id=body>同</h3><img name=getElementById>"
            "<p id=__proto__>原</p><a href='#__proto__'>回</a>"
        ),
        {"picture-missing"},
    ),
    "case_112_media": (
        (
            "<img srcset='//attacker.example/1.png 1x' src=//attacker.example/2.png alt=替>"
            "<a ping=https://attacker.example/p href=https://shop.example/x>链</a>"
            "<video src=//attacker.example/v poster=//attacker.example/p><track src=//attacker.example/t></video>"
            "<audio src=//attacker.example/a autoplay></audio><html manifest=//attacker.example/m>"
        ),
        {"picture-missing", "video-omitted", "audio-omitted"},
    ),
    "case_113_bidi": ("<i>\u202eexe.文&#x202e;\u2067开</i>", {"direction-controls-dropped"}),
    "case_114_homoglyph": ("<a href='https://xn--pple-43d.com/a'>apple.com</a>", {"link-host-shown"}),
    "case_115_invisible": ("<i>水\u200b\u200c\u200d\u2060\u200b印&#x200c;&#x2063;记</i>", {"invisible-dropped"}),
    "case_116_title_empty": ("<i>无题</i>", set()),
    "case_116_title_emoji": ("<i>表情</i>", set()),
    "case_116_title_megabyte": ("<i>长题</i>", set()),
}
"""Name, markup and the codes of the notes that it must leave."""
TITLES = {"case_116_title_empty": "", "case_116_title_emoji": "😀🎉", "case_116_title_megabyte": "长题" * 170_000}
TITLES["case_113_bidi"] = "附件 \u202egpj.exe \u2067"
PLAIN = "安静的一页"


def before(name: str) -> str:
    """Return what stands in front of a case."""
    return f"序{list(CASES).index(name):02}甲从这里开始"


def after(name: str) -> str:
    """Return what stands behind a case."""
    return f"尾{list(CASES).index(name):02}乙在这里结束"


def markdown(folder: Path) -> None:
    """Write the cases as a folder of Markdown, the title as YAML escapes it."""
    for name, (payload, _) in CASES.items():
        body = f"<div><p>{before(name)}</p>\n{payload}\n<p>{after(name)}</p></div>\n"
        put(folder, f"{name}.md", f"---\ntitle: {json.dumps(TITLES.get(name, f'第{name}页'))}\n---\n\n{body}")
    put(folder, "plain.md", f"---\ntitle: {PLAIN}\n---\n\n这一页什么也没有发生。\n")


def mirror(folder: Path) -> None:
    """Write the cases as pages of a mirror."""
    home = "#### [首页](https://code.example/m/blob/main/README.md)\n\n"
    for name, (payload, _) in CASES.items():
        title = TITLES.get(name, f"第{name}页")
        body = f"<div><p>{before(name)}</p>\n{payload}\n<p>{after(name)}</p></div>\n"
        put(folder, f"pages/prog/{name}.md", f"### {title}\n------\n\n{home}\n\n{body}<hr/>\n")
    put(folder, "pages/prog/plain.md", f"### {PLAIN}\n------\n\n{home}<p>这一页什么也没有发生。</p>\n<hr/>\n")
