// The seal of a lone file, read and checked to the byte as docs/manifest-format.md says in its section 1.

const LAST_BYTES = 900;
const PIECE = 1 << 20;
const FRAMES = {
  epub: ["", ""],
  html: ["<!-- ", " -->\n"],
  markdown: ["", "\n"],
  pdf: ["%", "\n"],
  text: ["", "\n"],
};
const MARK = "bundler-seal/";
const LINE = new RegExp(
  "^(?<signed>bundler-seal/1 format:(?<format>[a-z]+) bundle:(?<bundle>[a-z0-9-]{1,8})" +
    " edition:(?<edition>[0-9]{4}-[0-9]{2}-[0-9]{2}[b-z]?) number:(?<number>[1-9][0-9]{0,5})" +
    " volume:(?<volume>[1-9][0-9]{0,5})/(?<volumes>[1-9][0-9]{0,5}) role:(?<role>editor|robot)" +
    " key:(?<key>[0-9a-f]{64}) next:(?<next>[0-9a-f]{64}) content:[0-9a-f]{64})" +
    " salt:[03569cefijloqrtw] signature:(?<signature>[0-9a-f]{128})",
);
const STOP = /^bundler-stop\/1 ([0-9a-f]{64}) ([0-9a-f]{128})$/;
const MOST_OF_A_CARD = 1000;
// Points of small order: a signature by one of them holds for many messages. The highest bit is their sign.
const SMALL_ORDER = [
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
];

const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const unhex = (text) => Uint8Array.from(text.match(/../g) || [], (pair) => parseInt(pair, 16));
const ascii = (text) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const joined = (...parts) => Uint8Array.from([].concat(...parts.map((part) => Array.from(part))));

// The bytes of a part of a file; the promise fails where the file is gone or may not be read.
const bytes = (file, start, end) =>
  new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(new Uint8Array(reader.result));
    reader.onerror = () => failed(reader.error);
    reader.readAsArrayBuffer(file.slice(start, end));
  });

// One byte, one letter: what is no ASCII matches nothing of a seal.
const letters = (data) => Array.from(data, (byte) => String.fromCharCode(byte)).join("");

// SHA-512 of the beginning of a file, piece by piece: a file of 100 MB never stands in memory as a whole.
const hashOf = async (file, length, progress) => {
  const hash = noble.sha512.create();
  for (let at = 0; at < length; at += PIECE) {
    hash.update(await bytes(file, at, Math.min(at + PIECE, length)));
    progress(Math.min(1, (at + PIECE) / length));
  }
  return hash.digest();
};

// Whether Ed25519 holds: by the browser where it can, else by the library that stands above.
const holds = async (key, signature, message) => {
  const point = key.slice();
  point[31] &= 127;
  if (SMALL_ORDER.includes(hex(point))) return false;
  const subtle = window.crypto && window.crypto.subtle;
  if (subtle) {
    try {
      const known = await subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
      return await subtle.verify("Ed25519", known, signature, message);
    } catch (_) {
      // This browser knows no Ed25519, or takes no such key.
    }
  }
  try {
    return noble.verify(signature, message, key, { zip215: false });
  } catch (_) {
    return false;
  }
};

// {seal} of a file whose seal holds, else {fault}: "no-seal", "damaged" or "unreadable".
const check = async (file, progress) => {
  try {
    return await checked(file, progress);
  } catch (_) {
    return { fault: "unreadable" };
  }
};

const checked = async (file, progress) => {
  const start = Math.max(0, file.size - LAST_BYTES);
  const tail = letters(await bytes(file, start, file.size));
  const at = tail.lastIndexOf(MARK + "1 ");
  if (at < 0) return { fault: tail.includes(MARK) ? "damaged" : "no-seal" };
  const found = LINE.exec(tail.slice(at));
  const frame = found && Object.keys(FRAMES).includes(found.groups.format) ? FRAMES[found.groups.format] : null;
  if (!frame || Number(found.groups.volume) > Number(found.groups.volumes)) return { fault: "damaged" };
  const framed = tail.slice(0, at).endsWith(frame[0]) && tail.slice(at + found[0].length) === frame[1];
  if (!framed) return { fault: "damaged" };
  const seal = found.groups;
  const hash = await hashOf(file, start + at - frame[0].length, progress);
  const message = joined(ascii("bundler seal 1\n"), hash, ascii(seal.signed));
  return (await holds(unhex(seal.key), unhex(seal.signature), message)) ? { seal } : { fault: "damaged" };
};

// The key that a file ends as a stop card; null where it is none, or signed wrongly.
const stopped = async (file) => {
  if (file.size > MOST_OF_A_CARD) return null;
  const found = STOP.exec(letters(await bytes(file, 0, file.size)).trim().toLowerCase());
  if (!found) return null;
  const key = unhex(found[1]);
  return (await holds(key, unhex(found[2]), joined(ascii("bundler stop 1\n"), key))) ? found[1] : null;
};
