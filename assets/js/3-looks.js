// Text size, and light or dark. Nothing is kept: a page opened again looks as the phone wants it.
const SIZES = [100, 115, 130, 150, 175, 200];
let size = 0;

function resize(step) {
  size = Math.min(SIZES.length - 1, Math.max(0, size + step));
  document.documentElement.style.fontSize = size ? `${SIZES[size]}%` : "";
  document.documentElement.toggleAttribute("data-large", size > 0);
  document.querySelector("[data-do=smaller]").disabled = size === 0;
  document.querySelector("[data-do=larger]").disabled = size === SIZES.length - 1;
}

// Turn light into dark and back, beginning with what the phone shows: every tap changes what is seen.
function recolour(button) {
  const root = document.documentElement;
  const shown = root.dataset.look || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  const look = shown === "dark" ? "light" : "dark";
  root.dataset.look = look;
  button.setAttribute("aria-label", button.dataset[look]);
  button.title = button.dataset[look];
}
