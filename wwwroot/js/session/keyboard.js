// @ts-check
import { placeOf } from "../player/keys.js";

/**
 * Lets somebody write in what has just opened, unless they already write elsewhere by the time its script has come:
 * their next letters would go astray.
 * @param {HTMLElement} root what has opened
 * @param {HTMLTextAreaElement | HTMLInputElement} field in it
 * @param {FocusOptions} [options]
 */
export function give(root, field, options) {
  const at = document.activeElement;
  if (root.contains(at) || placeOf(at).types) return;
  field.focus(options);
  field.setSelectionRange(field.value.length, field.value.length);
}
