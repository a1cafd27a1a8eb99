// @ts-check
/**
 * Corrects what was said, in the reading view: one button that goes with the pointer and the keyboard from turn to turn,
 * and an editor in the place of a turn's words. All of it is the browser's: it needs no circuit, and the page may draw its
 * turns anew while somebody types. What is typed is kept in the tab until the server has it (draft.js).
 */
import { attach, waiting } from "./draft.js";

/**
 * @typedef {{ url: string, prefix: string, longest: number }} Options url: of the session's turns, up to a turn's id; prefix: of the drafts' keys
 * @typedef {ReturnType<typeof attach>} Draft
 * @typedef {{ id: string, element: HTMLElement, draft: Draft | null, was: string }} Kept an editor, or the way back to what one held; was: the words it began with
 */

/** Begins the keys of what was put away. */
const AWAY = "away:";

const EDITOR = `
  <label class="visually-hidden"></label>
  <textarea class="textarea" rows="1" data-testid="turn-text"></textarea>
  <div class="row">
    <button type="button" class="button primary small" data-save data-testid="turn-save">Save</button>
    <button type="button" class="button quiet small" data-cancel data-testid="turn-cancel">Cancel</button>
    <button type="button" class="button quiet small" data-play data-testid="turn-play" aria-keyshortcuts="Alt+P">Play it <kbd>Alt+P</kbd></button>
  </div>
  <p class="small muted"><kbd>Ctrl+Enter</kbd> saves, <kbd>Esc</kbd> leaves it as it was. <span role="status" data-status></span></p>
  <div class="notice warn" role="alert" data-testid="turn-conflict" data-met hidden>
    <p><strong>Two corrections met.</strong> Somebody changed this turn after you opened it. Yours is above; this one is saved:</p>
    <blockquote></blockquote>
    <div class="row">
      <button type="button" class="button small" data-choice="both" data-testid="turn-conflict-both">Join both</button>
      <button type="button" class="button small" data-choice="mine" data-testid="turn-conflict-mine">Keep mine</button>
      <button type="button" class="button small" data-choice="theirs" data-testid="turn-conflict-theirs">Keep the saved one</button>
    </div>
  </div>`;

/** @param {string} html @returns {HTMLElement} */
function make(html, className = "") {
  const element = document.createElement("div");
  element.className = className;
  element.innerHTML = html;
  return element;
}

/**
 * @param {HTMLElement} tools stands in the section of the transcript; holds what belongs to no turn any more
 * @param {Options} options
 */
