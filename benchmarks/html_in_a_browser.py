"""1,000 articles with codes as one HTML file beside pandoc's page of the same articles, opened in Chromium, in one run.

Both pages hold the same text, headings, notes and codes; pandoc's has a table of contents. Each is opened in turn in a
Chromium whose processor is slowed down four times: when the first contents are visible, when `load` comes, and for ours
how long the search takes to answer, from the key to the list. Medians of RUNS. `make bench` runs it.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from selenium.webdriver import Chrome

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT)]
ARTICLES, KILOBYTES = 1000, 16
RUNS = 3
SLOWER = 4
NOWHERE = 9
PAUSE_SECONDS = 2
TIMES = """
const [page] = performance.getEntriesByType("navigation");
const [paint] = performance.getEntriesByName("first-contentful-paint");
return [page.loadEventStart, paint ? paint.startTime : null];
"""
TYPE = """
const [words, done] = arguments;
const box = document.getElementById("search");
const start = performance.now();
box.value = words;
box.dispatchEvent(new Event("input"));
const found = document.querySelectorAll("#found li").length;
requestAnimationFrame(() => setTimeout(() => done([performance.now() - start, found])));
"""


def pages(folder: Path) -> tuple[Path, Path, float]:
    """Write our page and pandoc's; return both, and the peak memory of writing ours in MB."""
    import bundles  # noqa: PLC0415 - the path to it is set above
    import pypandoc  # noqa: PLC0415 - it looks for its binary when imported

    from bundler import writers  # noqa: PLC0415 - as above

    ours, theirs = folder / "ours.html", folder / "pandoc.html"
    bundle = bundles.many(ARTICLES, kilobytes=KILOBYTES)
    out = bundles.MemoryOutput()
    writers.writer("html").write(bundle, writers.writer("html").Options(), out, bundles.Work())
    (data,) = out.files.values()
    ours.write_bytes(data)
    bare = folder / "bare.html"
    bare.write_bytes(bundles.written("html", bundle, script="none"))
    command = [pypandoc.get_pandoc_path(), "-f", "html", "-t", "html5", "--standalone", "--embed-resources", "--toc"]
    subprocess.run([*command, "--metadata", "title=bench", str(bare), "-o", str(theirs)], check=True)
    return ours, theirs, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def opened(path: Path, folder: Path) -> tuple[float, float, list[float]]:
    """Open a page in a new browser; return first contents, load and the answers of the search, in milliseconds."""
    import browsing  # noqa: PLC0415 - as above

    with browsing.browser(folder, NOWHERE) as driver:
        driver.set_page_load_timeout(300)
        driver.set_script_timeout(120)
        driver.execute_cdp_cmd("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        driver.get(path.as_uri())
        browsing.until(driver, TIMES.replace("return [page.loadEventStart", "return paint && [page.loadEventStart"))
        load, paint = driver.execute_script(TIMES)
        return paint, load, answers(driver) if "ours" in path.name else []


def answers(driver: Chrome) -> list[float]:
    """Go to the search box as a reader does, type words, and return the milliseconds until their lists are shown."""
    driver.execute_script("document.getElementById('search').focus()")
    took = []
    for words in ("早点", "早點", "雨后 早晨"):
        time.sleep(PAUSE_SECONDS)
        elapsed, found = driver.execute_async_script(TYPE, words)
        took.append(elapsed if found else float("inf"))
    return took


def main() -> None:
    """Open both pages in turn and print the medians and their ratios."""
    with tempfile.TemporaryDirectory(prefix="bundler-bench-") as name:
        folder = Path(name)
        ours, theirs, memory = pages(folder)
        sizes = [path.stat().st_size / 1e6 for path in (ours, theirs)]
        print(f"{ARTICLES:,} articles; ours {sizes[0]:.1f} MB, pandoc's {sizes[1]:.1f} MB; {memory:.0f} MB of memory")
        runs = [(opened(ours, folder / f"a{turn}"), opened(theirs, folder / f"b{turn}")) for turn in range(RUNS)]
        paint, load = (statistics.median(own[at] for own, _ in runs) for at in (0, 1))
        peer_paint, peer_load = (statistics.median(peer[at] for _, peer in runs) for at in (0, 1))
        print(f"load            {load:7.0f} ms  pandoc {peer_load:7.0f} ms  ratio {load / peer_load:.2f}")
        print(f"first contents  {paint:7.0f} ms  pandoc {peer_paint:7.0f} ms  of its load {paint / peer_load:.2f}")
        took = [answer for own, _ in runs for answer in own[2]]
        print(f"search answers  {statistics.median(took):7.0f} ms, at most {max(took):.0f}")


if __name__ == "__main__":
    main()
