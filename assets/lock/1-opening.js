// Opens what docs/locked-format.md describes, to the byte as it says.

const FORMAT = "locked-html";
const FEWEST_ITERATIONS = 600000;
const MOST_ITERATIONS = 10000000;
const LENGTH_BYTES = 8;
const SLICE = 1 << 18; // letters of Base64: a multiple of 4
// The digit zero of the scripts that people type digits in; nine more follow each.
const ZEROS = [0x30, 0x660, 0x6f0, 0x966, 0xf20, 0x1040, 0xff10];
const SPACES = /[\t\n\r \u00a0\u2000-\u200b\u202f\u3000]+/;
const HYPHENS = /[-\u2010-\u2015\u2212]/;

const place = (id) => document.getElementById(id);
const part = (id) => {
  if (!place(id)) throw fault("damaged");
  return place(id).textContent;
};
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const unhex = (text) => Uint8Array.from(text.match(/../g) || [], (pair) => parseInt(pair, 16));
const fault = (name) => Object.assign(new Error(name), { fault: name });

const digit = (letter) => {
  const code = letter.codePointAt(0);
  const zero = ZEROS.find((one) => code >= one && code < one + 10);
  return zero === undefined ? letter : String(code - zero);
};

// What was typed, as it was meant: digits without their groups, words in small letters with one space between.
const meant = (text) => {
  const words = text.split(SPACES).filter(Boolean);
  const digits = Array.from(words.join(""))
    .filter((letter) => !HYPHENS.test(letter))
    .map(digit)
    .join("");
  return /^[0-9]+$/.test(digits) ? digits : words.join(" ").replace(/[A-Z]/g, (letter) => letter.toLowerCase());
};

// The bytes of Base64, piece by piece: a file of 100 MB never stands twice in memory as letters.
const decoded = (text) => {
  if (text.length % 4) throw fault("damaged");
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  let filled = 0;
  for (let at = 0; at < text.length; at += SLICE) {
    const letters = atob(text.slice(at, at + SLICE));
    for (let i = 0; i < letters.length; i += 1) bytes[filled + i] = letters.charCodeAt(i);
    filled += letters.length;
  }
  return bytes;
};

// The header's bytes and the body's, if both are as they were written; any other bytes are damaged.
const carried = async () => {
  const header = new TextEncoder().encode(part("header"));
  let body;
  try {
    body = decoded(part("body"));
  } catch (_) {
    throw fault("damaged");
  }
  const whole = new Uint8Array(await new Blob([header, body]).arrayBuffer());
  const sum = hex(new Uint8Array(await crypto.subtle.digest("SHA-256", whole)));
  if (sum !== part("sum")) throw fault("damaged");
  return { header, body };
};

const understood = (header) => {
  let said;
  try {
    said = JSON.parse(new TextDecoder().decode(header));
  } catch (_) {
    throw fault("damaged");
  }
  const known = said.format === FORMAT && said.version === 1;
  if (!known || said.iterations < FEWEST_ITERATIONS || said.iterations > MOST_ITERATIONS) throw fault("unknown");
  return said;
};

const keyOf = async (words, said) => {
  const secret = await crypto.subtle.importKey("raw", new TextEncoder().encode(words), "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: unhex(said.salt), iterations: said.iterations };
  return crypto.subtle.deriveKey(how, secret, { name: "AES-GCM", length: 256 }, false, ["decrypt"]);
};

// The page that was locked, as text, and the salt. Fails with a fault: damaged, wrong, unknown.
const opened = async (typed) => {
  const { header, body } = await carried();
  const said = understood(header);
  const key = await keyOf(meant(typed), said);
  let plain;
  try {
    plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: unhex(said.nonce), additionalData: header }, key, body);
  } catch (_) {
    throw fault("wrong");
  }
  const length = Number(new DataView(plain).getBigUint64(0));
  const packed = new Blob([new Uint8Array(plain, LENGTH_BYTES, length)]);
  const page = await new Response(packed.stream().pipeThrough(new DecompressionStream("gzip"))).text();
  return { page, salt: unhex(said.salt) };
};

const capable = () =>
  Boolean(window.crypto && crypto.subtle && window.DecompressionStream && window.BigInt && Blob.prototype.arrayBuffer);
