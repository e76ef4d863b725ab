// How hard a new password is to guess: a hint while typing; the server decides.
const RUNS = [
  "0123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm",
  "qwertzuiop", "yxcvbnm", "azertyuiop", "qsdfghjklm", "wxcvbn",
];

function runs(pair) {
  const back = pair[1] + pair[0];
  return pair[0] === pair[1] || RUNS.some(row => row.includes(pair) || row.includes(back));
}

// The number of characters that are not to be expected after those before them.
function worth(password, address) {
  let text = password.toLowerCase();
  for (const part of address.toLowerCase().split(/[^a-z0-9]+/))
    if (part.length > 2) text = text.replaceAll(part, "");
  text = text.replace(/(.+?)\1+/gu, "$1");
  const letters = [...text];
  const counted = letters.filter((letter, i) =>
    i < 2 || !(runs(letters[i - 1] + letter) && runs(letters[i - 2] + letters[i - 1])));
  return Math.min(counted.length, 3 * new Set(letters).size);
}

for (const hint of document.querySelectorAll("[data-strength]")) {
  const { strength, address, least, missing, weak, fair, strong } = hint.dataset;
  const field = document.getElementById(strength);
  field.addEventListener("input", () => {
    const lacking = least - [...field.value].length;
    const value = worth(field.value, address);
    if (!field.value) hint.textContent = "";
    else if (lacking > 0) hint.textContent = missing.replace("{n}", lacking);
    else hint.textContent = value < least ? weak : value < 1.5 * least ? fair : strong;
  });
}
