// @ts-check
/**
 * A play that the road carries: each frame's answer brings the link from which the next one goes on. Python hears where
 * it has come to when it pauses or ends, when a hand does something, and when Python sends data meanwhile.
 *
 *   at rest   link === null
 *   playing   link !== null; a frame is asked for `tick` ms after the last request, not before its answer
 *   held      playing, while the document is hidden or Python has to act on an event: no frame is asked for
 *
 * @typedef {import("./board.js").Board} Board
 * @typedef {import("./road.js").Road} Road
 */

import { difference, stateName, withChanges } from "./links.js";

const isEnd = (/** @type {import("./outbox.js").LiveEvent} */ event) => event.kind === "arrive" && event.ended;
const isEmpty = (/** @type {object} */ changes) => !Object.keys(changes).length;

export class Play {
  /** @type {?string} */ link = null; // of the frame on the screen
  /** @type {?Board} */ board = null; // that plays, and tells Python
  tick = 0;
  askedAt = 0;
  /** @type {?object} */ awaited = null; // stands for the frame that is under way
  timer = 0;

  /** @param {Road} road */
  constructor(road) {
    this.road = road;
  }

  /** Whether Python has not been told of the frame on the screen. */
  moved() {
    return this.link !== null && !isEmpty(difference(this.road.told(), this.link));
  }

  /** Where the play has come to, if Python does not know. @param {boolean} ended
   * @returns {?import("./outbox.js").LiveEvent} */
  news(ended) {
    const changed = difference(this.road.told(), this.link ?? this.road.told());
    return ended || !isEmpty(changed) ? { kind: "arrive", changed, ended } : null;
  }

  /** Tells Python. @param {boolean} ended */
  tell(ended) {
    const news = this.news(ended);
    if (news) this.board?.outbox.send(news);
  }

  /** Goes on from what Python sends. Where a play and somebody else changed the same setting, theirs holds.
   * @param {string} expected link, had nobody else changed anything @param {string} link that Python sends */
  merge(expected, link) {
    if (this.link === null) return;
    const [mine, theirs] = [difference(expected, this.link), difference(expected, link)];
    if (isEmpty(theirs)) return;
    const disputed = Object.keys(theirs).some(name => name in mine && mine[name] !== theirs[name]);
    this.link = disputed || isEmpty(mine) ? link : withChanges(link, mine);
    this.awaited = null;
  }

  /** Starts, goes on or stops as a board's data say.
   * @param {Board} board @param {import("./board.js").BoardData} data */
  take(board, data) {
    if (data.tick === null) {
      if (this.board !== board) return;
      this.tell(true);
      this.stop();
    } else if (this.link === null) {
      if (board.ticks === null) this.road.tryAgain();
      if (!this.road.open || this.hasEnded()) return;
      Object.assign(this, { link: data.link, board, tick: data.tick, askedAt: Date.now() });
    } else if (this.board === board) {
      this.tick = data.tick;
      if (!this.road.pending().some(({ kind }) => kind === "arrive")) this.tell(false);
    }
    this.schedule();
  }

  /** Tells Python that a play is over, if it asks and nobody else does: it may have ended before it began here.
   * @param {Board} board @param {import("./board.js").BoardData} data */
  answer(board, data) {
    if (data.asksEnd && !this.board && !this.hasEnded() && !board.pending().some(isEnd))
      board.outbox.send({ kind: "arrive", changed: {}, ended: true });
  }

  /** Whether Python is still to learn that a play has ended. */
  hasEnded() {
    return this.road.pending().some(isEnd);
  }

  /** Whether the next frame has to wait: nobody would see it, or it would not know what Python is about to do. */
  isHeld() {
    return document.hidden || this.road.pending().some(({ kind }) => kind !== "arrive");
  }

  schedule() {
    clearTimeout(this.timer);
    if (this.link === null || this.awaited || this.isHeld()) return;
    this.timer = window.setTimeout(() => this.ask(), Math.max(0, this.askedAt + this.tick - Date.now()));
  }

  /** A hand does something: the frame under way is not wanted any more. */
  hold() {
    clearTimeout(this.timer);
    this.awaited = null;
  }

  async ask() {
    if (this.link === null || this.isHeld()) return;
    const awaited = (this.awaited = {});
    this.askedAt = Date.now();
    const answer = await this.road.follow(this.link, [{ kind: "tick" }], () => this.awaited === awaited);
    if (this.awaited !== awaited) return;
    this.awaited = null;
    if (answer) {
      this.link = answer.link;
      this.road.lastAsked = stateName(answer.link, []);
      this.road.heard?.();
    }
    if (answer?.board.tick === null) {
      this.tell(true);
      this.stop();
    } else this.tick = answer?.board.tick ?? this.tick;
    this.schedule();
  }

  /** The road has closed: Python carries the play on, from the frame on the screen. */
  goByMessages() {
    this.tell(false);
    this.stop();
  }

  stop() {
    this.hold();
    Object.assign(this, { link: null, board: null });
  }
}
