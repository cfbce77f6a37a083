// @ts-check
/**
 * What a hand did, on its way to Python: one message under way at a time, sent again until Python acknowledges it.
 *
 *   idle      sent === null, queue empty
 *   waiting   sent === null, queue not empty: only while the visitor leaves the page
 *   under way sent !== null; new events queue up, and go as one message once this one is acknowledged
 *
 *   send(event)            idle → under way; under way: queued
 *   acknowledge(handled)   under way → idle, or under way with what has queued up, if `handled` reaches sent.id
 *   patience runs out      under way → under way: posted again, with twice the patience
 *   again()                under way → under way: posted again at once
 *   forget()               → idle
 *   leave()                nothing is posted for three seconds: Streamlit would take it for a wish to stay
 *   stay()                 or until it is clear that the visitor has stayed
 *   stop()                 posts nothing any more; gives what is not acknowledged
 *
 * @typedef {{kind: "edit", chart: string, index: number, value: number, final: boolean}
 *   | {kind: "pick", chart: string, i: number, j: number} | {kind: "toggle", chart: string}
 *   | {kind: "undo", redo: boolean} | {kind: "tick"}
 *   | {kind: "arrive", changed: import("./links.js").Changes, ended: boolean}} LiveEvent
 * @typedef {{id: number, events: LiveEvent[]}} Message
 */

const PATIENCE = 2000; // milliseconds, at least, until a message is sent again
const LEAVING = 3000;
const MOST_EVENTS = 32; // that Python reads in one message

export class Outbox {
  /** @type {LiveEvent[]} */ queue = [];
  /** @type {?(Message & {sentAt: number})} */ sent = null;
  lastId = 0;
  patience = PATIENCE;
  leaving = false;
  stopped = false;
  timer = 0;
  departure = 0;

  /** @param {(message: Message) => void} post */
  constructor(post) {
    this.post = post;
  }

  /** Sends an event, or queues it; of edits that wait behind the last event of another kind, the newest of a bar stays.
   * @param {LiveEvent} event */
  send(event) {
    const from = this.queue.findLastIndex(({ kind }) => kind !== "edit") + 1;
    const older = this.queue.findIndex((other, at) => at >= from && event.kind === "edit" && other.kind === "edit" &&
      other.chart === event.chart && other.index === event.index);
    this.queue.splice(older < 0 ? this.queue.length : older, 1, event);
    this.next();
  }

  next() {
    if (this.sent || this.leaving || this.stopped || !this.queue.length) return;
    const sentAt = Date.now();
    this.lastId = Math.max(this.lastId + 1, sentAt); // so that it rises over reloads of the page as well
    this.sent = { id: this.lastId, sentAt, events: this.queue.splice(0, MOST_EVENTS) };
    this.deliver(this.sent, this.patience);
  }

  /** Posts, and posts again while no answer comes: the message, or the run, may be lost with the connection.
   * @param {Message} message @param {number} patience */
  deliver(message, patience) {
    if (!this.leaving) this.post({ id: message.id, events: message.events });
    this.timer = window.setTimeout(() => this.deliver(message, 2 * patience), patience);
  }

  /** Posts at once what is under way: the session that it was sent to is gone, and with it what that has heard. */
  again() {
    if (!this.sent) return;
    clearTimeout(this.timer);
    this.deliver(this.sent, this.patience);
  }

  /** Python has acted on the messages up to `handled`. Gives the events that this acknowledges.
   * @param {number} handled @returns {LiveEvent[]} */
  acknowledge(handled) {
    this.lastId = Math.max(this.lastId, handled);
    if (!this.sent || handled < this.sent.id) return [];
    const { events, sentAt } = this.sent;
    clearTimeout(this.timer);
    this.patience = Math.max(PATIENCE, 3 * (Date.now() - sentAt));
    this.sent = null;
    this.next();
    return events;
  }

  /** All that Python has not acknowledged, oldest first. @returns {LiveEvent[]} */
  unacknowledged() {
    return [...(this.sent?.events ?? []), ...this.queue];
  }

  /** Sends nothing again, and nothing that waits. */
  forget() {
    clearTimeout(this.timer);
    Object.assign(this, { sent: null, queue: [] });
  }

  leave() {
    this.leaving = true;
    clearTimeout(this.departure);
    this.departure = window.setTimeout(() => this.stay(), LEAVING);
  }

  stay() {
    clearTimeout(this.departure);
    this.leaving = false;
    this.next();
  }

  /** @returns {{event: LiveEvent, id: number}[]} each with its message's id, Infinity if it was in none */
  stop() {
    this.stopped = true;
    for (const timer of [this.timer, this.departure]) clearTimeout(timer);
    const { id = 0, events = [] } = this.sent ?? {};
    return [...events.map(event => ({ event, id })), ...this.queue.map(event => ({ event, id: Infinity }))];
  }
}
