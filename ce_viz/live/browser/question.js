// @ts-check
/**
 * What the class is asked, on a student's page: choices to tap or bars to drag, what is counted, what all have said.
 *
 * @typedef {import("./board.js").BoardData} BoardData
 * @typedef {{number: number, round: number, kind: "choice" | "guess", title: string, text: string,
 *   choices: ?string[], board: ?BoardData, answered: number, revealed: boolean, results: ?BoardData}} Asked
 * @typedef {{present: number, paused: boolean, question: ?Asked}} Told how the class stands
 */

import { element, setValues } from "./dom.js";
import { Guess, Picture } from "./picture.js";

/** The letter of a choice. @param {number} at */
const letter = at => String.fromCharCode(65 + at);

/** A text with its placeholders filled. @param {string} text @param {Record<string, string | number>} values */
export const fill = (text, values) =>
  text.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));

/** What a message says of the class. @param {import("./line.js").Message} message @returns {Told} */
export const told = ({ present, paused, question, answered, revealed, results }) =>
  ({ present, paused, question: question && { ...question, answered, revealed, results } });

/** What a question says when it is read out. @param {Asked} asked */
const spoken = ({ title, text, choices }) =>
  [title, text, ...(choices ?? []).map((choice, at) => `${letter(at)}: ${choice}`)].filter(Boolean)
    .map(part => (/[.:?!。：？！]$/.test(part) ? part : `${part}.`)).join(" ");

export class Question {
  /** @type {?Asked} */ asked = null;
  /** @type {HTMLButtonElement[]} */ buttons = [];
  /** @type {?Guess} */ guess = null;
  /** @type {?Picture} */ results = null;
  off = new AbortController();

  /** @param {import("./board.js").Urls} urls @param {Record<string, string>} words
   * @param {import("./ballot.js").Ballot} ballot @param {(text: string) => void} announce */
  constructor(urls, words, ballot, announce) {
    this.urls = urls;
    this.words = words;
    this.ballot = ballot;
    this.announce = announce;
    this.title = element("h2", "fc-title");
    this.text = element("p", "fc-text");
    this.choices = element("div", "fc-choices", { role: "group", "aria-label": words.choices });
    this.bars = element("div", "fc-bars");
    this.submit = element("button", "fc-send", { type: "button", onclick: () => this.sendGuess() }, words.send);
    this.status = element("p", "fc-status");
    this.votes = element("div", "fc-votes");
    this.root = element("section", "fc-question", { hidden: true, "aria-label": words.question },
      this.title, this.text, this.choices, this.bars, this.submit, this.status, this.votes);
    document.addEventListener("keydown", event => this.key(event), { signal: this.off.signal });
  }

  remove() {
    this.off.abort();
    this.clear();
    this.root.remove();
  }

  clear() {
    this.guess?.remove();
    this.results?.remove();
    Object.assign(this, { guess: null, results: null, buttons: [] });
    this.choices.replaceChildren();
  }

  /** @param {?Asked} asked */
  take(asked) {
    const before = this.asked;
    const isNew = asked !== null && (before?.number !== asked.number || before.round !== asked.round);
    this.asked = asked;
    this.ballot.enter(asked);
    if (!asked || isNew) this.clear();
    if (asked && isNew) this.begin(asked);
    if (before && !asked) this.announce(this.words.question_ended);
    if (asked?.revealed && (isNew || !before?.revealed)) this.announce(this.words.revealed);
    this.show(asked?.results ?? null);
    this.render();
  }

  /** @param {Asked} asked */
  begin(asked) {
    const { words, ballot, urls } = this;
    setValues(this.title, { textContent: asked.title });
    setValues(this.text, { textContent: asked.text });
    this.buttons = (asked.choices ?? []).map((choice, at) => /** @type {HTMLButtonElement} */ (element("button",
      "fc-choice", { type: "button", onclick: () => ballot.cast({ choice: at }), "aria-keyshortcuts": letter(at) },
      element("b", "", {}, letter(at)), element("span", "", {}, choice))));
    this.choices.replaceChildren(...this.buttons);
    const vote = ballot.kept?.vote;
    if (asked.board)
      this.guess = new Guess(this.bars, urls, asked.board, vote && "guess" in vote ? vote.guess : null,
        () => this.render());
    if (!asked.revealed) this.announce(`${asked.round > 1 ? words.asked_again : words.asked} ${spoken(asked)}`);
  }

  /** @param {?BoardData} results */
  show(results) {
    if (!results) {
      this.results?.remove();
      this.results = null;
    } else if (this.results) this.results.receive(results);
    else this.results = new Picture(this.votes, this.urls, results);
  }

  /** The server tells what it has counted. */
  restore() {
    const vote = this.ballot.kept?.vote;
    if (vote && "guess" in vote && this.guess) this.guess.set(new Map(vote.guess.entries()), this.guess.data.handled);
    this.render();
  }

  sendGuess() {
    if (!this.guess) return;
    for (const { hand } of this.guess.cards.values()) hand.settle();
    queueMicrotask(() => this.ballot.cast({ guess: this.guess?.values() ?? [] })); // after the bar has been let go
  }

  /** Answers by a letter. @param {KeyboardEvent} event */
  key(event) {
    const { target, key, ctrlKey, metaKey, altKey } = event;
    if (ctrlKey || metaKey || altKey || !/^[a-z]$/i.test(key)) return;
    if (target instanceof Element && target.closest("input, textarea, select, [contenteditable]")) return;
    const button = this.buttons[key.toUpperCase().charCodeAt(0) - 65];
    if (!button || button.disabled) return;
    event.preventDefault();
    button.click();
  }

  /** Whether the bars say something else than what is counted. */
  differs() {
    const vote = this.ballot.kept?.vote;
    return Boolean(vote && "guess" in vote && this.guess && String(vote.guess) !== String(this.guess.values()));
  }

  render() {
    const { asked, words, ballot } = this;
    setValues(this.root, { hidden: asked === null, "data-status": ballot.status });
    if (!asked) return;
    const vote = ballot.kept?.vote;
    const choice = vote && "choice" in vote ? vote.choice : -1;
    for (const [at, button] of this.buttons.entries())
      setValues(button, { disabled: asked.revealed, "aria-pressed": at === choice });
    setValues(this.choices, { hidden: !asked.choices });
    setValues(this.bars, { hidden: !asked.board || asked.revealed });
    setValues(this.submit, { hidden: !asked.board || asked.revealed,
      textContent: vote ? words.send_again : words.send });
    const text = this.said(asked, choice);
    if (text !== this.status.textContent && ballot.status !== "none") this.announce(text);
    setValues(this.status, { textContent: text });
  }

  /** Where the student's answer is. @param {Asked} asked @param {number} choice */
  said({ kind, revealed }, choice) {
    const { words, ballot } = this;
    const answer = letter(choice);
    switch (ballot.status) {
      case "counted":
        if (kind === "guess" && revealed) return words.guess_was_counted;
        if (kind === "guess") return this.differs() ? words.guess_differs : words.guess_counted;
        return fill(revealed ? words.was_counted_readout : words.counted_readout, { answer });
      case "sending":
        return words.sending;
      case "refused":
        return words.too_late;
      default:
        if (revealed) return words.not_voted;
        return kind === "guess" ? words.guess_how : words.choose_how;
    }
  }
}
