// @ts-check
/**
 * A class as its teacher's tab holds it: the key, what the page shows, what was asked and what was answered, so that it
 * can be opened again wherever it was lost.
 *
 *   none      no class
 *   opening   a code is asked for
 *   on        the class follows; lost: the server is not heard of, and is tried again
 *
 * @typedef {{code: string, key: string, held: unknown, shown: Shown}} Kept in this tab, over reloads
 * @typedef {{page: string, link: string, events: import("./outbox.js").LiveEvent[]}} Shown
 * @typedef {import("./question.js").Told} Told
 * @typedef {"none" | "opening" | "on" | "lost"} State
 */

import { road } from "./board.js";
import { Line, speak } from "./line.js";
import { stateName } from "./links.js";
import { told } from "./question.js";

const PLACE = "ce_viz.teacher"; // in the tab's own storage, which no other tab and no server sees
const PACE = 40; // milliseconds from one state that is sent to the next: what is between them is not missed
const AGAIN = 1000; // after which a state that was not taken is sent again
const MENDED = 2000; // within which the class is not opened twice

/** @returns {?Kept} */
function remembered() {
  try {
    return JSON.parse(sessionStorage.getItem(PLACE) ?? "null");
  } catch {
    return null;
  }
}

/** @param {?Kept} kept */
function remember(kept) {
  try {
    if (kept) sessionStorage.setItem(PLACE, JSON.stringify(kept));
    else sessionStorage.removeItem(PLACE);
  } catch {
    // a browser that keeps nothing: a reload ends the class
  }
}

export class Teacher {
  /** @type {?Kept} */ kept = remembered();
  /** @type {State} */ state = this.kept ? "lost" : "none";
  /** @type {?Told} */ told = null;
  /** @type {?Line} */ line = null;
  sent = ""; // name of the state that the server has judged
  /** @type {?Promise<void>} */ sending = null;
  openedAt = 0;

  /** @param {string} live address of the live routes @param {string} language @param {() => void} changed */
  constructor(live, language, changed) {
    this.live = live;
    this.language = language;
    this.changed = changed;
    road.heard = () => {
      this.show();
      this.changed();
    };
    if (this.kept) this.listen();
  }

  get url() {
    return `${this.live}class/${this.kept?.code}`;
  }

  /** Whether the page shows what students may see: not the charts of a file of one's own. */
  get isSeen() {
    return road.page !== null;
  }

  /** What the page shows; what it showed last, where that is nobody else's business.
   * @returns {Shown} */
  shown() {
    if (!this.isSeen) return this.kept?.shown ?? { page: "explore", link: "", events: [] };
    return { page: road.page ?? "", ...road.shown() };
  }

  /** Opens a class. Gives the rule that it was refused by, or nothing. @returns {Promise<string>} */
  async open() {
    this.state = "opening";
    this.changed();
    const { status, answer } = await speak(`${this.live}class`, {});
    if (status === 201) {
      this.keep({ code: answer.code, key: answer.key, held: null, shown: this.shown() });
      const rule = await this.takeUp();
      if (!rule) {
        this.state = "on";
        this.listen();
        this.changed();
        return "";
      }
      this.forget();
      return rule;
    }
    this.forget();
    return this.rule(status, answer);
  }

  /** Opens the class of the key, with all that this tab knows of it.
   * @returns {Promise<string>} the rule that it was refused by */
  async takeUp() {
    const shown = this.shown();
    const { status, answer } = await speak(this.url, { kind: "open", ...shown, held: this.kept?.held }, this.kept?.key);
    if (status !== 200) return this.rule(status, answer);
    this.sent = stateName(`${shown.page}?${shown.link}`, shown.events);
    this.hold(answer.held);
    return "";
  }

  /** Opens the class where the server answers that does not know it, and listens there. Whether it is open. */
  async move() {
    const isOpen = !(await this.takeUp());
    if (isOpen) this.line?.again();
    return isOpen;
  }

  listen() {
    this.line?.close();
    this.line = new Line(`${this.url}?lang=${this.language}`,
      { Authorization: `Bearer ${this.kept?.key}` }, this);
  }

  /** @param {number} status @param {import("./line.js").Message} answer */
  rule(status, answer) {
    return answer.problems?.[0]?.rule ?? (status ? "failed" : "lost");
  }

  /** @param {Kept} kept */
  keep(kept) {
    this.kept = kept;
    remember(kept);
  }

  /** @param {unknown} held */
  hold(held) {
    if (held && this.kept) this.keep({ ...this.kept, held });
  }

  forget() {
    this.line?.close();
    remember(null);
    Object.assign(this, { line: null, kept: null, told: null, state: "none", sent: "" });
    this.changed();
  }

  /** @param {import("./line.js").Message} message */
  take(message) {
    if (message.kind === "held") this.hold(message.held);
    else if (message.kind === "class") this.told = told(message);
    else if (message.kind === "closed") this.forget();
    else if (message.kind === "replaced") this.line?.close();
    this.changed();
  }

  joined() {
    this.state = "on";
    this.changed();
    this.show();
  }

  /** Where the server does not know the class, it is opened again. @param {number} status */
  async broke(status) {
    if (status === 403) this.forget();
    if (status !== 404 || Date.now() - this.openedAt < MENDED) {
      if (this.state === "on" && this.line?.failures) this.state = "lost";
      this.changed();
      return false;
    }
    this.openedAt = Date.now();
    return !(await this.takeUp());
  }

  /** Sends what the page shows: the newest, and not before the last one was taken. */
  show() {
    return (this.sending ??= this.send().finally(() => (this.sending = null)));
  }

  async send() {
    while (this.state === "on" && this.isSeen && this.kept) {
      const shown = this.shown();
      const name = stateName(`${shown.page}?${shown.link}`, shown.events);
      if (name === this.sent) return;
      const { status } = await speak(this.url, { kind: "show", ...shown }, this.kept.key);
      if (status !== 200 && status !== 400) {
        if (status === 404) await this.move();
        setTimeout(() => this.show(), AGAIN);
        return;
      }
      this.sent = name; // also where it was refused, as what no link could hold: by now the page may show another
      if (status === 200 && this.kept) this.kept.shown = shown; // written down with what is held next: seldom needed
      await new Promise(done => setTimeout(done, PACE));
    }
  }

  /** Says something else to the class. Gives the rule that it was refused by, or nothing.
   * @param {object} body @returns {Promise<string>} */
  async say(body) {
    await this.show(); // what is asked is about what the page shows
    const said = () => speak(this.url, body, this.kept?.key);
    let { status, answer } = await said();
    if (status === 404 && (await this.move())) ({ status, answer } = await said());
    if (status !== 200) return this.rule(status, answer);
    this.hold(answer.held);
    return "";
  }

  /** Closes the class. @returns {Promise<string>} */
  async close() {
    const rule = await this.say({ kind: "close" });
    if (!rule || rule === "class") this.forget();
    return rule === "class" ? "" : rule;
  }
}
