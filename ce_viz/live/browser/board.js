// @ts-check
/**
 * One grid of cards. Python's data, answers of the live road and hands change what there is to see; `render` draws it
 * in the next frame, and once all has been at rest for a moment, Plotly draws whatever was only moved.
 *
 * @typedef {{key: string, page: ?string, link: string, session?: string, handled: number,
 *   headline: import("./dom.js").Pieces, columns: number, picked: ?[number, number], tick: ?number, asksEnd?: boolean,
 *   canHide: boolean, height: number, presented: ?number, words: Record<string, string>,
 *   palette: Record<string, string>, charts: import("./card.js").Chart[]}} BoardData
 * @typedef {{files: string, plotly: string, live: string}} Urls
 * @typedef {import("./outbox.js").LiveEvent} LiveEvent
 */

import { Card } from "./card.js";
import { Departure, adopt, bequeath } from "./departure.js";
import { element, loadPlotly, loadStyles, lookOf, renderPieces, setValues } from "./dom.js";
import { Outbox } from "./outbox.js";
import { Road } from "./road.js";
import { place } from "./share.js";

const STYLES = ["live_charts.css", "page.css", "print.css"]; // component.py names them too
const REST = 150; // milliseconds without a change after which Plotly draws what was moved

export const road = new Road();

export class Board {
  /** @type {BoardData} */ data;
  /** @type {Map<string, Card>} */ cards = new Map();
  /** @type {?import("./road.js").Grid} what the road has answered since Python's last data */ answered = null;
  withheld = false; // whether the figures of `data` are older than those on the screen
  /** @type {?number} of the data before */ ticks = null;
  place = ""; // path of the page it stands on
  hovered = "";
  /** @type {?number} of a hall's screen, as the height of a drawing */ share = null;
  isPrinting = false;
  isReady = false; // plotly.js and the style sheet have come, or have failed to
  frame = 0;
  timers = { rest: 0, tick: 0 };
  headline = element("p", "lc-headline");
  spoken = element("p", "lc-spoken", { role: "status" });
  isMoved = false; // whether a hand has moved a bar: before that nobody waits to hear what follows from it
  grid = element("div", "lc-grid");
  off = new AbortController();

  /** @param {HTMLElement} parent @param {Urls} urls @param {BoardData} data */
  constructor(parent, urls, data) {
    this.data = data;
    this.urls = urls;
    road.url = urls.live;
    this.road = road;
    this.outbox = new Outbox(() => undefined);
    this.root = parent.appendChild(element("div", "lc", { hidden: true }, this.headline, this.spoken, this.grid));
    loadStyles(urls.files, STYLES).then(() => (this.root.hidden = false));
    this.look = lookOf(this.root);
    const watch = (/** @type {(card: Card, entry: any) => void} */ note) => (/** @type {any[]} */ entries) => {
      for (const entry of entries) note(entry.target.card, entry);
      this.schedule();
    };
    this.sizes = new ResizeObserver(watch((card, { contentRect }) => (card.room = contentRect.width)));
    this.sights = new IntersectionObserver(watch((card, { isIntersecting }) => (card.isSeen = isIntersecting)));
    const signal = { signal: this.off.signal };
    document.addEventListener("keydown", event => this.undo(event), signal);
    document.addEventListener("visibilitychange", () => (this.tick(), road.play.schedule()), signal);
    this.departure = new Departure(this, signal);
    window.addEventListener("resize", () => (place(this, road.boards), this.schedule()), signal);
    for (const type of ["beforeprint", "afterprint"])
      window.addEventListener(type, () => this.print(type === "beforeprint"), signal);
    road.boards.add(this);
  }

  remove() {
    this.off.abort();
    const news = road.leave(this); // before the outbox is stopped: it holds what they are news of
    for (const { hand } of this.cards.values()) hand.settle();
    const left = this.outbox.stop();
    if (news) left.push({ event: news, id: Infinity });
    bequeath(this, left);
    cancelAnimationFrame(this.frame);
    for (const timer of Object.values(this.timers)) clearTimeout(timer);
    for (const observer of [this.sizes, this.sights]) observer.disconnect();
    for (const card of this.cards.values()) card.remove();
    this.root.remove();
    adopt(road.boards);
  }

