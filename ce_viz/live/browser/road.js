// @ts-check
/**
 * The live road: what a hand does is answered by a route of the server, past the script. One per window, shared by the
 * boards of a page. It is never needed: where the route is not there, everything goes on by messages.
 *
 *   open     closedAt === null: a state is asked for as it changes, at most six requests under way, the newest waiting
 *   closed   a request failed or took too long: messages only, until another page, or the next gesture after 10 s
 *
 * @typedef {import("./outbox.js").LiveEvent} LiveEvent
 * @typedef {import("./card.js").Chart} Chart
 * @typedef {import("./card.js").MovedChart} MovedChart
 * @typedef {{headline: import("./dom.js").Pieces, picked: ?[number, number]}} Grid
 * @typedef {{link: string, board: {tick: ?number, grids: Record<string, Grid>, charts: (Chart | MovedChart)[]}}} Answer
 * @typedef {import("./board.js").Board} Board
 * @typedef {import("./board.js").BoardData} BoardData
 */

import { difference, stateName, withChanges } from "./links.js";
import { Order } from "./order.js";
import { Play } from "./play.js";

const MOST_REQUESTS = 6;
const LATE = 2000; // milliseconds after which an answer counts as none
const RETRY = 10_000;

export class Road {
  /** @type {Set<Board>} */ boards = new Set();
  /** @type {?string} */ page = null;
  url = ""; // of the folder that the routes are in
  base = ""; // link of the settings that Python last sent
  visit = 0; // rises when what is under way has no meaning any more
  asked = 0; // number of the newest request for a state
  drawn = 0; // number of the newest one whose answer is on the screen, or is overtaken by Python's own data
  lastAsked = ""; // name of the state on the screen, or on its way there
  waiting = false; // whether a state waits for a free place
  /** @type {?number} */ closedAt = null;
  /** @type {Set<AbortController>} */ underWay = new Set();
  /** @type {?() => void} called when the page may show something else; a teacher's panel hears it */ heard = null;
  play = new Play(this);
  order = new Order(this.boards);

  get open() {
    return this.page !== null && this.closedAt === null;
  }

  /** The boards of the page that the road leads to. */
  own() {
    return [...this.boards].filter(({ data }) => data.page !== null && data.page === this.page);
  }

  /** The board that an event of the whole page goes by. @param {?EventTarget} target */
  speaker(target) {
    const boards = [...this.boards].filter(({ root }) => root.isConnected);
    return boards.find(({ root }) => root.contains(/** @type {?Node} */ (target))) ?? boards[0];
  }

  /** What Python has not acknowledged, of all boards, and what a hand still holds. @returns {LiveEvent[]} */
  pending() {
    return this.own().flatMap(board => board.pending());
  }

  /** Link of the settings that Python has sent, with what it has been told of a play. */
  told() {
    return this.pending().reduce((link, event) =>
      event.kind === "arrive" ? withChanges(link, event.changed) : link, this.base);
  }

  /** What the page shows, as the live route is asked for it. @returns {{link: string, events: LiveEvent[]}} */
  shown() {
    const events = this.pending().filter(({ kind }) => kind === "edit" || kind === "pick")
      .map(event => (event.kind === "edit" ? { ...event, final: false } : event)); // whether it is makes no other state
    return { link: this.play.link ?? this.told(), events };
  }

  /** Whether charts show, or wait for, states that are newer than those that Python has sent. */
  ahead() {
    return this.play.moved() || this.pending().some(({ kind }) =>
      kind === "arrive" || (this.open && (kind === "edit" || kind === "pick")));
  }

  /** Takes the settings behind a board's new data; whether its figures are older than those on the screen.
   * @param {Board} board @param {BoardData} data @param {LiveEvent[]} acknowledged by these data */
  take(board, data, acknowledged) {
    if (data.page === null) return false;
    if (data.page !== this.page) this.enter(data.page, data.link);
    const expected = acknowledged.reduce((link, event) =>
      event.kind === "arrive" ? withChanges(link, event.changed) : link, this.base);
    this.play.merge(expected, data.link);
    this.base = data.link;
    this.play.take(board, data);
    this.heard?.();
    if (this.ahead()) {
      this.ask();
      return true;
    }
    this.drawn = this.asked;
    this.lastAsked = stateName(data.link, []);
    const withheld = this.own().filter(other => other !== board && other.withheld);
    for (const other of withheld) if (other.data.link === this.base) other.takeFigures();
    if (withheld.some(other => other.withheld)) {
      this.lastAsked = "";
      this.ask();
    }
    return false;
  }

