// Copies what stands in a field or an element. Without script the button stays away, and the text
// can be selected and copied by hand; so it can where the browser refuses.
const said = document.getElementById("copied");

for (const button of document.querySelectorAll("[data-copy]")) {
  const source = document.getElementById(button.dataset.copy);
  const label = button.firstChild;
  button.addEventListener("click", async () => {
    if (source.select) source.select();
    else getSelection().selectAllChildren(source);
    try {
      await navigator.clipboard.writeText(source.value ?? source.textContent);
    } catch {
      if (!document.execCommand("copy")) return;
    }
    label.data = button.dataset.copied;
    if (said) said.textContent = button.textContent;
  });
  button.hidden = false;
}
