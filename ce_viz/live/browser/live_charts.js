// @ts-check
/**
 * Live charts, the browser's part: cards that stay in place between reruns, drawn by Plotly, moved by hand. This file
 * is what Streamlit calls; the folder, by subject:
 *
 *   board     a grid of cards: what there is to see, drawn once a frame
 *   card      one chart: its words, its drawing, what lies over it
 *   drawing   Plotly's part; mover with bars, scatter and cells moves Plotly's nodes between two of its drawings
 *   fit       numbers on bars and cells, as short as they must be; flat: drawings in space without WebGL
 *   layout    how large a card's drawing is, on a screen, on a phone and on paper
 *   overlay   handles, marks and the keyboard's button over a drawing
 *   points    what single points of a drawing say
 *   hand      what pointers and keys do there
 *   road      asks the server's live route for what a hand moves; play: frames by the same road; links: its settings
 *   outbox    messages to Python, one at a time, none lost; departure: what becomes of them when a visitor leaves;
 *             order: buttons wait for them
 *   projector how much larger a hall sees it all; clicker: the keys of a presenter's clicker
 *   back      one entry of the browser's history for each page
 *   dom       elements, texts, files
 *
 * Nothing is computed here but the way from a pixel to a value on an axis and back, and the snapping of values to
 * steps.
 */

import { joinPushes, tidied } from "./back.js";
import { Board } from "./board.js";
import { listen } from "./clicker.js";

/**
 * @typedef {object} Mount
 * @property {Uint8Array} data
 * @property {HTMLElement} parentElement
 * @property {(name: string, value: any) => void} setTriggerValue
 */

/** @type {WeakMap<HTMLElement, {board: ?Board, newest: Uint8Array, text: string}>} */
const mounted = new WeakMap();

listen();
joinPushes();

/** The text that Python has compressed. @param {Uint8Array} data */
function inflate(data) {
  const stream = new DecompressionStream("deflate");
  const writer = stream.writable.getWriter();
  writer.write(/** @type {any} */ (data));
  writer.close();
  return new Response(stream.readable).text();
}

function tidyAddress() {
  const tidy = tidied(location.href);
  if (tidy !== location.href) history.replaceState(history.state, "", tidy);
}

/**
 * Called by Streamlit with each rerun's data, and again when its theme changes.
 * @param {Mount} mount @param {import("./board.js").Urls} urls
 */
export default async function liveCharts({ data, parentElement, setTriggerValue }, urls) {
  const mount = mounted.get(parentElement) ?? { board: null, newest: data, text: "" };
  mounted.set(parentElement, mount);
  mount.newest = data;
  const text = await inflate(data);
  if (mount.newest === data) {
    const parsed = JSON.parse(text);
    mount.board ??= new Board(parentElement, urls, parsed);
    mount.board.outbox.post = message => setTriggerValue("message", { ...message, session: parsed.session });
    if (mount.text === text) mount.board.lookAgain();
    else mount.board.receive(parsed);
    mount.text = text;
    tidyAddress();
  }
  // Streamlit also calls this when newer data overtakes a run: only a board that left the page is taken down.
  return () => {
    if (parentElement.isConnected) return;
    mounted.delete(parentElement);
    mount.board?.remove();
    mount.board = null; // Streamlit may keep this function
  };
}
