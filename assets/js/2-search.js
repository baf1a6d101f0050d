// Search in the whole text. The index is made while the phone has nothing else to do, and lives in memory only.
const AT_ONCE = 8; // more than the screen of a phone holds; the others follow a moment later
const FOLLOWING = 50;
const BEFORE = 12;
const AROUND = 60;
const WORD = 24; // an excerpt is so much longer at most, to begin and end with whole words
const CELLS = "th, td";
const ASIDE = "[role=doc-noteref], [role=doc-backlink]";
const SPELT = /(?![\p{sc=Han}\p{sc=Hira}\p{sc=Kana}])[\p{L}\p{M}\p{N}\u200c]/u;
const INNER = /[\p{M}\ufe0f\u200d\udc00-\udfff]/u; // what nothing can begin with
const SLICE_MS = 40;
const IDLE_MS = 10; // a phone that scrolls does not notice it
const PAUSE_MS = 300;
const FRAMES = 12; // so many at most until the articles around a place have their true heights
const index = [];
let waiting = null; // articles that are not in the index yet; null before anybody asked for it
let asked = "";
let hurried = false; // somebody is at the search box
let next = 0; // the timer of the articles that follow
let rest = null; // adds the results that follow; null where there are none
let more = 0; // its timer
let listed = true; // the results are on the screen: the list grows there only, never above what somebody reads
let away = false; // somebody tapped a result, and may be in its article
let stale = false; // more was found meanwhile
let touched = 0; // how often somebody has touched the phone
let hiding = 0; // the timer of what hides behind them

function textOf(article) {
  const parts = [];
  for (const child of article.children) {
    if (!child.matches("footer, .code")) parts.push(worded(child).trim());
  }
  return parts.join("\n");
}

// Lines and the cells of a table stand apart, wherever they stand: no word is found across two of them. The number that
// calls a note and the arrow that leads back from it are no text.
function worded(node) {
  if (node.nodeName === "BR") return "\n";
  if (!node.firstElementChild) return node.matches?.(ASIDE) ? "" : node.textContent;
  if (!node.querySelector(`br, ${CELLS}, ${ASIDE}`)) return node.textContent;
  const parts = [...node.childNodes].map(worded);
  return node.querySelector(CELLS) ? parts.map((part) => part.trim()).filter(Boolean).join("\n") : parts.join("");
}

function whenIdle(go) {
  if (window.requestIdleCallback) requestIdleCallback(go);
  else setTimeout(go, PAUSE_MS);
}

// Read articles for a while, then let the reader's taps through, and go on: when the phone idles, or at once for who searches.
function read() {
  clearTimeout(next);
  const end = performance.now() + (hurried ? SLICE_MS : IDLE_MS);
  while (waiting.length && performance.now() < end) {
    const article = waiting.pop();
    const title = fold(article.querySelector("h2, h3").textContent);
    index.push({ article, text: fold(textOf(article)), title, head: fold(worded(article.firstElementChild).trim()).length });
  }
  if (asked && away && !listed) stale = true;
  else if (asked) show();
  if (!waiting.length) return;
  if (hurried) next = setTimeout(read);
  else whenIdle(read);
}

function prepare() {
  if (waiting) return;
  learn(document.getElementById("end") ? document.getElementById("end").dataset.same || "" : "");
  waiting = [...document.querySelectorAll("main > article")].reverse();
  whenIdle(read);
}

function hurry() {
  hurried = true;
  prepare();
  read();
}

// Wait until the page has jumped and the article, which may not have been laid out before, has its places.
function whenDrawn(go) {
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(go)));
}

// Return what must occur: words, and what stands between quotation marks as it stands.
function wordsOf(text) {
  const parts = fold(text).match(/"[^"]*"?|[^\s"]+/g) || [];
  return parts.map((part) => part.replaceAll("\"", "").trim()).filter(Boolean);
}

function matches(words) {
  const found = index.filter((one) => words.every((word) => one.text.includes(word)));
  const titled = (one) => words.every((word) => one.title.includes(word));
  return [...found.filter(titled), ...found.filter((one) => !titled(one))];
}

// Return where an excerpt is cut, going one way from a place: between words if such a place is near, or between letters.
function edge(raw, at, step, last) {
  const inside = (place) => place !== last && SPELT.test(raw[place - 1]) && SPELT.test(raw[place]);
  let place = at;
  while (inside(place) && Math.abs(place - at) < WORD) place += step;
  if (inside(place)) place = at;
  while (place !== last && INNER.test(raw[place])) place += step;
  return place;
}

function line(one, words) {
  const raw = textOf(one.article);
  const word = words.find((each) => one.text.includes(each, one.head)) || words[0];
  const inside = one.text.indexOf(word, one.head);
  const least = inside < 0 ? 0 : unfold(raw, 0, one.head);
  const start = unfold(raw, 0, inside < 0 ? one.text.indexOf(word) : inside);
  const end = unfold(raw, start, word.length);
  const from = edge(raw, Math.max(least, start - BEFORE), -1, least);
  const to = edge(raw, Math.min(raw.length, end + AROUND), 1, raw.length);
  const mark = document.createElement("mark");
  mark.textContent = raw.slice(start, end);
  const said = document.createElement("small");
  said.append((from > least ? "…" : "") + raw.slice(from, start), mark, raw.slice(end, to) + (to < raw.length ? "…" : ""));
  const title = document.createElement("bdi");
  title.textContent = one.article.querySelector("h2, h3").textContent;
  const link = document.createElement("a");
  link.href = `#${one.article.id}`;
  link.lang = one.article.lang;
  said.dir = one.article.dir;
  link.append(title, " ", said);
  link.addEventListener("click", () => whenDrawn(() => reveal(one.article, [word, ...words])));
  const item = document.createElement("li");
  item.append(link);
  return item;
}

