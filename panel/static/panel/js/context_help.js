// Context help: show the text that aria-describedby already gives to screen readers.
const place = document.getElementById("context-help");
const rest = place?.textContent;

function explain(event) {
  const ids = event.target.closest?.("[aria-describedby]")?.getAttribute("aria-describedby");
  place.textContent = ids
    ? ids.split(" ").map(id => document.getElementById(id)?.textContent.trim()).join(" ")
    : rest;
}

if (place) for (const kind of ["pointerover", "focusin"]) document.addEventListener(kind, explain);
