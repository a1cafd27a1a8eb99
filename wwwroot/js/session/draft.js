// @ts-check
import { give } from "./keyboard.js";

/**
 * Holds what somebody writes until the server has it. The text belongs to the browser alone: no render of the page
 * touches it, each letter goes to the tab's own storage at once, and it leaves there when the server has confirmed it.
 * Saving goes by HTTP, beside the page's connection, and is tried again until it is answered.
 *
 * @typedef {{ text: string, version: string | null, isPrivate: boolean, saving: boolean }} Draft
 * @typedef {{ url: string, key: string, text: string, version: string | null, quiet?: boolean }} Options quiet: the keyboard stays where it is
 * @typedef {{ invokeMethodAsync(name: string, ...rest: unknown[]): Promise<unknown> }} Page
 */

const RETRY_MS = 2_000;

/** @param {string} key @returns {Draft | null} */
function read(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? "null");
  } catch {
    return null;
  }
}

/**
 * The drafts that wait in this tab: the rest of each key below the prefix.
 * @param {string} prefix
 * @returns {string[]}
 */
export function waiting(prefix) {
  return Object.keys(sessionStorage).filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length)).sort();
}

/**
 * Lays a text that was put away into the tab's storage again, for its editor to find.
 * @param {string} key
 * @param {string} text
 * @param {string | null} version
 */
export function putBack(key, text, version) {
  sessionStorage.setItem(key, JSON.stringify({ text, version, isPrivate: false, saving: false }));
}

/**
 * @param {HTMLElement} root holds a textarea, [data-save], [data-status] and perhaps [data-private]
 * @param {Options} options
 * @param {Page} page hears Saved, Conflicted
 */
export function attach(root, options, page) {
  const area = /** @type {HTMLTextAreaElement} */ (root.querySelector("textarea"));
  const button = /** @type {HTMLButtonElement} */ (root.querySelector("[data-save]"));
  const status = /** @type {HTMLElement} */ (root.querySelector("[data-status]"));
  const privately = /** @type {HTMLInputElement | null} */ (root.querySelector("[data-private]"));
  const kept = read(options.key);
  let version = kept ? kept.version : options.version;
  let saving = false;
  let attached = true;
  /** @type {{ text?: string, version?: string }} */
  let answer = {};
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  const growsAlone = /** @type {any} */ (getComputedStyle(area)).fieldSizing === "content";
  const say = (/** @type {string} */ words) => (status.textContent = words);
  const tell = (/** @type {string} */ name) => attached && page.invokeMethodAsync(name).catch(() => {}); // no circuit: the page that comes next reads it all anew

  function keep() {
    try {
      sessionStorage.setItem(options.key, JSON.stringify({ text: area.value, version, isPrivate: privately?.checked ?? false, saving }));
    } catch {
      say("This browser keeps no more drafts. Save soon.");
    }
  }

  function grow() {
    if (growsAlone) return;
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight + 2}px`;
  }

  async function save() {
    clearTimeout(timer);
    const text = area.value;
    saving = true;
    keep();
    button.disabled = true;
    say("Saving…");
    let response;
    try {
      response = await fetch(options.url, {
        method: "PUT",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ text, version, visibility: privately?.checked ? "coach" : "shared" }),
        signal: AbortSignal.timeout(20_000),
        redirect: "error",
      });
    } catch {
      return later();
    }
    if (response.status >= 500 || response.status === 429) return later();
    saving = false;
    button.disabled = false;
    answer = await response.json().catch(() => ({}));
    if (response.ok) {
      version = answer.version ?? null;
      if (area.value !== text) return save(); // written on while it was saved
      sessionStorage.removeItem(options.key);
      say("Saved.");
      tell("Saved");
      return;
    }
    keep();
    if (response.status === 409) {
      say("This text was changed elsewhere. Yours is safe.");
      tell("Conflicted");
    } else if (response.status === 401) say("You were signed out. Your text is kept here: sign in again in another tab, then save.");
    else if (response.status === 404) say("This is no longer here to be changed. Your text is kept: copy what you need.");
    else say(/** @type {{ detail?: string }} */ (answer).detail ?? "It could not be saved. Your text is kept here.");
  }

  function later() {
    if (!attached) return;
    button.disabled = false;
    say("No connection. Your text is kept in this tab and is saved as soon as the connection is back.");
    timer = setTimeout(save, RETRY_MS);
  }

  function onInput() {
    keep();
    grow();
    if (!saving) say("Kept in this tab until you save.");
  }

  function onKey(/** @type {KeyboardEvent} */ event) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      save();
    }
  }

  // Who is quick has written before this runs: that stays, too.
  const typed = area.value === options.text ? "" : area.value;
  area.value = kept ? [kept.text, typed].filter(Boolean).join("\n") : typed || options.text;
  if (typed) keep();
  if (kept && privately) privately.checked = kept.isPrivate;
  grow();
  area.addEventListener("input", onInput);
  area.addEventListener("keydown", onKey);
  privately?.addEventListener("change", keep);
  button.addEventListener("click", save);
  button.disabled = false; // it is drawn waiting for this
  if (kept?.saving) save();
  else if (kept) say("What you had not saved yet is back.");
  if (!options.quiet) give(root, area, { preventScroll: kept !== null });

  return {
    /** What the server answered last: what stands there now. */
    answer: () => answer,
    /**
     * Goes on after a meeting of two texts.
     * @param {"mine" | "theirs" | "both"} choice
     * @param {string} theirs
     * @param {string} theirVersion
     */
    resolve(choice, theirs, theirVersion) {
      version = theirVersion;
      if (choice === "theirs") area.value = theirs;
      if (choice === "both") area.value = `${theirs}\n\n${area.value}`;
      keep();
      grow();
      if (choice === "both") {
        area.focus();
        say("Both texts are here: join them, then save.");
      } else save();
    },
    /** Puts the draft away for good. @returns {string} what it held */
    drop() {
      clearTimeout(timer);
      sessionStorage.removeItem(options.key);
      return area.value;
    },
    detach() {
      attached = false;
      clearTimeout(timer);
      area.removeEventListener("input", onInput);
      area.removeEventListener("keydown", onKey);
      button.removeEventListener("click", save);
    },
  };
}
