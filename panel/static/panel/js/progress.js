// A progress bar that goes on by itself: the page is fetched again, and its notice put here.
const place = document.querySelector("[data-progress]");

async function look() {
  const answer = await fetch(location.href).catch(() => null);
  if (answer?.ok) {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const news = page.querySelector("[data-progress]");
    if (news) place.replaceChildren(...news.childNodes);
    else if (document.querySelector("tbody :checked")) return place.remove();
    else return location.reload();
  }
  setTimeout(look, 2000);
}

setTimeout(look, 1000);
