// Key cards: which key follows which, each signed by its own key (docs/manifest-format.md, 2.1 and 2.3).

const CARD = /^{"format":"bundler-key","key":"([0-9a-f]{64})","next":"([0-9a-f]{64})","role":"(editor|robot)","version":1}$/;
const COMMENTS = ["untrusted comment: ", "trusted comment: "];

const decoded = (base64) => ascii(atob(base64));

// Whether a file in minisign's format signs some bytes, its comment included.
const signs = async (text, key, data) => {
  const lines = text.split("\n");
  if (lines.length !== 5 || lines[4] || !lines[0].startsWith(COMMENTS[0]) || !lines[2].startsWith(COMMENTS[1])) return false;
  const first = decoded(lines[1]);
  const whole = decoded(lines[3]);
  const own = joined(ascii("Ed"), noble.sha256(key).slice(0, 8));
  if (first.length !== 74 || whole.length !== 64 || hex(first.slice(0, 10)) !== hex(own)) return false;
  const signature = first.slice(10);
  const comment = ascii(lines[2].slice(COMMENTS[1].length));
  return (await holds(key, signature, data)) && (await holds(key, whole, joined(signature, comment)));
};

// {key, next} of a card whose signature is there and holds; null for any other file.
const carded = async (file, signature) => {
  if (!signature || file.size > MOST_OF_A_CARD || signature.size > MOST_OF_A_CARD) return null;
  const data = await bytes(file, 0, file.size);
  const found = CARD.exec(letters(data));
  if (!found) return null;
  const text = letters(await bytes(signature, 0, signature.size));
  return (await signs(text, unhex(found[1]), data)) ? { key: found[1], next: found[2] } : null;
};
