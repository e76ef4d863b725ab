// Nothing can be clicked or typed until the screen has loaded completely. Not a module, and before
// the style sheets, because it has to be there first. It lets go after some seconds at the latest.
{
  const page = document.documentElement;
  const kinds = ["click", "auxclick", "submit", "keydown", "beforeinput"];
  const sign = shown => {
    const box = document.getElementById("waiting");
    if (box) box.hidden = !shown;
  };
  const refuse = event => {
    // Keys of the browser itself, as for loading anew, still do what they do.
    if (event.ctrlKey || event.metaKey || event.altKey || /^F\d+$/.test(event.key)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    sign(true);
  };
  const letGo = () => {
    for (const kind of kinds) removeEventListener(kind, refuse, true);
    clearTimeout(patience);
    clearTimeout(slow);
    delete page.dataset.waiting;
    sign(false);
  };
  for (const kind of kinds) addEventListener(kind, refuse, true);
  page.dataset.waiting = "";
  const slow = setTimeout(sign, 1000, true);
  const patience = setTimeout(letGo, page.dataset.wait * 1000);
  addEventListener("load", letGo);
}
