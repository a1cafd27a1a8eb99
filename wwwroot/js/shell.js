// @ts-check

// A step from one part of a page to another is told like any step through the history, and Blazor would load the whole page
// again for it, and lead there a second time once it has come. The browser does all that is needed.
let shown = new URL(location.href);
/** Whether Blazor loads a page: a step back then means that one. */
let isLoading = false;
const show = () => {
  isLoading = false;
  shown = new URL(location.href);
};
// Before Blazor is started: of the listeners here the first is asked first.
addEventListener("popstate", (event) => {
  const { pathname, search, hash } = location;
  if (isLoading || pathname !== shown.pathname || search !== shown.search || hash === shown.hash) return;
  event.stopImmediatePropagation();
  show();
});

// Whoever has done something by the time a script comes late is not led elsewhere by it.
for (const type of ["wheel", "touchstart", "pointerdown", "keydown"])
  addEventListener(type, () => performance.getEntriesByName("reader-acted").length || performance.mark("reader-acted"), { capture: true, passive: true, once: true });

// Blazor's own steps are ten tries within a second, and then up to half a minute without one: a portal that was started
// anew would be back long before its pages are. Each page waits a little differently, so that they do not come all at once.
const UNHURRIED = 20;
function start() {
  // @ts-ignore: a global of its own script.
  const { Blazor } = window;
  Blazor.start({
    circuit: {
      reconnectionOptions: {
        maxRetries: Infinity,
        retryIntervalMilliseconds: (/** @type {number} */ tries) => (tries === 0 ? 0 : (tries < UNHURRIED ? 1_000 : 5_000) * (0.75 + Math.random() / 2)),
      },
    },
  });
  Blazor.addEventListener("enhancednavigationstart", () => (isLoading = true));
  Blazor.addEventListener("enhancednavigationend", show);
  document.dispatchEvent(new Event("blazor-started"));
}
function load() {
  const script = document.createElement("script");
  script.src = /** @type {HTMLLinkElement} */ (document.getElementById("blazor")).href;
  script.setAttribute("autostart", "false");
  script.addEventListener("load", start);
  document.head.append(script);
}
// A lobby is usable before, and needs no circuit: nobody waits for one to join a call.
if (!document.getElementById("call-page")) load();
else if (window.requestIdleCallback) requestIdleCallback(load, { timeout: 500 });
else setTimeout(load);

// The script shows the state of the connection as a class on the notice. A circuit that the server no longer knows
// cannot come back, so then the page is loaded anew.
const notice = /** @type {HTMLElement} */ (document.getElementById("components-reconnect-modal"));
new MutationObserver(() => {
  if (notice.classList.contains("components-reconnect-rejected")) location.reload();
}).observe(notice, { attributes: true, attributeFilter: ["class"] });

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
