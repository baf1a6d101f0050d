// Beside each code: enlarge it, copy its address, hand it to the phone's own sharing. Buttons come near the screen only.
function addressOf(figure) {
  return figure.querySelector(".address").textContent;
}

async function copy(button) {
  const address = button.closest("figure").querySelector(".address");
  try {
    await navigator.clipboard.writeText(address.textContent);
  } catch (refused) {
    getSelection().selectAllChildren(address);
    if (!document.execCommand("copy")) return; // it stays selected, and the phone offers to copy it
  }
  button.textContent = button.dataset.done;
}

// A page cannot read the file that it came from, so only title and address are shared, never a copy of the page.
function share(button) {
  const figure = button.closest("figure");
  const title = figure.closest("article").querySelector("h2, h3").textContent;
  navigator.share({ title, text: `${title}\n${addressOf(figure)}` }).catch(() => {});
}

let enlarged = false; // the entry of the history that closes it is there
let stood = 0; // where the page stood then: a browser may go back to where the last link led

// Enlarge the code whose picture or button was tapped. The phone's back button closes it, as it does in an app.
function enlarge(tapped) {
  const image = tapped.closest("figure").querySelector("img").cloneNode();
  image.decoding = "sync";
  document.getElementById("shown").replaceChildren(image);
  document.getElementById("large").showModal();
  history.pushState("large", "");
  enlarged = true;
  stood = scrollY;
}

function dress(figure) {
  const tools = document.getElementById("actions").cloneNode(true);
  tools.removeAttribute("id");
  tools.hidden = false;
  if (!navigator.share) tools.querySelector("[data-do=share]").remove();
  if (!window.HTMLDialogElement || !figure.querySelector("img")) tools.querySelector("[data-do=enlarge]").remove();
  figure.querySelector("figcaption")?.append(tools);
}

function startCodes() {
  const large = document.getElementById("large");
  large.addEventListener("close", () => history.state === "large" && history.back());
  addEventListener("popstate", () => {
    if (large.open) large.close();
    if (enlarged) requestAnimationFrame(() => scrollTo(0, stood));
    enlarged = false;
  });
  const near = new IntersectionObserver((seen) => {
    for (const one of seen.filter((entry) => entry.isIntersecting)) {
      near.unobserve(one.target);
      dress(one.target);
    }
  }, { rootMargin: "600px" });
  for (const figure of document.querySelectorAll("figure.code")) near.observe(figure);
}
