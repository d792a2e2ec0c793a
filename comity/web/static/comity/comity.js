// Small comforts; every page works without this file.
"use strict";

// A menu closes when one clicks elsewhere or presses Escape.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  }
  // "/" goes to the search field, as on many sites people of this field use.
  const field = document.querySelector(".top input[type=search]");
  if (event.key === "/" && field && !/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) {
    event.preventDefault();
    field.focus();
  }
});

// Filters are folded on a phone, open on a wide screen; also when htmx has put a new list in place.
function fold() {
  const filters = document.querySelector(".facets-all");
  if (filters && matchMedia("(max-width: 900px)").matches) filters.open = false;
}
fold();
document.addEventListener("htmx:afterSettle", fold);

// A button that copies the words of the element it names. Browsers allow that on secure pages only.
if (navigator.clipboard) {
  for (const button of document.querySelectorAll("button[data-copy]")) button.hidden = false;
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button[data-copy]");
    if (!button) return;
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
    document.querySelector(`[data-copied="${button.dataset.copy}"]`).hidden = false;
  });
}
