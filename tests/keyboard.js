// Follows the Tab key through a page: what does it not reach, and where can one not see it?
window.keyboard ??= (() => {
  const visited = new Map();
  let fromMenu = null;
  const named = element => element.outerHTML.slice(0, 120);

  function stops() {
    const all = document.querySelectorAll("a[href], button, input, select, textarea, summary");
    return [...all].filter(element =>
      element.checkVisibility({ visibilityProperty: true }) && !element.disabled &&
      element.type !== "hidden" && !isRestOfGroup(element));
  }

  // Of radio buttons with one name the chosen one is reached, or the first; arrows do the rest.
  function isRestOfGroup(element) {
    if (element.type !== "radio") return false;
    const group = [...document.getElementsByName(element.name)].filter(one => one.form === element.form);
    return element !== (group.find(one => one.checked) ?? group[0]);
  }

  function visible(element) {
    const style = getComputedStyle(element), box = element.getBoundingClientRect();
    const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
    const x = box.left + box.width / 2, y = box.top + Math.min(box.height / 2, 20);
    const top = document.elementFromPoint(x, y);
    const covered = top && !element.contains(top) && !top.contains(element) &&
      !top.closest("label") && getComputedStyle(top.closest("header, .pane") ?? top).position !== "static";
    return !ring ? "no ring" : covered ? "covered" : y < 0 || y > innerHeight ? "out of sight" : "";
  }

  document.addEventListener("focusin", event => {
    if (!visited.has(event.target)) visited.set(event.target, visible(event.target));
  });

  return {
    watch() {
      // From the very beginning, wherever the page has put the focus; from an open menu on.
      fromMenu = document.querySelector(":popover-open");
      if (!fromMenu) {
        document.body.tabIndex = -1;
        document.body.focus({ preventScroll: true });
        document.body.removeAttribute("tabindex");
      }
      visited.clear();
      // The parts of a date are stops of their own; two more show that one leaves the page again.
      return stops().length + 4 * document.querySelectorAll("[type=date]").length + 2;
    },
    faults() {
      document.activeElement?.blur();
      const missed = stops().filter(element => !visited.has(element)).map(element => `not reached: ${named(element)}`);
      const hidden = [...visited].filter(([, why]) => why).map(([element, why]) => `${why}: ${named(element)}`);
      const [first] = visited.keys();
      const skip = fromMenu?.contains(first) || first?.matches(".skip, .door *") ? [] : ["the first stop is not the skip link"];
      return [...skip, ...missed, ...hidden];
    },
  };
})();
