// @ts-check
/**
 * A teacher's panel in presenter mode: the code and how to join, who is there, what is asked and what was answered. One
 * per window: it goes with the teacher from page to page.
 *
 * @typedef {import("./board.js").Urls} Urls
 * @typedef {{words: Record<string, string>, code: string, qr: string}} Data `qr` is a picture of the address of the
 *   class with this code, which Python draws once it knows the code
 */

import { element, loadStyles, setValues } from "./dom.js";
import { Picture } from "./picture.js";
import { fill } from "./question.js";
import { Teacher } from "./teacher.js";

const HEIGHT = 185; // of the drawing of votes, of the 440 pixels that a projector's window counts as
const SURE = 4000; // milliseconds in which a second press closes the class

class Panel {
  /** @type {Data} */ data;
  /** @type {?Picture} */ results = null;
  isUnfolded = false;
  isPeeking = false;
  isBusy = false;
  said = ""; // what went wrong
  sure = 0; // timer
  frame = 0;
  told = "";
  asked = ""; // the question and round that are on
  /** @type {(opened: {code: string, root: string}) => void} */ tell = () => undefined;

  /** @param {Urls} urls @param {Data} data */
  constructor(urls, data) {
    this.urls = urls;
    this.data = data;
    this.address = new URL("../", urls.live);
    const button = (/** @type {string} */ className, /** @type {() => unknown} */ onclick) =>
      element("button", className, { type: "button", onclick });
    this.open = button("tc-open", () => this.press(() => this.teacher.open()));
    this.pill = button("tc-pill", () => this.unfold(!this.isUnfolded));
    this.pill.append(element("span", "tc-known"), element("span", ""));
    this.code = element("p", "tc-code");
    this.where = element("p", "tc-where");
    this.qr = element("img", "tc-qr", { hidden: true });
    this.present = element("p", "tc-present");
    this.question = element("p", "tc-question");
    this.votes = element("div", "tc-votes");
    this.note = element("p", "tc-note", { role: "status", "aria-live": "polite" });
    const say = (/** @type {object} */ body) => () => this.press(() => this.teacher.say(body));
    this.buttons = {
      ask: button("tc-main", () => this.ask({ kind: "ask" })),
      reveal: button("tc-main", say({ kind: "reveal" })),
      again: button("", () => this.ask({ kind: "ask", again: true })),
      peek: button("", () => this.peek()),
      end: button("", say({ kind: "end_question" })),
      pause: button("", () => this.press(() => this.teacher.say({ kind: "pause", on: !this.teacher.told?.paused }))),
      close: button("", () => this.close()),
      fold: button("tc-fold", () => this.unfold(false)),
    };
    const { fold, pause, close, ...asking } = this.buttons;
    this.body = element("div", "tc-body", {},
      element("div", "tc-join", {}, this.qr, element("div", "", {}, this.code, this.where, this.present)),
      this.question, this.votes, element("div", "tc-row", {}, ...Object.values(asking)),
      element("div", "tc-row", {}, pause, close));
    this.sheet = element("section", "tc-sheet", { hidden: true }, fold, this.body, this.note);
    this.sheet.addEventListener("keydown", event => event.key === "Escape" && this.unfold(false));
    this.root = element("div", "tc", { hidden: true }, this.open, this.pill, this.sheet);
    loadStyles(urls.files, ["classroom.css"]).then(() => (this.root.hidden = false));
    this.teacher = new Teacher(urls.live, data.words.lang, () => this.schedule());
  }

  /** @param {Data} data @param {(opened: {code: string, root: string}) => void} tell */
  receive(data, tell) {
    Object.assign(this, { data, tell });
    this.render();
  }

  /** @param {boolean} isUnfolded */
  unfold(isUnfolded) {
    Object.assign(this, { isUnfolded, said: "" });
    this.render();
    (isUnfolded ? this.buttons.fold : this.teacher.kept ? this.pill : this.open).focus();
  }

