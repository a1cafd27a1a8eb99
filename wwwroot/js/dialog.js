// @ts-check

/** @param {HTMLDialogElement} dialog */
export function open(dialog) {
  if (!dialog.open) dialog.showModal();
}

/** @param {HTMLDialogElement} dialog */
export function close(dialog) {
  dialog?.close();
}
