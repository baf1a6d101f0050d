// What a seal is to a reader who trusts an older file: docs/manifest-format.md, section 4.

const hashed = (key) => hex(noble.sha256(unhex(key)));

const judge = (seal, older, stops) => {
  if (stops.has(seal.key)) return "stopped";
  if (!older) return "sealed";
  if (seal.key !== older.key) return hashed(seal.key) === older.next ? "successor" : "other-key";
  return seal.bundle === older.bundle && Number(seal.number) < Number(older.number) ? "older" : "same";
};

// A key's 20 decimal digits in five groups.
const digits = (key) => {
  const number = BigInt("0x" + hashed(key)) % BigInt("100000000000000000000");
  return number.toString().padStart(20, "0").match(/.{4}/g).join(" ");
};
