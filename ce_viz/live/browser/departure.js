// @ts-check
/**
 * A visitor leaves a page, by a link or by the browser's Back, or seems to. Streamlit would take a message for a wish
 * to stay: what there is to say waits in the outbox until it is clear that the visitor has stayed. What a board that is
 * taken down has not brought to Python, another brings to its end.
 *
 * @typedef {import("./board.js").Board} Board
 * @typedef {{event: import("./outbox.js").LiveEvent, id: number, key: string, page: ?string, place: string,
 *   until: number}} Unconfirmed
 */

const ADOPTED_WITHIN = 10_000; // milliseconds
/** @type {Unconfirmed[]} */
let unconfirmed = [];

/** Hands what is unconfirmed to the boards that can bring it to its end. @param {Iterable<Board>} boards */
export function adopt(boards) {
  const isLeft = (/** @type {Unconfirmed} */ each) => ![...boards].some(board => board.adopt(each));
  unconfirmed = unconfirmed.filter(each => each.until > Date.now() && isLeft(each));
}

/** Keeps what a board leaves behind, for those that come. @param {Board} board
 * @param {{event: import("./outbox.js").LiveEvent, id: number}[]} left */
export function bequeath({ data: { key, page }, place }, left) {
  const until = Date.now() + ADOPTED_WITHIN;
  for (const each of left)
    if (/^(edit|arrive)$/.test(each.event.kind)) unconfirmed.push({ ...each, key, page, place, until });
}

/** The address's settings, however it is written: a link to a place on the page changes none of them. */
const search = () => new URLSearchParams(location.search).toString();

export class Departure {
  search = search(); // as of Python's last data, or of where Back has led since
  isBack = false; // or forward by the browser, to another state of this page: what it shows is on its way

  /** @param {Board} board @param {{signal: AbortSignal}} signal */
  constructor(board, signal) {
    this.board = board;
    document.addEventListener("click", ({ target }) => {
      if (target instanceof Element && target.closest("a[href]")) this.begin();
    }, { ...signal, capture: true });
    window.addEventListener("popstate", () => {
      this.isBack = board.place === location.pathname;
      this.begin();
      const before = this.search;
      this.search = search();
      if (this.isBack && this.search !== before) this.forget();
    }, signal);
  }

  begin() {
    const { cards, outbox, road } = this.board;
    outbox.leave();
    for (const { hand } of cards.values()) hand.settle();
    if (road.play.board === this.board) road.play.goByMessages();
  }

  /** What was done before Back belongs to what Back has left: sent after it, it would be done where Back has led. */
  forget() {
    this.board.outbox.forget();
    this.board.road.drop();
    this.board.takeFigures();
  }

  /** Python has sent a link: if it is another one, the page shows where Back has led. @param {string} link */
  hear(link) {
    this.search = search();
    if (!this.isBack || this.board.data.link === link) return;
    this.isBack = false;
    this.board.outbox.stay();
  }
}
