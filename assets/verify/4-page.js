// The page: files in, sentences out. What is chosen is kept in these variables and nowhere else.

const SIGNATURE = ".minisig";
const place = (id) => document.getElementById(id);
const state = { tongue: "en", newer: [], older: null, stops: new Set(), cards: [] };

// An element that says a sentence. What is filled in stands in <bdi>, so that no name turns the line around.
const sentence = (tag, key, values) => {
  const own = TONGUES[state.tongue];
  const element = document.createElement(tag);
  for (const part of own.says[key].split(/({[a-z]+})/)) {
    const filled = /^{[a-z]+}$/.test(part);
    const piece = filled ? document.createElement("bdi") : part;
    if (filled) piece.textContent = values[part.slice(1, -1)];
    element.append(piece);
  }
  if (own.foreign[key]) spoken(element, own.foreign[key]);
  return element;
};

const spoken = (element, tongue) => {
  element.lang = tongue;
  element.dir = TONGUES[tongue].dir;
};

// The furniture's language that is nearest to one that the reader's browser names.
const nearest = (wanted) => {
  const parts = wanted.toLowerCase().split(/[-_]/);
  if (parts[0] === "zh") return ["hant", "tw", "hk", "mo"].some((one) => parts.includes(one)) ? "zh-Hant" : "zh-Hans";
  return Object.keys(TONGUES).find((one) => one === parts[0]);
};

const speak = (tongue) => {
  state.tongue = tongue;
  spoken(document.documentElement, tongue);
  for (const element of document.querySelectorAll("[data-says]")) {
    const said = sentence("span", element.dataset.says, {});
    said.className = element.className;
    said.dataset.says = element.dataset.says;
    element.replaceWith(said);
  }
  document.title = TONGUES[tongue].says.title;
  draw();
};

const draw = () => {
  const older = state.older;
  const compared = older && older.result && older.result.seal;
  place("older-name").replaceChildren(...(older ? about(older, older.result && !compared) : []));
  place("found").replaceChildren(...state.newer.map((one) => row(one, compared)));
};

// What stands beside the older file: its name, and why there is nothing to compare with if its seal does not hold.
const about = (older, useless) => {
  const name = document.createElement("bdi");
  name.textContent = older.file.name;
  return useless ? [name, " ", sentence("strong", older.result.fault, {}), " ", sentence("span", "useless", {})] : [name];
};

const row = (one, older) => {
  const box = document.createElement("article");
  const name = document.createElement("h2");
  const inner = document.createElement("bdi");
  inner.textContent = one.file.name;
  name.append(inner);
  box.append(name);
  const waits = !one.result || (state.older && !state.older.result);
  if (waits) box.append(sentence("p", "wait", { percent: `${Math.floor(100 * one.read)}%` }));
  else box.append(...told(box, one.result, older));
  return box;
};

const told = (box, result, older) => {
  if (result.stop) {
    box.dataset.verdict = "stop-card";
    return [sentence("p", "stop_card", { digits: digits(result.stop) })];
  }
  if (result.card) {
    box.dataset.verdict = "key-card";
    return [sentence("p", "key_card", { digits: digits(result.card.key) })];
  }
  const seal = result.seal;
  const verdict = seal ? judge(seal, older, state.stops, state.cards) : result.fault;
  box.dataset.verdict = verdict;
  const words = sentence("p", verdict, { like: older ? state.older.file.name : "" });
  words.className = "verdict";
  if (!seal) return [words];
  const many = seal.volumes === "1" ? "edition" : "edition_part";
  const lines = [words, sentence("p", many, seal), sentence("p", `key_${seal.role}`, { digits: digits(seal.key) })];
  if (older && older.key === seal.key && older.role !== seal.role) lines.push(sentence("p", `before_${older.role}`, {}));
  return lines;
};

// Read a file once, and say how far it has come.
const read = async (one) => {
  const stop = await stopped(one.file).catch(() => null);
  const card = await carded(one.file, one.signature).catch(() => null);
  if (stop) state.stops.add(stop);
  if (card) state.cards.push(card);
  one.result = stop ? { stop } : card ? { card } : await check(one.file, (part) => {
    one.read = part;
    draw();
  });
  draw();
};

// What there is to be read: a signature beside the file that it signs is a part of it.
const parted = (files) => {
  const named = new Map(files.map((file) => [file.name, file]));
  return files
    .filter((file) => !file.name.endsWith(SIGNATURE) || !named.has(file.name.slice(0, -SIGNATURE.length)))
    .map((file) => ({ file, signature: named.get(file.name + SIGNATURE), result: null, read: 0 }));
};

const take = (files, asOlder) => {
  const taken = parted(Array.from(files));
  if (!taken.length) return;
  if (asOlder) state.older = taken[0];
  else state.newer = taken;
  draw();
  (asOlder ? taken.slice(0, 1) : taken).reduce((before, one) => before.then(() => read(one)), Promise.resolve());
};

for (const id of ["newer", "older"]) {
  place(id).addEventListener("change", (event) => {
    take(event.target.files, id === "older");
    event.target.value = "";
  });
}
document.addEventListener("dragover", (event) => event.preventDefault());
document.addEventListener("drop", (event) => {
  event.preventDefault();
  const target = event.target instanceof Element ? event.target : document.body;
  take(event.dataTransfer.files, target.closest("#older-well") !== null);
});
for (const tongue of Object.keys(TONGUES)) {
  const option = document.createElement("option");
  option.value = tongue;
  option.textContent = TONGUES[tongue].name;
  spoken(option, tongue);
  place("tongue").append(option);
}
place("tongue").addEventListener("change", (event) => speak(event.target.value));
const wanted = navigator.languages || [navigator.language];
speak(wanted.map(nearest).find(Boolean) || "en");
place("tongue").value = state.tongue;
place("silent").hidden = true;
place("speaking").hidden = false;
