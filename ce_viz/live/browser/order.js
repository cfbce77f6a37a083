// @ts-check
/**
 * What a hand does on a chart takes effect before what it does next on a button. Both are messages to Python, and where
 * one run answers several, Streamlit lets them act in an order of its own: an undo would take back the step before the
 * one that was meant.
 */

const PATIENCE = 2000; // milliseconds: Python may not be there to answer
const HAND = /^(edit|pick|toggle|undo)$/; // a play goes on meanwhile: to wait for its end would be to wait for ever

export class Order {
  /** @type {HTMLElement[]} buttons whose clicks wait, the first first */ held = [];
  timer = 0;
  isReleasing = false;

  /** @param {Set<import("./board.js").Board>} boards of the page */
  constructor(boards) {
    this.boards = boards;
    document.addEventListener("click", event => this.hold(event), { capture: true });
  }

  /** Whether Python has still to hear what a hand did on a chart. */
  isBusy() {
    return [...this.boards].some(board => board.pending().some(({ kind }) => HAND.test(kind)));
  }

  /** @param {MouseEvent} event */
  hold(event) {
    const target = event.target instanceof Element ? event.target.closest("[data-testid=stButton] button") : null;
    if (this.isReleasing || !(target instanceof HTMLElement)) return;
    for (const { cards } of this.boards) for (const { hand } of cards.values()) hand.settle();
    if (!this.isBusy()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.held.push(target);
    this.timer ||= window.setTimeout(() => this.release(), PATIENCE);
  }

  /** Python has answered a board. */
  hear() {
    if (!this.isBusy()) this.release();
  }

  release() {
    clearTimeout(this.timer);
    this.timer = 0;
    this.isReleasing = true;
    for (const button of this.held.splice(0)) button.click();
    this.isReleasing = false;
  }
}
