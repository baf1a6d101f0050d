// Show the controls: they are in the page from the beginning, hidden, and mean nothing without this.
const ACTIONS = {
  larger: () => resize(1),
  smaller: () => resize(-1),
  look: recolour,
  copy,
  share,
  enlarge,
  close: () => document.getElementById("large").close(),
};

document.addEventListener("DOMContentLoaded", () => {
  const tools = document.getElementById("tools");
  if (!document.getElementById("large")) return; // the file broke off before it, or inside
  startSearch();
  startCodes();
  tools.hidden = false;
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-do]");
    if (button) ACTIONS[button.dataset.do](button);
    if (event.target.matches("figure.code > img") && window.HTMLDialogElement) enlarge(event.target);
    if (event.target.matches("#large")) ACTIONS.close(); // a tap beside the code
    const link = event.target.closest("a[href^='#']");
    if (link) follow(link);
  });
});