  /** Brings another board's event to its end, if this one can; whether there is nothing left to do.
   * @param {import("./departure.js").Unconfirmed} left */
  adopt({ event, id, key, page, place }) {
    if (key === this.data.key && id <= this.data.handled) return true;
    if (event.kind === "arrive" && this.data.page !== null) this.outbox.send(event);
    else if (event.kind === "edit" && place === this.place && this.cards.get(event.chart)?.chart.editable)
      this.send({ ...event, final: true });
    else if (event.kind === "edit" && place !== this.place && page !== null && this.data.page !== null)
      road.outcome(page, event).then(news => this.outbox.send(news), () => undefined); // without a road it is lost
    else return false;
    return true;
  }

  /** Takes a rerun's data. @param {BoardData} data */
  receive(data) {
    this.ticks = this.data === data ? null : this.data.tick;
    this.departure.hear(data.link);
    if (data.session !== this.data.session) this.outbox.again();
    this.data = data;
    this.place = location.pathname;
    setValues(document.documentElement, { lang: data.words.lang }); // Streamlit's page says English, whatever is on it
    this.withheld = road.take(this, data, this.outbox.acknowledge(data.handled));
    road.play.answer(this, data);
    place(this, road.boards);
    for (const [name, card] of this.cards) if (!data.charts.some(chart => chart.name === name)) this.drop(card);
    for (const [at, chart] of data.charts.entries()) {
      const card = this.cards.get(chart.name) ?? this.add(chart);
      if (!this.withheld || chart.hidden || card.chart.hidden) card.take(chart);
      if (!this.isReady) card.renderWords(); // its buttons have names while plotly.js is on its way
      if (this.grid.children[at] !== card.cell) this.grid.insertBefore(card.cell, this.grid.children[at] ?? null);
    }
    if (!this.withheld) this.answered = null;
    adopt(road.boards);
    road.order.hear();
    this.prepare();
    this.lookAgain();
  }

  /** @param {import("./card.js").Chart} chart */
  add(chart) {
    const card = new Card(this, chart);
    card.take(chart);
    this.cards.set(chart.name, card);
    this.sizes.observe(card.frame);
    this.sights.observe(card.section);
    return card;
  }

  /** @param {Card} card */
  drop(card) {
    this.cards.delete(card.name);
    this.sizes.unobserve(card.frame);
    this.sights.unobserve(card.section);
    card.remove();
  }

  /** Takes the figures of data that were withheld. */
  takeFigures() {
    this.withheld = false;
    this.answered = null;
    for (const chart of this.data.charts) this.cards.get(chart.name)?.take(chart);
    this.schedule();
  }

  /** Takes an answer of the live road. @param {import("./road.js").Answer} answer */
  follow(answer) {
    this.withheld = true;
    this.answered = answer.board.grids?.[this.data.key] ?? this.answered;
    for (const chart of answer.board.charts) this.cards.get(chart.name)?.take(chart);
    this.schedule();
  }

  picked() {
    return (this.answered ?? this.data).picked;
  }

  /** Hashes of the still parts that the browser holds. @returns {string[]} */
  held() {
    return [...this.cards.values()].flatMap(card => [...card.held.keys()]);
  }

  /** What Python has not acknowledged, and what a hand still holds. @returns {LiveEvent[]} */
  pending() {
    const held = [...this.cards.values()].flatMap(({ hand }) => hand.held ?? []);
    return [...this.outbox.unacknowledged(), ...held];
  }

  /** Whether what a hand does goes to Python as it moves: there is no live road. */
  isByMessages() {
    return this.data.page === null || !road.open;
  }

  /** Sends an event, after the news of a play that Python would not know of. @param {LiveEvent} event */
  send(event) {
    if (this.data.page !== null) {
      road.tryAgain();
      road.play.hold();
      if (road.play.moved()) road.play.tell(false);
    }
    this.outbox.send(event);
    if (!this.isByMessages()) road.ask();
    this.schedule();
  }

  /** A hand has moved a bar.
   * @param {import("./hand.js").Edit} edit @param {boolean} begins whether it is a new gesture */
  handMoved(edit, begins) {
    this.cards.get(edit.chart)?.edits.set(edit.index, edit.value);
    this.isMoved = true;
    if (begins && this.data.page !== null) {
      road.tryAgain();
      road.play.hold();
    }
    if (this.isByMessages()) this.outbox.send(edit);
    else road.ask();
    this.schedule();
  }

