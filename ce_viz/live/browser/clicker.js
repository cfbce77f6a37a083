// @ts-check
/**
 * The keys that a presenter's clicker sends press the buttons of the strip, where one stands on the page: PageDown and
 * PageUp go on and back, the period, which is meant to turn the screen black, covers and uncovers.
 */

/** @type {Record<string, string>} name of the strip's button by key */
const BUTTONS = { PageDown: "on", PageUp: "back", ".": "black" };
const TYPING = "input:not([role=combobox], [type=range]), textarea, [contenteditable]";

/** @param {KeyboardEvent} event */
function press(event) {
  const name = BUTTONS[event.key];
  const button = name && document.querySelector(`.st-key-strip_${name} button`);
  if (!(button instanceof HTMLElement) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "." && event.target instanceof Element && event.target.matches(TYPING)) return; // a decimal point
  if (document.querySelector("[role=dialog]")) return;
  event.preventDefault();
  event.stopPropagation(); // a bar that was dragged has the focus still, and knows these keys
  if (!event.repeat) button.click();
}

/** Listens, as long as the window is open. */
export function listen() {
  document.addEventListener("keydown", press, { capture: true });
}
