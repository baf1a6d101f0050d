// What a seal is to a reader who trusts an older file: docs/manifest-format.md, section 4.

const hashed = (key) => hex(noble.sha256(unhex(key)));

// Whether a key is the announced one, or comes after it by cards in which no key is stopped. The chain leads forward only.
const follows = (key, announced, stops, cards) => {
  const next = new Map(cards.filter((card) => !stops.has(card.key)).map((card) => [hashed(card.key), card.next]));
  for (const seen = new Set(); hashed(key) !== announced; announced = next.get(announced)) {
    if (seen.has(announced) || !next.has(announced)) return false;
    seen.add(announced);
  }
  return true;
};

const judge = (seal, older, stops, cards) => {
  if (stops.has(seal.key)) return "stopped";
  if (!older) return "sealed";
  if (seal.key !== older.key) return follows(seal.key, older.next, stops, cards) ? "successor" : "other-key";
  return seal.bundle === older.bundle && Number(seal.number) < Number(older.number) ? "older" : "same";
};

// A key's 20 decimal digits in five groups.
const digits = (key) => {
  const number = BigInt("0x" + hashed(key)) % BigInt("100000000000000000000");
  return number.toString().padStart(20, "0").match(/.{4}/g).join(" ");
};
