// @ts-check
/**
 * How high drawings are on a hall's screen: what the words around them leave of it, shared alike. As many boards as can
 * be read stand whole on the first screen; those below it keep the height that Python gives them.
 *
 * @typedef {import("./board.js").Board} Board
 */

import { isProjected, scaleOf, tellStyles } from "./projector.js";

// Pixels of a drawing before it is enlarged: at least with all that follows on the screen, with the next boards, alone.
const [WHOLE, GOOD, LEAST] = [170, 96, 64];
const EDGE = 9; // pixels below the last board
const PAGE = ".stMainBlockContainer";

/** @type {WeakSet<Element>} */
const watched = new WeakSet();
/** @type {Iterable<Board>} those on the page */
let present = [];
let frame = 0;
const changes = new ResizeObserver(shareSoon);

/** Tells the style sheet how a board is drawn, and shares the screen among all on the page: with its next painting,
 * and whenever something around them changes its size. @param {Board} board @param {Iterable<Board>} boards */
export function place(board, boards) {
  tellStyles(board);
  present = boards;
  shareSoon();
}

function shareSoon() {
  frame ||= requestAnimationFrame(() => {
    frame = 0;
    share(present);
  });
}

/** Gives a board its share; what it has already is good for a pixel less. @param {Board} board
 * @param {?number} share */
function give(board, share) {
  const more = (share ?? 0) - (board.share ?? 0);
  if ((share === null) === (board.share === null) && more > -0.1 && more < 1.1) return;
  board.share = share && Math.floor(share);
  tellStyles(board);
  board.schedule();
}

/** @param {Iterable<Board>} boards */
function share(boards) {
  const projected = [...boards].filter(({ root, data }) => root.closest(PAGE) && isProjected(data));
  for (const { root } of projected) watch(root);
  for (const stack of stacks(projected.map(measured))) divide(stack);
}

/** Watches what can move a board: all that stands beside it and beside what holds it. @param {Element} root */
function watch(root) {
  for (let node = root; !node.matches(PAGE) && node.parentElement; node = node.parentElement)
    for (const each of node.parentElement.children)
      if (!watched.has(each)) {
        watched.add(each);
        changes.observe(each);
      }
}

/** Where a board stands on its page, and what of that are drawings. @param {Board} board */
function measured(board) {
  const { root, data, cards } = board;
  const page = /** @type {Element} */ (root.closest(PAGE)).getBoundingClientRect();
  const { left, right, top } = root.getBoundingClientRect();
  const rows = new Map(); // by their top: cards side by side may have titles of one line and of two
  let bottom = top - page.top;
  for (const { cell, frame, chart } of cards.values()) {
    if (chart.height) continue; // set apart by a height of its own
    const box = cell.getBoundingClientRect();
    rows.set(Math.round(box.top), frame.getBoundingClientRect().height);
    bottom = Math.max(bottom, box.bottom - page.top);
  }
  const ends = [...(root.closest(".stVerticalBlock")?.children ?? [])].map(each => each.getBoundingClientRect().bottom);
  const drawn = [...rows.values()].reduce((sum, height) => sum + height, 0);
  return { board, left, right, top: top - page.top, bottom, rows: rows.size, drawn, scale: scaleOf(data),
    end: Math.max(...ends) - page.top + EDGE };
}

/** @typedef {ReturnType<typeof measured>} Measured */

/** Boards below one another, from the top. @param {Measured[]} boards */
function stacks(boards) {
  /** @type {Measured[][]} */
  const found = [];
  for (const each of boards.sort((one, other) => one.top - other.top)) {
    const above = found.find(stack => stack.some(({ left, right }) => left < each.right && each.left < right));
    if (above) above.push(each);
    else found.push([each]);
  }
  return found;
}

/** Gives boards below one another their heights. @param {Measured[]} stack */
function divide(stack) {
  const sum = (/** @type {Measured[]} */ boards, /** @type {"rows" | "drawn"} */ what) =>
    boards.reduce((sofar, each) => sofar + each[what], 0);
  /** Height of each drawing if so many boards, and what ends there, fill the screen.
   * @param {number} count @param {number} end */
  const height = (count, end) => {
    const boards = stack.slice(0, count);
    const left = innerHeight - EDGE - end + sum(boards, "drawn");
    return left / sum(boards, "rows") / stack[0].scale;
  };
  const tries = stack.map(({ bottom }, at) => ({ count: at + 1, end: bottom, least: at ? GOOD : LEAST }));
  tries.push({ count: stack.length, end: stack[stack.length - 1].end, least: WHOLE });
  const { count, end } = tries.reverse().find(each => height(each.count, each.end) >= each.least) ??
    { count: 0, end: 0 };
  const shared = count ? height(count, end) : 0;
  for (const [at, { board }] of stack.entries()) give(board, at < count ? shared : null);
}
