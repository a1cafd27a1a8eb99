// @ts-check
import { give } from "./keyboard.js";

/**
 * Keeps what stands in a small form in the tab's own storage, letter by letter, so that neither a reload nor a lost
 * circuit takes it away. The form's fields are bound to the page: what was kept is put into them and told as a change,
 * and just before the form is sent every field is told once more, for a change may have gone unheard while the circuit
 * was away.
 */

/** @typedef {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} Field */

/** @param {HTMLFormElement} form @returns {Field[]} */
const fieldsOf = (form) => /** @type {Field[]} */ ([...form.elements].filter((e) => "name" in e && e.name));

/** @param {Field} field */
const tell = (field) => field.dispatchEvent(new Event("change", { bubbles: true }));

/** @param {string} key @returns {Record<string, string> | null} */
function read(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? "null");
  } catch {
    return null;
  }
}

/**
 * @param {HTMLFormElement} form its fields have names, the first is written in; [data-status] says that a draft is back
 * @param {string} key names the draft in the tab's storage
 * @param {string} text what the first field that is written in began with
 */
export function attach(form, key, text) {
  const off = new AbortController();
  const kept = read(key);
  if (kept) {
    for (const field of fieldsOf(form)) {
      if (!(field.name in kept) || field.value === kept[field.name]) continue;
      field.value = kept[field.name];
      tell(field);
    }
    const status = form.querySelector("[data-status]");
    if (status) status.textContent = "What you had not saved yet is back.";
  }
  const keep = () => sessionStorage.setItem(key, JSON.stringify(Object.fromEntries(fieldsOf(form).map((f) => [f.name, f.value]))));
  // Who is quick has written before this runs.
  if (!kept && fieldsOf(form).find((f) => f.type !== "hidden")?.value !== text) keep();
  form.addEventListener("input", keep, { signal: off.signal });
  form.addEventListener("submit", () => fieldsOf(form).forEach(tell), { capture: true, signal: off.signal });
  const first = /** @type {HTMLTextAreaElement | HTMLInputElement | null} */ (form.querySelector("textarea, input:not([type=hidden])"));
  if (first) give(form, first, { preventScroll: kept !== null });

  return { detach: () => off.abort() };
}

/** Saved, or put away for good. @param {string} key */
export function drop(key) {
  sessionStorage.removeItem(key);
}
