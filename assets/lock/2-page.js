// The page: a passphrase in, the locked page out. Nothing is kept, and nothing is asked of a network.

const state = { tongue: "en", said: "" };

const spoken = (element, tongue) => {
  element.lang = tongue;
  element.dir = TONGUES[tongue].dir;
};

// An element says a sentence; one that its language lacks is marked as another's.
const say = (element, key) => {
  const own = TONGUES[state.tongue];
  element.textContent = key ? own.says[key] : "";
  spoken(element, (key && own.foreign[key]) || state.tongue);
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
  for (const element of document.querySelectorAll("[data-says]")) say(element, element.dataset.says);
  say(place("said"), state.said);
};

const tell = (key, wrong) => {
  state.said = key;
  say(place("said"), key);
  if (wrong) place("said").dataset.fault = key;
  else delete place("said").dataset.fault;
};

// The locked page with this page's nonce on its own styles and scripts: this page's policy lets them pass by it, and
// their own policy, which comes with them, by their hashes. One that has any attribute, like an address, gets none.
const admitted = (text, nonce) => {
  const opening = /<!--|<(style|script)(?=>)/gi;
  let made = "";
  let at = 0;
  for (let found = opening.exec(text); found; found = opening.exec(text)) {
    const closing = found[1] ? new RegExp(`</${found[1]}`, "gi") : /-->/g;
    made += text.slice(at, opening.lastIndex) + (found[1] ? ` nonce="${nonce}"` : "");
    at = opening.lastIndex;
    closing.lastIndex = at;
    opening.lastIndex = closing.exec(text) ? closing.lastIndex : text.length;
  }
  return made + text.slice(at);
};

// Written into this document, the page is under both policies: this one's, which stays, and its own.
const show = ({ page, salt }) => {
  const written = admitted(page, btoa(String.fromCharCode(...salt)));
  document.open();
  document.write(written);
  document.close();
};

const unlock = async () => {
  const typed = place("words").value;
  if (!typed.trim() || place("open").disabled) return;
  place("open").disabled = true;
  tell("wait", false);
  try {
    show(await opened(typed));
  } catch (error) {
    tell(error.fault || "unsupported", true);
    place("open").disabled = false;
    place("words").focus();
  }
};

for (const tongue of Object.keys(TONGUES)) {
  const option = document.createElement("option");
  option.value = tongue;
  option.textContent = TONGUES[tongue].name;
  spoken(option, tongue);
  place("tongue").append(option);
}
place("tongue").addEventListener("change", (event) => speak(event.target.value));
place("open").addEventListener("click", unlock);
place("words").addEventListener("keydown", (event) => {
  if (event.key === "Enter") unlock();
});
speak((navigator.languages || [navigator.language]).map(nearest).find(Boolean) || "en");
place("tongue").value = state.tongue;
place("silent").hidden = true;
place("speaking").hidden = false;
if (capable()) {
  place("words").focus();
} else {
  place("words").disabled = true;
  place("open").disabled = true;
  tell("unsupported", true);
}
