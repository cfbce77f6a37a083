// @ts-check
/**
 * What the class is shown, on a student's page: the teacher's boards, which a hand may leave to look around by itself.
 *
 *   following   what is heard is drawn
 *   around      a hand has touched a chart: the charts answer the hand, by the live route; what is heard is kept
 *
 * @typedef {import("./board.js").BoardData} BoardData
 * @typedef {import("./board.js").Urls} Urls
 * @typedef {import("./card.js").Chart} Chart
 * @typedef {import("./road.js").Answer} Answer
 * @typedef {{page: string, link: string, title: string, boards: BoardData[]}} State everything there is to see
 */

import { Board } from "./board.js";
import { withMove } from "./card.js";
import { element, setValues } from "./dom.js";

const TOUCHES = ["pointerdown", "pointermove", "click", "dblclick", "keydown"];

/** A board that asks the live route where others ask Python. */
class Followed extends Board {
  /** @param {HTMLElement} parent @param {Urls} urls @param {BoardData} data @param {Screen} screen */
  constructor(parent, urls, data, screen) {
    super(parent, urls, data);
    this.screen = screen;
    this.outbox.post = message => this.act(message);
  }

  /** @param {import("./hand.js").Edit} edit @param {boolean} begins */
  handMoved(edit, begins) {
    this.screen.leave();
    super.handMoved(edit, begins);
  }

  /** @param {import("./board.js").LiveEvent} event */
  send(event) {
    this.screen.leave();
    super.send(event);
  }

  /** Steps to be undone are a visit's; a student goes back to the class. */
  undo() {}

  /** Without an answer, the outbox asks again. @param {import("./outbox.js").Message} message */
  async act({ id, events }) {
    const answer = await this.road.request(this.data.link, events).catch(() => null);
    if (answer && this.outbox.sent?.id === id) this.screen.answer(this, id, answer);
  }

  /** A chart of this board's with all that belongs to it, if it is held.
   * @param {Chart | import("./card.js").MovedChart} chart @returns {Chart | undefined} */
  whole(chart) {
    if (!chart.move) return chart;
    const still = this.cards.get(chart.name)?.held.get(chart.still);
    return still && withMove(still, chart);
  }

  /** Forgets what a hand did. */
  forget() {
    for (const { hand } of this.cards.values()) {
      clearTimeout(hand.timer);
      Object.assign(hand, { held: null, drag: null });
    }
    this.outbox.forget();
  }
}

/** A board's data with an answer in them. @param {BoardData} data @param {string} link
 * @param {Record<string, import("./road.js").Grid>} grids @param {Map<string, Chart>} charts by name */
const withAnswer = (data, link, grids, charts) => ({ ...data, link, ...grids[data.key],
  charts: data.charts.map(chart => charts.get(chart.name) ?? chart) });

export class Screen {
  /** @type {?State} the newest that was heard */ state = null;
  /** @type {Map<string, Chart>} charts whose still part was heard, by its hash */ stills = new Map();
  /** @type {Map<string, Followed>} */ boards = new Map();
  page = "";
  isAround = false;
  isPaused = false;
  title = element("h2", "fc-title");
  place = element("div", "fc-boards");
  root = element("div", "fc-screen", {}, this.title, this.place);

  /** @param {Urls} urls @param {() => void} left called when a hand begins to look around */
  constructor(urls, left) {
    this.urls = urls;
    this.left = left;
    for (const type of TOUCHES) this.place.addEventListener(type, event => this.guard(event), { capture: true });
  }

  remove() {
    for (const key of [...this.boards.keys()]) this.drop(key);
    this.root.remove();
  }

  /** Whether the charts are not for students' hands: the link that they would need tells what is covered. */
  get isFixed() {
    return Boolean(this.state?.boards.some(({ page }) => page === null));
  }

  /** Keeps hands off the charts. @param {Event} event */
  guard(event) {
    const isOff = this.isPaused || (this.isFixed && !this.isAround);
    if (isOff && /** @type {Element} */ (event.target).closest(".lc-over")) event.stopPropagation();
  }

  /** @param {boolean} isPaused */
  pause(isPaused) {
    this.isPaused = isPaused;
    setValues(this.place, { className: isPaused ? "fc-boards fc-paused" : "fc-boards" });
    if (isPaused && this.isAround) this.back();
  }

  /** Takes everything there is to see. @param {State} state */
  take(state) {
    const boards = state.boards.map(data => ({ ...data, tick: null })); // frames come from the class
    this.state = { ...state, boards };
    this.stills.clear();
    for (const { charts } of boards) for (const chart of charts) if (chart.still) this.stills.set(chart.still, chart);
    if (!this.isAround) this.show();
  }

  /** Takes what has moved; whether all of it is known. @param {Answer} answer */
  move({ link, board: { grids, charts } }) {
    if (!this.state) return false;
    /** @type {Map<string, Chart>} */ const moved = new Map();
    for (const chart of charts) {
      const still = chart.move ? this.stills.get(chart.still) : chart;
      if (!still) return false;
      const whole = chart.move ? withMove(still, chart) : chart;
      if (whole.still) this.stills.set(whole.still, whole);
      moved.set(chart.name, whole);
    }
    const boards = this.state.boards.map(data => withAnswer(data, link, grids, moved));
    this.state = { ...this.state, link, boards };
    if (!this.isAround) this.show();
    return true;
  }

  /** Draws the newest of the class. */
  show() {
    if (!this.state) return;
    const { page, title, boards } = this.state;
    setValues(this.title, { textContent: title });
    for (const key of [...this.boards.keys()])
      if (page !== this.page || !boards.some(data => data.key === key)) this.drop(key);
    this.page = page;
    for (const [at, data] of boards.entries()) {
      const board = this.boards.get(data.key) ?? new Followed(this.place, this.urls, data, this);
      this.boards.set(data.key, board);
      if (this.place.children[at] !== board.root) this.place.insertBefore(board.root, this.place.children[at] ?? null);
      board.receive({ ...data, handled: board.outbox.lastId });
    }
  }

  /** @param {string} key */
  drop(key) {
    this.boards.get(key)?.forget();
    this.boards.get(key)?.remove();
    this.boards.delete(key);
  }

  /** A hand has touched a chart. */
  leave() {
    if (this.isAround) return;
    this.isAround = true;
    this.left();
  }

  /** Takes what the live route says to a hand. @param {Followed} asked @param {number} id @param {Answer} answer */
  answer(asked, id, { link, board: { grids, charts } }) {
    for (const board of this.boards.values()) {
      const whole = charts.map(chart => board.whole(chart)).filter(chart => chart !== undefined);
      const moved = new Map(whole.map(chart => [chart.name, chart]));
      board.receive({ ...withAnswer(board.data, link, grids, moved),
        handled: board === asked ? id : board.data.handled });
    }
  }

  /** Back to the class. */
  back() {
    this.isAround = false;
    for (const board of this.boards.values()) board.forget();
    for (const { road } of this.boards.values()) road.drop();
    this.show();
  }
}