  /** Begins with a page; what was under way for another is dropped. @param {?string} page @param {string} link */
  enter(page, link) {
    this.drop();
    this.play.stop();
    Object.assign(this, { page, base: link, closedAt: null });
    this.heard?.();
  }

  drop() {
    this.visit += 1;
    for (const request of this.underWay) request.abort();
    this.underWay.clear();
    Object.assign(this, { waiting: false, lastAsked: "", drawn: this.asked });
  }

  /** A gesture begins: a road that has been closed for a while is tried again. */
  tryAgain() {
    if (this.closedAt !== null && Date.now() - this.closedAt >= RETRY) this.closedAt = null;
  }

  /** The route is not there: what it was asked for goes by messages. */
  close() {
    this.closedAt = Date.now();
    this.drop();
    this.play.goByMessages();
    for (const board of this.own()) board.goByMessages();
  }

  /** Asks for the state on the screen, if it differs from the one asked for last. */
  async ask() {
    this.heard?.();
    if (!this.open || this.pending().some(({ kind }) => kind === "undo")) return; // only Python knows what that brings
    const { link, events } = this.shown();
    const state = stateName(link, events);
    if (state === this.lastAsked) return;
    this.waiting = this.underWay.size >= MOST_REQUESTS;
    if (this.waiting) return;
    this.lastAsked = state;
    await this.follow(link, events);
  }

  /** Requests a state and draws it; null where it did not come or is not wanted any more.
   * @param {string} link @param {LiveEvent[]} events @param {() => boolean} [wanted] @returns {Promise<?Answer>} */
  async follow(link, events, wanted = () => true) {
    const [visit, number] = [this.visit, ++this.asked];
    const answer = await this.request(link, events).catch(() => null);
    if (visit !== this.visit) return null;
    if (!answer) {
      this.close();
      return null;
    }
    if (this.waiting) this.ask();
    if (number <= this.drawn || !wanted()) return null;
    this.drawn = number;
    for (const board of this.own()) board.follow(answer);
    return answer;
  }

  /** What an event of a page that the visitor has left makes of the settings: this page has no chart that knows it.
   * @param {string} page @param {LiveEvent} event @returns {Promise<LiveEvent>} */
  async outcome(page, event) {
    const link = this.told();
    const answer = await this.request(link, [event], page);
    return { kind: "arrive", changed: difference(link, answer.link), ended: false };
  }

  /** @param {string} link @param {LiveEvent[]} events @param {?string} [page] @returns {Promise<Answer>} */
  async request(link, events, page = this.page) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), LATE);
    this.underWay.add(stop);
    try {
      const [board] = this.own();
      const done = JSON.stringify(events.length > 1 ? events : events[0]);
      const have = this.own().flatMap(each => each.held()).join(".");
      const event = done && `event=${encodeURIComponent(done)}`;
      const query = [link, event, have && `have=${have}`].filter(Boolean).join("&");
      const headers = { "Accept-Language": board.data.words.lang };
      const response = await fetch(`${this.url}${page}?${query}`, { signal: stop.signal, headers });
      const type = response.headers.get("content-type") ?? "";
      if (response.status !== 200 || !/^application\/json\b/.test(type)) throw new TypeError(type);
      const answer = await response.json();
      if (typeof answer?.link !== "string" || !Array.isArray(answer.board?.charts)) throw new TypeError("no answer");
      return answer;
    } finally {
      clearTimeout(timer);
      this.underWay.delete(stop);
    }
  }

  /** A board leaves the page. Gives the news of a play that Python has not been told. @param {Board} board */
  leave(board) {
    const news = this.play.board === board ? this.play.news(false) : null;
    if (this.play.board === board) this.play.stop();
    this.boards.delete(board);
    if (!this.own().length) this.enter(null, "");
    return news;
  }
}