  /** Draws once what many changes in a row leave. */
  schedule() {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.render();
    });
  }

  peek() {
    this.isPeeking = !this.isPeeking;
    this.render();
  }

  /** Does something once, and says why it could not be done. @param {() => Promise<string>} act */
  async press(act) {
    if (this.isBusy) return;
    const wasOn = this.teacher.kept !== null;
    Object.assign(this, { isBusy: true, said: "" });
    this.render();
    const rule = await act();
    const { words } = this.data;
    Object.assign(this, { isBusy: false, said: rule && (words[`refused_${rule}`] ?? words.refused) });
    if (!wasOn) this.isUnfolded = true; // the way to the class, or why there is none
    this.render();
  }

  /** Asks, and clears the view of what the hall is asked about. @param {object} body */
  async ask(body) {
    await this.press(() => this.teacher.say(body));
    if (!this.said) this.unfold(false);
  }

  /** At the second press: a class is not closed by a slip of the hand. */
  close() {
    if (!this.sure) {
      this.sure = window.setTimeout(() => {
        this.sure = 0;
        this.render();
      }, SURE);
      this.render();
      return;
    }
    clearTimeout(this.sure);
    this.sure = 0;
    this.press(() => this.teacher.close());
  }

  /** Tells Python of the class, so that it draws the way to it. */
  report() {
    const code = this.teacher.state === "opening" ? "" : this.teacher.kept?.code ?? "";
    const told = `${code} ${location.pathname}`;
    if (code === this.data.code || told === this.told) return;
    this.told = told;
    this.tell({ code, root: this.address.href });
  }

  render() {
    const { data: { words, code: known, qr }, teacher: { state, kept, told }, buttons } = this;
    const isOn = kept !== null && state !== "opening";
    const code = isOn ? kept.code : "";
    const asked = told?.question ?? null;
    const name = asked ? `${asked.number} ${asked.round}` : "";
    if (name !== this.asked) Object.assign(this, { asked: name, isPeeking: false });
    const counts = fill(words.present_readout, { present: told?.present ?? 0 });
    const present = Math.max(told?.present ?? 0, asked?.answered ?? 0); // some answer and leave
    const answered = asked && fill(words.answered_readout, { answered: asked.answered, present });
    setValues(this.open, { hidden: isOn, disabled: this.isBusy, title: words.open_help, "aria-label": words.open });
    const at = state === "lost" ? words.lost : told?.paused ? words.paused : answered ?? counts;
    setValues(this.pill, { hidden: !isOn, "aria-expanded": this.isUnfolded, "aria-label": `${code} · ${at}` });
    const [pillCode, count] = this.pill.children;
    setValues(pillCode, { textContent: code });
    const number = asked ? `${asked.answered} / ${present}` : String(present);
    setValues(count, { textContent: state === "lost" ? "…" : told?.paused ? `‖ ${number}` : number });
    setValues(this.body, { hidden: !isOn });
    setValues(this.sheet, { hidden: !this.isUnfolded || !(isOn || this.said), "aria-label": words.title,
      className: asked ? "tc-sheet tc-asking" : "tc-sheet" });
    setValues(this.code, { textContent: code });
    const address = new URL(`?class=${code}`, this.address).href;
    setValues(this.where, { textContent: address.replace(/^https?:\/\//, "") });
    const isDrawn = Boolean(isOn && qr && known === code && !asked); // a question needs the room
    setValues(this.qr, { hidden: !isDrawn, alt: isDrawn ? fill(words.qr_readout, { address }) : "" });
    if (isDrawn) setValues(this.qr, { src: `data:image/svg+xml,${encodeURIComponent(qr)}` });
    setValues(this.present, { hidden: asked !== null, textContent: counts });
    setValues(this.question, { hidden: !asked, textContent: asked ? this.headline(asked, answered ?? "") : "" });
    this.show(asked?.results && (asked.revealed || this.isPeeking) ? asked.results : null);
    /** @type {[HTMLElement, boolean, string][]} */
    const states = [
      [buttons.ask, !asked, words.ask], [buttons.reveal, Boolean(asked && !asked.revealed), words.reveal],
      [buttons.again, asked?.round === 1, words.again], [buttons.end, Boolean(asked), words.end],
      [buttons.peek, Boolean(asked && !asked.revealed), this.isPeeking ? words.peek_no : words.peek],
      [buttons.pause, true, told?.paused ? words.go_on : words.pause],
      [buttons.close, true, this.sure ? words.close_sure : words.close], [buttons.fold, true, "×"]];
    for (const [button, isThere, textContent] of states)
      setValues(button, { hidden: !isThere, disabled: this.isBusy || state === "lost", textContent });
    setValues(buttons.fold, { disabled: false, "aria-label": words.fold });
    const hint = state === "lost" ? words.lost_help : this.teacher.isSeen ? "" : words.not_seen;
    setValues(this.note, { textContent: this.said || hint });
    this.report();
  }

  /** @param {import("./question.js").Asked} asked @param {string} answered */
  headline({ title, round, revealed }, answered) {
    const { words } = this.data;
    return [title, round > 1 && words.second, revealed && words.shown, answered].filter(Boolean).join(" · ");
  }

  /** @param {?import("./board.js").BoardData} results */
  show(results) {
    const data = results && { ...results, presented: HEIGHT };
    if (!data) {
      this.results?.remove();
      this.results = null;
    } else if (this.results) this.results.receive(data);
    else this.results = new Picture(this.votes, this.urls, data);
  }
}

/** @type {?Panel} */
let panel = null;

/**
 * Called by Streamlit with each rerun's data.
 * @param {{data: Data, parentElement: HTMLElement, setTriggerValue: (name: string, value: any) => void}} mount
 * @param {Urls} urls
 */
export default function teach({ data, parentElement, setTriggerValue }, urls) {
  panel ??= new Panel(urls, data);
  if (panel.root.parentElement !== parentElement) parentElement.append(panel.root);
  panel.receive(data, opened => setTriggerValue("opened", opened));
  return () => undefined; // a class goes on where its panel is not drawn
}
