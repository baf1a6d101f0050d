"""The smallest EPUB that the gate passes, member by member, so that a test can break any one of them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping

from bundler import qr
from bundler.gate import Expected

ARTICLE = "a0123456789"
PAYLOAD = "https://mirror.example/one"
CHAPTER = f"""<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" xml:lang="zh-Hans" lang="zh-Hans">
<head><title>渡口</title><link rel="stylesheet" type="text/css" href="../book.css"/></head>
<body epub:type="bodymatter">
<article id="{ARTICLE}"><h1 id="{ARTICLE}-top">渡口</h1>
<p>船还没有来。<a href="#{ARTICLE}-top">回到开头</a> <a href="https://mirror.example/" rel="noreferrer">镜像</a></p>
<figure class="code"><img src="../code.png" alt=""/></figure></article>
</body></html>
"""
NAV = f"""<?xml version="1.0" encoding="utf-8"?>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops">
<head><title>目录</title></head>
<body><nav epub:type="toc"><ol><li><a href="text/one.xhtml#{ARTICLE}">渡口</a></li></ol></nav></body></html>
"""
NCX = f"""<?xml version="1.0" encoding="utf-8"?>
<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/" version="2005-1"><navMap><navPoint id="n1"><navLabel><text>渡口</text>
</navLabel><content src="text/one.xhtml#{ARTICLE}"/></navPoint></navMap></ncx>
"""
PACKAGE = """<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id"><metadata/>
<manifest>
<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="one" href="text/one.xhtml" media-type="application/xhtml+xml"/>
<item id="css" href="book.css" media-type="text/css"/>
<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>
<item id="code" href="code.png" media-type="image/png"/>
</manifest>
<spine toc="ncx"><itemref idref="one"/></spine></package>
"""
CONTAINER = """<?xml version="1.0"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="EPUB/content.opf" media-type="application/oebps-package+xml"/></rootfiles></container>
"""
ONE, OPF, CSS, CODE = "EPUB/text/one.xhtml", "EPUB/content.opf", "EPUB/book.css", "EPUB/code.png"
MEMBERS: Mapping[str, bytes] = {
    "mimetype": b"application/epub+zip",
    "META-INF/container.xml": CONTAINER.encode(),
    OPF: PACKAGE.encode(),
    "EPUB/nav.xhtml": NAV.encode(),
    ONE: CHAPTER.encode(),
    CSS: b"p{text-indent:2em}",
    "EPUB/toc.ncx": NCX.encode(),
    CODE: qr.png(qr.matrix(PAYLOAD)),
}

Dress = Callable[[zipfile.ZipInfo], None]


def wanted(*forbidden: str) -> Expected:
    """Say what the book must hold."""
    return Expected((ARTICLE,), {PAYLOAD: 1}, forbidden)


def packed(members: Mapping[str, bytes], dress: Dress = lambda _: None) -> bytes:
    """Pack members in their order as our writer does; `dress` changes what the archive says of each."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.create_system, info.external_attr = 3, 0o644 << 16
            info.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            dress(info)
            archive.writestr(info, data)
    return out.getvalue()
