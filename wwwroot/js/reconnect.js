// @ts-check

/**
 * Blazor's script shows the state of the connection as a class on the notice. It gives up after a while and never
 * tries again by itself; this does: when the network returns, when the page is looked at again, and on a press. A
 * circuit that the server no longer knows cannot come back, so then the page is loaded anew.
 * @param {HTMLElement | null} notice
 */
export function watchConnection(notice) {
  if (!notice) return;
  const is = (/** @type {string} */ state) => notice.classList.contains(`components-reconnect-${state}`);
  let trying = false;

  async function tryAgain() {
    if (trying || !is("failed")) return;
    trying = true;
    try {
      // @ts-ignore: Blazor is a global of its own script.
      if ((await window.Blazor.reconnect()) === false) location.reload();
    } catch {
      // Still away: the next sign tries again.
    } finally {
      trying = false;
    }
  }

  new MutationObserver(() => {
    if (is("rejected")) location.reload();
  }).observe(notice, { attributes: true, attributeFilter: ["class"] });
  notice.querySelector("[data-reconnect]")?.addEventListener("click", tryAgain);
  addEventListener("online", tryAgain);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && tryAgain());
  setInterval(tryAgain, 10_000);
}
