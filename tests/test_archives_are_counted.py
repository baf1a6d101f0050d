"""`archive status` counts what an archive holds and names what is missing, for people and for programs."""

import json
import re

from archives import mirror, page, write
from command import ROOT, bundler

RIVER = "".join(f"第{number}日清晨，河水又涨{number * 7}厘米，摆渡人把绳子系到更高的桩上。" for number in range(1, 13))


def archive(root):
    """Write a mirror with a page twice, one that says nothing, and one without a date."""
    mirror(root)
    page(root / "pages/other/b4.md", "河水上涨", RIVER)
    page(root / "pages/other/b5.md", "河水又涨了", RIVER[:-30])
    write(root / "pages/other/b6.md", "")
    write(root / "pages/other/b7.md", "### 没有日期的一篇\n\n<p>这一页没有写明是哪一天。<img src='missing.png'/></p>\n")
    return root


def test_numbers_add_up_and_the_rest_is_named(tmp_path):
    found = bundler("archive", "status", archive(tmp_path / "mirror"), "--json", home=tmp_path).json
    assert (found["archive"], found["reader"], found["articles"]) == ("mirror", "mirror", 6)
    assert found["months"] == {"2021-12": 5}
    assert found["undated"] == 1
    assert [(one["id"], one["articles"]) for one in found["sections"]] == [("other", 3), ("news", 3)]
    assert sum(found["publishers"].values()) == sum(found["languages"].values()) == 6
    assert found["pictures"] == {"present": 0, "missing": 1}
    assert found["duplicates"] == [{"id": "mirror/other/b5", "keeper": "mirror/other/b4"}]
    assert [(one["path"], one["reason"]) for one in found["unread"]] == []
    assert found["notes"]


def test_the_documentation_shows_the_same_object(tmp_path):
    found = bundler("archive", "status", archive(tmp_path / "mirror"), "--json", home=tmp_path).json
    text = (ROOT / "docs/command-line.md").read_text(encoding="utf-8")
    (documented,) = re.findall(r'```json\n(\{"archive": "mirror", "reader".*?)```', text, re.DOTALL)
    assert list(json.loads(documented)) == list(found)


def test_a_pipe_gets_names_and_numbers_without_bars(tmp_path):
    shown = bundler("archive", "status", archive(tmp_path / "mirror"), home=tmp_path)
    assert (shown.code, shown.err) == (0, "")
    assert re.search(r"^  2021-12 +5$", shown.out, re.MULTILINE)
    assert "mirror/other/b5 = mirror/other/b4" in shown.out
    assert "█" not in shown.out


def test_what_is_no_archive_is_said_in_a_sentence(tmp_path):
    done = bundler("archive", "status", tmp_path / "nowhere", home=tmp_path)
    assert done.code == 4
    assert done.err.startswith("error: ")
    assert "Traceback" not in done.err
