// @ts-check
import { watchConnection } from "./reconnect.js";

watchConnection(document.getElementById("components-reconnect-modal"));

// A form that asks for it learns the browser's time zone, at the moment it is sent.
document.addEventListener(
  "submit",
  (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    for (const field of form.querySelectorAll("input[data-browser-zone]"))
      /** @type {HTMLInputElement} */ (field).value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
  },
  true,
);

// Menus close as people expect: on a press elsewhere, on Escape, on leaving them.
const openMenus = () => /** @type {NodeListOf<HTMLDetailsElement>} */ (document.querySelectorAll("details[data-menu][open]"));
document.addEventListener("click", (event) => {
  const target = /** @type {Element} */ (event.target);
  for (const menu of openMenus()) if (!menu.contains(target) || target.closest("a")) menu.open = false;
  if (target.closest("[data-reload]")) {
    event.preventDefault();
    location.reload();
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    menu.open = false;
    menu.querySelector("summary")?.focus();
  }
});
document.addEventListener("focusin", (event) => {
  for (const menu of openMenus()) if (!menu.contains(/** @type {Node} */ (event.target))) menu.open = false;
});
