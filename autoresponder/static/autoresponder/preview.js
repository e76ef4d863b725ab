// Keep the preview beside the form up to date; without this module its button does the same.
const form = document.getElementById("answer");
const preview = document.getElementById("preview");
const button = document.getElementById("preview-button");
let timer, latest = 0;

async function refresh() {
  const mine = ++latest;
  try {
    const response = await fetch(button.formAction, { method: "POST", body: new FormData(form) });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.getElementById("preview");
    // A later one may have come back before this.
    if (response.ok && fresh && mine === latest) preview.replaceChildren(...fresh.childNodes);
  } catch {
    button.hidden = false;
  }
}

if (form && preview && button) {
  button.hidden = true;
  // On the document: not every control of the form stands inside of it.
  document.addEventListener("input", ({ target }) => {
    if (target.form !== form) return;
    clearTimeout(timer);
    timer = setTimeout(refresh, 400);
  });
}
