// One form for all the ways to write a text, so that a search finds it: what bundler/words.py does, by UTF-16 unit,
// and more, because a phone's keyboard has few accents and no typographic signs.
const DROPPED = /[\p{Cf}\u0300-\u036f\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed\ufe00-\ufe0f]/gu;
const KANA = /[\u3040-\u30ff\uff66-\uff9f]/;
const ALIKE = "یيى کك هة iı dđ lł oø '‘’ʻʼ′ -‐‒–—―− \"“”„«»「」『』";
const SAME = {};
for (const group of ALIKE.split(" ")) for (const one of group) SAME[one] = group[0];
const NOTHING = 1;
const known = new Uint16Array(0x10000); // by unit: 0 not yet asked, NOTHING where it is left out, else what it counts as
const unitsToText = new TextDecoder("utf-16le");

// Learn which characters are one in Simplified and Traditional Chinese: "国國 发發髮", the Simplified one first.
function learn(groups) {
  for (const group of groups.split(" ")) {
    for (const one of group) known[one.charCodeAt(0)] = group.charCodeAt(0);
  }
}

function digit(code) {
  let value = 0;
  while (value < 9 && /\p{Nd}/u.test(String.fromCharCode(code - value - 1))) value += 1;
  return 48 + value;
}

function ask(code) {
  const character = String.fromCharCode(code);
  if (/\s/.test(character)) return 32;
  if (/\p{Nd}/u.test(character)) return digit(code);
  const plain = character.normalize(KANA.test(character) ? "NFKC" : "NFKD").replace(DROPPED, "").toLowerCase();
  if (plain === "") return NOTHING;
  const one = plain.length === 1 ? (SAME[plain] || plain).charCodeAt(0) : code;
  return known[one] || one;
}

function unit(code) {
  return known[code] || (known[code] = ask(code));
}

function fold(text) {
  const made = new Uint16Array(text.length);
  let length = 0;
  for (let at = 0; at < text.length; at += 1) {
    const as = unit(text.charCodeAt(at));
    if (as !== NOTHING) made[length++] = as;
  }
  return unitsToText.decode(made.subarray(0, length));
}

// Return where in a text the unit stands that comes `count` units of the folded form after another place.
function unfold(text, from, count) {
  let at = from;
  for (let left = count; at < text.length; at += 1) {
    if (unit(text.charCodeAt(at)) === NOTHING) continue;
    if (left === 0) break;
    left -= 1;
  }
  return at;
}
