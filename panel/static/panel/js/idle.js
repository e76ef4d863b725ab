// Says so shortly before the session ends by itself. "Stay" is a click that leaves the page as it is.
const box = document.getElementById("idle");
const [soon, over] = box.querySelectorAll("p");
const clock = soon.querySelector("span");
const warning = Math.min(120, box.dataset.left / 2) * 1000;
const NAME = "session ends";
let end;

// A click in one tab counts for all of them.
function goOn(seconds) {
  end = Date.now() + seconds * 1000;
  try { localStorage.setItem(NAME, end); } catch { /* kept by this tab alone */ }
}

function show() {
  const left = Math.ceil((end - Date.now()) / 1000);
  box.hidden = left * 1000 > warning;
  soon.hidden = left <= 0;
  over.hidden = left > 0;
  box.querySelector("button").hidden = left <= 0;
  clock.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
}

box.addEventListener("submit", async event => {
  event.preventDefault();
  try {
    const answer = await fetch(box.action, { method: "POST", body: new FormData(box) });
    goOn(answer.ok && !answer.redirected ? (await answer.json()).left : 0);
  } catch { return; /* not reached: it may be in a moment */ }
  show();
});
addEventListener("storage", event => { if (event.key === NAME) end = Number(event.newValue); });
goOn(Number(box.dataset.left));
setInterval(show, 1000);