  /** The road has closed: what a hand holds goes by messages. */
  goByMessages() {
    for (const { hand } of this.cards.values()) if (hand.held) this.outbox.send(hand.held);
    this.schedule();
  }

  /** Keys for undo, unless a text field wants them. @param {KeyboardEvent} event */
  undo(event) {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || !/^[zy]$/i.test(event.key)) return;
    if (/** @type {Element} */ (event.target).closest("input, textarea, select, [contenteditable]")) return;
    event.preventDefault();
    for (const { hand } of this.cards.values()) hand.settle();
    if (this !== road.speaker(event.target)) return; // one board speaks for the page
    this.send({ kind: "undo", redo: event.shiftKey || /y/i.test(event.key) });
  }

  /** Marks what lies under the mouse in all charts. @param {?{i: number, j: number}} hit */
  hover(hit) {
    const spot = hit ? `${hit.i} ${hit.j}` : "";
    if (spot === this.hovered) return;
    this.hovered = spot;
    for (const { overlay } of this.cards.values()) {
      overlay.mark("hovered", hit?.i, hit?.j);
      overlay.point(hit);
    }
  }

  /** Draws again if the theme has changed: looks after the next painting, when to look costs nothing. */
  lookAgain() {
    requestAnimationFrame(() => setTimeout(() => {
      if (!this.root.isConnected) return;
      const look = lookOf(this.root);
      if (look.dark === this.look.dark && look.font === this.look.font) return;
      this.look = look;
      this.schedule();
    }));
  }

  async prepare() {
    await Promise.all([loadPlotly(this.urls.plotly), loadStyles(this.urls.files, STYLES)]);
    this.isReady = true;
    this.schedule();
  }

  schedule() {
    this.frame ||= requestAnimationFrame(() => this.render());
  }

  /** Brings the page up to date with the data, the answers and the hands. @param {boolean} [whole] out of sight too,
   * and all by Plotly */
  render(whole = false) {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    if (!this.isReady || !this.root.isConnected) return;
    renderPieces(this.headline, (this.answered ?? this.data).headline);
    const edits = this.pending().filter(({ kind }) => kind === "edit");
    const cards = [...this.cards.values()];
    for (const card of cards) {
      card.edits = new Map(edits.flatMap(edit =>
        edit.kind === "edit" && edit.chart === card.name ? [[edit.index, edit.value]] : []));
      card.renderWords();
      if (card.isSeen || whole) card.render(whole);
    }
    for (const card of cards) card.arrange(); // after all drawings: else each lays the page out again
    for (const timer of Object.values(this.timers)) clearTimeout(timer);
    this.timers.rest = window.setTimeout(() => (this.say(), this.finish(cards)), REST);
    if (this.data.tick !== null) this.timers.tick = window.setTimeout(() => this.tick(), this.data.tick);
  }

  /** Says the line above the charts, without its small print, once all is at rest: after the slider's own new value. */
  say() {
    if (!this.isMoved || this.data.tick !== null) return;
    const pieces = (this.answered ?? this.data).headline.filter(([, ...tags]) => !tags.includes("small"));
    setValues(this.spoken, { textContent: pieces.map(([text]) => text).join("").trim() });
  }

  /** Draws all charts for paper, or for the screen again. @param {boolean} isPrinting */
  print(isPrinting) {
    if (isPrinting !== this.isPrinting) Object.assign(this, { isPrinting }).render(true);
  }

  /** Has Plotly draw what was moved, and what is out of sight, one chart after another: a hand may come between.
   * @param {Card[]} cards */
  finish([card, ...others]) {
    if (!card || !this.root.isConnected) return;
    if (this.cards.get(card.name) === card) {
      card.render(true);
      card.arrange();
    }
    this.timers.rest = window.setTimeout(() => this.finish(others), 0);
  }

  /** Asks by message for the next frame of a play, if somebody can see it. */
  tick() {
    if (this.data.tick === null || !this.isByMessages() || document.hidden) return;
    const waits = this.pending().some(event => event.kind === "tick" || (event.kind === "arrive" && event.ended));
    if (!waits) this.outbox.send({ kind: "tick" });
  }
}
