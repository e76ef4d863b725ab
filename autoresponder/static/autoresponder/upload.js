// Show how far an upload is; without this module the browser's own sign has to do.
document.addEventListener("submit", event => {
  const form = event.target;
  if (form.id !== "upload") return;
  event.preventDefault();
  const bar = document.getElementById("upload-progress");
  const request = new XMLHttpRequest();
  request.upload.addEventListener("progress", ({ loaded, total }) => { bar.max = total; bar.value = loaded; });
  request.addEventListener("load", () => {
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    const main = page.querySelector("main");
    if (!main) return form.submit();
    document.querySelector("main").replaceWith(main);
    document.querySelector("main [autofocus], main").focus();
  });
  request.addEventListener("error", () => form.submit());
  request.open("POST", form.action);
  request.send(new FormData(form));
  bar.hidden = false;
});
