// On small screens the pane lies over the page: it closes when the keyboard moves on from it, or
// what comes next would have the focus out of sight (WCAG 2.2, 2.4.11).
const pane = document.getElementById("pane");

document.addEventListener("focusin", event => {
  if (pane.matches(":popover-open") && !pane.contains(event.target)) pane.hidePopover();
});