export function correct(tools, options) {
  const section = /** @type {HTMLElement} */ (tools.closest("section"));
  const off = new AbortController();
  /** @type {Map<string, Kept>} */
  const kept = new Map();
  const edit = document.createElement("button");
  Object.assign(edit, { type: "button", className: "button small turn-edit no-print", textContent: "Edit", title: "Correct these words (E)" });
  edit.dataset.testid = "turn-edit";
  /** The turn whose control had the keyboard when its editor closed: it may be drawn anew a moment later. @type {string | null} */
  let left = null;
  /** What had the keyboard last: the browser takes it away where the page is drawn anew. @type {EventTarget | null} */
  let last = null;

  const turnOf = (/** @type {string} */ id) => /** @type {HTMLElement | null} */ (section.querySelector(`#turn-${CSS.escape(id)}`));
  const idOf = (/** @type {Element} */ turn) => turn.id.slice("turn-".length);
  const wordsOf = (/** @type {Element} */ turn) => /** @type {HTMLElement} */ (turn.querySelector(":scope > p + p"));
  const turnAround = (/** @type {EventTarget | null} */ target) => /** @type {HTMLElement | null} */ (target instanceof Element ? target.closest("li[data-at]") : null);

  /** Puts an editor into its turn, or, when that is no longer there, among the tools. @param {Kept} one */
  function place({ id, element, draft }) {
    const area = element.querySelector("textarea");
    const [from, to, typing] = [area?.selectionStart ?? 0, area?.selectionEnd ?? 0, area !== null && (document.activeElement === area || (last === area && document.activeElement === document.body))];
    const turn = turnOf(id);
    (turn ?? tools).append(element);
    if (draft) turn?.setAttribute("data-editing", "");
    if (typing) {
      area.focus({ preventScroll: true });
      area.setSelectionRange(from, to);
    }
  }

  /** @param {string} id @param {boolean} [quiet] leaves the keyboard where it is */
  function open(id, quiet = false) {
    const standing = kept.get(id);
    if (standing?.draft) return standing.element.querySelector("textarea")?.focus();
    standing?.element.remove();
    const [key, away] = [options.prefix + id, sessionStorage.getItem(AWAY + options.prefix + id)];
    if (away && !sessionStorage.getItem(key)) sessionStorage.setItem(key, away);
    sessionStorage.removeItem(AWAY + key);
    const turn = turnOf(id);
    const was = turn ? (wordsOf(turn).textContent ?? "") : "";
    const height = turn ? wordsOf(turn).offsetHeight : 0;
    const element = make(EDITOR, "turn-editor");
    element.dataset.turnEditor = "";
    const area = /** @type {HTMLTextAreaElement} */ (element.querySelector("textarea"));
    area.maxLength = options.longest;
    area.id = `correct-${id}`;
    area.style.minHeight = `${height}px`;
    const label = /** @type {HTMLLabelElement} */ (element.querySelector("label"));
    label.htmlFor = area.id;
    label.textContent = `What ${turn?.querySelector("b")?.textContent ?? "somebody"} said`;
    area.value = was;
    const play = /** @type {HTMLButtonElement} */ (element.querySelector("[data-play]"));
    play.hidden = !canPlay(turn);
    /** @type {Kept} */
    const one = { id, element, draft: null, was };
    kept.set(id, one);
    (turn ?? tools).append(element);
    turn?.setAttribute("data-editing", "");
    if (!quiet) area.focus({ preventScroll: turn !== null });
    one.draft = attach(element, { url: options.url + id, key, text: was, version: was, quiet }, {
      invokeMethodAsync: async (name) => (name === "Saved" ? saved(one) : met(one)),
    });
    if (!turn) /** @type {HTMLElement} */ (element.querySelector("[data-status]")).textContent = "The turn that you corrected is no longer here. Your words are kept: copy what you need.";
    area.setSelectionRange(area.value.length, area.value.length);
    element.addEventListener("keydown", (event) => press(event, one));
    play.addEventListener("click", () => hear(turnOf(id)));
    element.querySelector("[data-cancel]")?.addEventListener("click", () => cancel(one));
    for (const choice of element.querySelectorAll("[data-choice]"))
      choice.addEventListener("click", () => {
        area.focus({ preventScroll: true }); // what was pressed goes
        /** @type {HTMLElement} */ (element.querySelector("[data-met]")).hidden = true;
        const { text = "", version = "" } = one.draft?.answer() ?? {};
        one.draft?.resolve(/** @type {"mine" | "theirs" | "both"} */ (/** @type {HTMLElement} */ (choice).dataset.choice), text, version);
      });
  }

  /** @param {KeyboardEvent} event @param {Kept} one */
  function press(event, one) {
    event.stopPropagation(); // the page has keys of its own
    if (event.isComposing) return;
    if (event.key === "Escape") cancel(one);
    else if (event.altKey && !event.ctrlKey && !event.metaKey && event.code === "KeyP") hear(turnOf(one.id));
    else return;
    event.preventDefault();
  }

  /** @param {Kept} one */
  function close(one) {
    const had = one.element.contains(document.activeElement);
    one.draft?.detach();
    one.element.remove();
    kept.delete(one.id);
    const turn = turnOf(one.id);
    turn?.removeAttribute("data-editing");
    if (had) comeBack(one.id);
  }

  /** @param {string} id */
  function comeBack(id) {
    left = id;
    const turn = turnOf(id);
    turn?.append(edit);
    edit.focus({ preventScroll: true });
  }

  /** @param {Kept} one */
  function saved(one) {
    const turn = turnOf(one.id);
    const now = one.draft?.answer().version;
    const words = turn && wordsOf(turn).firstChild;
    // The page's own news may be late or, without a circuit, not come at all.
    if (words instanceof Text && now) words.data = now;
    close(one);
  }

  /** @param {Kept} one */
  function met(one) {
    const box = /** @type {HTMLElement} */ (one.element.querySelector("[data-met]"));
    /** @type {HTMLElement} */ (box.querySelector("blockquote")).textContent = one.draft?.answer().text ?? "";
    box.hidden = false;
  }

  /** @param {Kept} one */
  function cancel(one) {
    const key = options.prefix + one.id;
    const written = sessionStorage.getItem(key);
    const held = one.draft?.drop();
    close(one);
    if (!written || held === one.was) return;
    sessionStorage.setItem(AWAY + key, JSON.stringify({ ...JSON.parse(written), saving: false }));
    offer(one.id);
  }

  /** What was put away is brought back by whoever did not mean it, be it after a reload. @param {string} id */
  function offer(id) {
    const element = make(`<p class="small muted" role="status">Not saved.</p><button type="button" class="button small" data-testid="turn-undo">Bring it back</button> <button type="button" class="button quiet small" data-testid="turn-forget">Forget it</button>`, "row turn-put-away no-print");
    /** @type {Kept} */
    const away = { id, element, draft: null, was: "" };
    kept.set(id, away);
    place(away);
    const [undo, forget] = element.querySelectorAll("button");
    undo.addEventListener("click", () => open(id));
    forget.addEventListener("click", () => {
      sessionStorage.removeItem(AWAY + options.prefix + id);
      close(away);
    });
  }

  const canPlay = (/** @type {Element | null} */ turn) => turn?.querySelector(":scope > button:first-child") != null;

  /** @param {HTMLElement | null} turn */
  function hear(turn) {
    if (canPlay(turn))
      document.dispatchEvent(new CustomEvent("recording-seek", { detail: { at: Number(turn?.dataset.at), recording: /** @type {HTMLElement} */ (turn?.parentElement).dataset.recording } }));
  }

  /** @param {Event} event */
  function goAlong(event) {
    const turn = turnAround(event.target);
    if (!turn || turn === edit.parentElement || (event.type === "pointerover" && document.activeElement === edit)) return;
    turn.append(edit);
  }

  /** Where nothing in a turn can be reached by keyboard, one turn of the list can, and the arrows lead from there. */
  function reachable() {
    const first = section.querySelector("ol.turns:not([data-recording]) > li");
    if (first && !section.querySelector("ol.turns > li[tabindex='0']")) first.setAttribute("tabindex", "0");
  }

  /** @param {KeyboardEvent} event */
  function walk(event) {
    const turn = turnAround(event.target);
    if (!turn || event.altKey || event.ctrlKey || event.metaKey) return;
    const onTurn = event.target === turn;
    if (event.key.toLowerCase() === "e" && (onTurn || event.target === turn.firstElementChild || event.target === edit)) open(idOf(turn));
    else if (onTurn && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      const turns = /** @type {HTMLElement[]} */ ([...section.querySelectorAll("li[data-at]")]);
      const next = turns[turns.indexOf(turn) + (event.key === "ArrowDown" ? 1 : -1)];
      if (next) {
        turn.removeAttribute("tabindex");
        next.tabIndex = 0;
        next.focus();
      }
    } else return;
    event.preventDefault();
  }

  const observer = new MutationObserver(() => {
    for (const one of kept.values()) if (!one.element.isConnected || (one.element.parentElement === tools && turnOf(one.id))) place(one);
    if (left && document.activeElement === document.body && !edit.isConnected) comeBack(left);
    reachable();
  });
  observer.observe(section, { childList: true, subtree: true });
  const on = (/** @type {string} */ type, /** @type {(event: any) => void} */ handler) => section.addEventListener(type, handler, { signal: off.signal });
  on("pointerover", goAlong);
  on("focusin", goAlong);
  on("focusin", (event) => (left = event.target === edit ? left : null));
  on("keydown", walk);
  document.addEventListener("focusin", (event) => (last = event.target), { signal: off.signal });
  document.addEventListener("pointerdown", (event) => ([left, last] = [null, event.target === last ? last : null]), { signal: off.signal });
  edit.addEventListener("click", () => {
    const turn = turnAround(edit);
    if (turn) open(idOf(turn));
  });
  reachable();
  for (const id of waiting(options.prefix)) open(id, true);
  for (const id of waiting(AWAY + options.prefix)) offer(id);

  return {
    dispose() {
      off.abort();
      observer.disconnect();
      edit.remove();
      for (const one of kept.values()) {
        one.draft?.detach();
        one.element.remove();
      }
    },
  };
}