// Hide everything but what was found, or show it again.
function cover(whether) {
  document.getElementById("contents").hidden = whether;
  document.querySelector("main").toggleAttribute("data-covered", whether);
}

// Add the results from one place on, a few at a time, so that the phone answers in between.
function add(found, from, words) {
  document.getElementById("found").append(...found.slice(from, from + FOLLOWING).map((one) => line(one, words)));
  follows(found, from + FOLLOWING, words);
}

function follows(found, from, words) {
  rest = from < found.length ? () => add(found, from, words) : null;
  go();
}

function go() {
  clearTimeout(more);
  if (rest && listed) more = setTimeout(rest, PAUSE_MS);
}

// Say how many were found, so far, and show the first of them, which fill a screen; what stands below goes a moment later.
function show() {
  const words = wordsOf(asked);
  const found = words.length ? matches(words) : [];
  const list = document.getElementById("found");
  const count = document.getElementById("count");
  list.replaceChildren(...found.slice(0, AT_ONCE).map((one) => line(one, words)));
  list.hidden = !found.length;
  stale = false;
  clearTimeout(hiding);
  follows(found, AT_ONCE, words);
  if (!away) hiding = setTimeout(() => cover(words.length > 0), PAUSE_MS);
  const said = count.dataset.said.replace("{n}", String(found.length)) + (waiting.length ? "…" : "");
  count.textContent = words.length ? said : "";
  if (!words.length) cover(false);
}

// Let a link land: what it leads to may be hidden behind the results, which stay for who comes back from one of them. Only
// the contents take their place. What was read before then stands elsewhere, and is looked for by who goes back to it.
function follow(link) {
  touched += 1;
  if (!asked) return;
  history.replaceState("searched", "");
  if (link.closest("#found")) {
    away = true;
    clearTimeout(hiding);
    clearTimeout(more);
    document.querySelector("main").removeAttribute("data-covered");
  } else if (link.hash.startsWith("#to-")) {
    asked = document.getElementById("search").value = "";
    show();
  }
}

function goBack(event) {
  touched += 1;
  go();
  if (enlarged || !(asked || event.state === "searched")) return;
  whenDrawn(() => {
    const [, name = "found"] = document.URL.split("#");
    const target = document.getElementById(decodeURIComponent(name)) || document.body;
    const place = target.getBoundingClientRect();
    if (!asked || place.bottom < 0 || place.top > innerHeight) target.scrollIntoView();
  });
}

// How found words look: made here, because validators do not know the name yet.
function colourFound() {
  if (!window.CSS || !CSS.highlights || !document.adoptedStyleSheets) return;
  const style = new CSSStyleSheet();
  style.replaceSync("::highlight(found) { background: #ffe58a; color: #1c1b1a }");
  document.adoptedStyleSheets = [style];
}

// Return all places where a word stands in an article.
function placesIn(article, word) {
  const found = [];
  const walker = document.createTreeWalker(article, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) found.push(...places(walker.currentNode, word));
  return found;
}

// Return all places where it stands in one node of text.
function places(node, word) {
  const folded = fold(node.data);
  const found = [];
  for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word, at + word.length)) {
    const range = document.createRange();
    const start = unfold(node.data, 0, at);
    range.setStart(node, start);
    range.setEnd(node, unfold(node.data, start, word.length));
    found.push(range);
  }
  return found;
}

// Bring an article to the top of the screen, or a place deep in it to the middle, and again while what is above grows,
// unless somebody touches the phone meanwhile.
function settle(article, place, frames, since) {
  if (since !== touched) return;
  const top = article.getBoundingClientRect().top;
  const deep = place && place.getBoundingClientRect().bottom - top > innerHeight;
  scrollBy(0, deep ? place.getBoundingClientRect().top - innerHeight / 2 : top);
  if (frames) requestAnimationFrame(() => settle(article, place, frames - 1, since));
}

// Colour all places where words stand in an article, and bring that of the first word in its text onto the screen.
function reveal(article, words) {
  const ranges = [...new Set(words)].flatMap((word) => placesIn(article, word));
  const first = ranges.find((range) => !range.startContainer.parentElement.closest("header"));
  settle(article, first, FRAMES, touched);
  if (window.CSS && CSS.highlights) CSS.highlights.set("found", new Highlight(...ranges));
}

function startSearch() {
  const box = document.getElementById("search");
  colourFound();
  addEventListener("load", () => whenIdle(prepare));
  addEventListener("popstate", goBack);
  for (const name of ["touchstart", "wheel", "keydown", "pointerdown"]) {
    addEventListener(name, () => { touched += 1; }, { passive: true });
  }
  new IntersectionObserver(([list]) => {
    listed = list.isIntersecting;
    if (listed && stale) show();
    go();
  }).observe(document.getElementById("found"));
  box.addEventListener("focus", hurry);
  box.addEventListener("input", () => {
    asked = box.value;
    away = false;
    hurry();
    if (!asked) show();
  });
  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Enter") box.blur();
    if (event.key !== "Escape") return;
    asked = box.value = "";
    show();
  });
}
