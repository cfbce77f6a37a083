// @ts-check
/**
 * A student's page: it shows what the teacher's shows, and takes the student's answers. Streamlit draws it once; what
 * moves after that comes by the class's own line. The files of a class, by subject:
 *
 *   follow    a student's page          teach     a teacher's panel
 *   screen    what the class is shown, and the way back to it
 *   question  what it is asked          ballot    a student's votes on their way
 *   picture   boards of votes and of guesses
 *   line      the stream that is listened to, and requests to speak by
 */

import { Ballot } from "./ballot.js";
import { element, loadStyles, setValues } from "./dom.js";
import { Line } from "./line.js";
import { Question, fill, told } from "./question.js";
import { Screen } from "./screen.js";

/**
 * @typedef {import("./board.js").Urls} Urls
 * @typedef {{code: string, words: Record<string, string>, links: [string, string][]}} Data `links` lead elsewhere: text
 *   and address of each
 * @typedef {"joining" | "unknown" | "full" | "lost" | "joined" | "closed" | "replaced"} State
 */

const FULL = [429, 503];

/** @type {WeakMap<HTMLElement, Student>} */
const mounted = new WeakMap();

class Student {
  /** @type {State} */ state = "joining";
  hasJoined = false; // ever
  hasMoved = false; // whether the class went on while the student looked around

  /** @param {HTMLElement} parent @param {Urls} urls @param {Data} data */
  constructor(parent, urls, { code, words, links }) {
    this.code = code;
    this.words = words;
    const url = `${urls.live}class/${code}`;
    this.status = element("p", "fc-state");
    const goBack = { type: "button", hidden: true, onclick: () => this.back() };
    this.backButton = element("button", "fc-back", goBack, words.back);
    this.spoken = element("p", "fc-spoken", { role: "status", "aria-live": "polite" });
    this.bar = element("div", "fc-bar", {}, element("b", "fc-code", {}, code), this.status, this.backButton);
    this.ballot = new Ballot(url, code, () => this.question.render(), () => this.line.again());
    this.question = new Question(urls, words, this.ballot, text => this.announce(text));
    this.screen = new Screen(urls, () => this.render());
    const doors = links.map(([text, href]) => element("a", "", { href }, text));
    this.root = element("div", "fc", { hidden: true }, this.bar, this.spoken, this.question.root, this.screen.root,
      element("nav", "fc-doors", {}, ...doors));
    parent.append(this.root);
    loadStyles(urls.files, ["classroom.css"]).then(() => (this.root.hidden = false));
    this.line = new Line(`${url}?member=${this.ballot.member}&lang=${words.lang}`, {}, this);
    this.render();
  }

  remove() {
    this.line.close();
    this.question.remove();
    this.screen.remove();
    this.root.remove();
  }

  /** Has a screen reader say something. @param {string} text */
  announce(text) {
    const isSame = text === this.spoken.textContent;
    this.spoken.textContent = isSame ? `${text}\u00a0` : text; // else nothing has changed, and nothing is said
  }

  /** @param {import("./line.js").Message} message */
  take(message) {
    const { kind } = message;
    if (kind === "state") this.see(/** @type {any} */ (message));
    else if (kind === "move") {
      if (!this.screen.move(message.answer)) this.line.again();
    } else if (kind === "class") this.enter(told(message));
    else if (kind === "mine") {
      this.ballot.mine(/** @type {any} */ (message));
      this.question.restore();
    } else if (kind === "closed" || kind === "replaced") this.end(kind);
    if (/state|move/.test(kind) && this.screen.isAround) this.hasMoved = true;
    this.render();
  }

  /** @param {import("./screen.js").State} state */
  see(state) {
    if (state.page !== this.screen.state?.page) this.announce(fill(this.words.shows_readout, { title: state.title }));
    this.screen.take(state);
  }

  /** @param {import("./question.js").Told} told */
  enter({ paused, question }) {
    if (paused !== this.screen.isPaused) this.announce(paused ? this.words.paused : this.words.goes_on);
    this.screen.pause(paused);
    this.question.take(question);
  }

  joined() {
    if (this.state !== "joined") this.announce(this.hasJoined ? this.words.joined_again : this.words.joined);
    this.state = "joined";
    this.hasJoined = true;
    this.ballot.joined();
    this.render();
  }

  /** @param {number} status */
  async broke(status) {
    if (this.state === "joined" && !this.line.failures) return false; // it may be back at once: nobody needs to know
    const before = this.state;
    if (FULL.includes(status)) this.state = "full";
    else if (this.hasJoined || status !== 404) this.state = this.hasJoined ? "lost" : "joining";
    else this.state = "unknown";
    if (this.state !== before && this.state !== "joining") this.announce(this.words[this.state]);
    this.render();
    return false;
  }

  /** The class is over, or is followed in another window. @param {"closed" | "replaced"} state */
  end(state) {
    this.state = state;
    this.line.close();
    this.screen.pause(false);
    this.question.take(null);
    this.announce(this.words[state]);
  }

  back() {
    this.hasMoved = false;
    this.screen.back();
    this.announce(this.words.follows);
    this.render();
  }

  /** Says where the student is. */
  render() {
    const { words, screen, state } = this;
    const isAround = screen.isAround && screen.state !== null;
    let text = words[state];
    if (state === "joined") {
      if (!screen.state) text = words.waits;
      else if (screen.isPaused) text = words.paused;
      else if (isAround) text = this.hasMoved ? words.around_behind : words.around;
      else text = screen.isFixed ? words.follows_fixed : words.follows;
    }
    setValues(this.status, { textContent: text });
    setValues(this.backButton, { hidden: !isAround || /closed|replaced/.test(state) });
    setValues(this.root, { "data-state": state, "data-at": isAround ? "around" : "class" });
  }
}

/**
 * Called by Streamlit with each rerun's data.
 * @param {{data: Data, parentElement: HTMLElement}} mount @param {Urls} urls
 */
export default function follow({ data, parentElement }, urls) {
  const student = mounted.get(parentElement);
  if (student?.code !== data.code) {
    student?.remove();
    mounted.set(parentElement, new Student(parentElement, urls, data));
  }
  return () => {
    if (parentElement.isConnected) return;
    mounted.get(parentElement)?.remove();
    mounted.delete(parentElement);
  };
}
