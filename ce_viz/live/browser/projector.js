// @ts-check
/**
 * A hall's screen: all is enlarged until the smallest print in a drawing is a fortieth of the window's height.
 *
 * @typedef {import("./board.js").Board} Board
 * @typedef {import("./board.js").BoardData} BoardData
 */

import { setValues } from "./dom.js";

const HEIGHT = 40 * 11; // pixels of a window in which nothing has to be enlarged
const PHONE = 640; // pixels of width up to which a presenter's link looks as any other

/** Whether a board stands on a hall's screen. @param {BoardData} data */
export const isProjected = data => Boolean(data.presented) && innerWidth > PHONE;

/** How many times larger a board is drawn. @param {BoardData} data */
export const scaleOf = data => (isProjected(data) ? Math.max(1, innerHeight / HEIGHT) : 1);

/** Height of its drawings before they are enlarged. @param {Board} board */
export const heightOf = ({ data, share }) => (isProjected(data) && (share ?? data.presented)) || data.height;

/** Tells the style sheet. @param {Board} board */
export function tellStyles(board) {
  const { root, data } = board;
  const style = `--columns:${data.columns};--scale:${scaleOf(data)};--height:${heightOf(board)}px`;
  setValues(root, { style, "data-columns": data.columns, "data-projected": isProjected(data) });
}
