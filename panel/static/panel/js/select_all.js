// One box that ticks all rows on this page.
for (const all of document.querySelectorAll("[data-select-all]")) {
  const boxes = all.closest("table").querySelectorAll("tbody [type=checkbox]");
  all.addEventListener("change", () => boxes.forEach(box => { box.checked = all.checked; }));
}
