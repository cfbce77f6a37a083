// @ts-check
/**
 * A student's votes on their way to the server, one for each round of a question, and which of them are counted.
 *
 *   none       nothing is said yet
 *   sending    said again until the server answers: it counts a member's last vote once
 *   counted    the server has confirmed it; said once more whenever the class was left and joined again, so that what
 *              was confirmed is not lost with a server
 *   refused    it came too late
 *
 * @typedef {{choice: number} | {guess: number[]}} Vote
 * @typedef {{question: number, round: number, vote: Vote, counted: boolean}} Kept
 * @typedef {"none" | "sending" | "counted" | "refused"} Status
 */

import { speak } from "./line.js";

const AGAIN = 1500; // milliseconds after which an unanswered vote is said again
const REFUSALS = [400, 409, 413];
const DAY = 86_400_000;
const PREFIX = "ce_viz.class.";

/** A number that nobody guesses: 128 random bits. */
const minted = () =>
  [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, "0")).join("");

/** What this browser remembers of a class, so that a reload is the same student. @param {string} code
 * @returns {{member: string, kept: ?Kept}} */
function remembered(code) {
  try {
    const { member, kept } = JSON.parse(localStorage.getItem(PREFIX + code) ?? "{}");
    if (/^[0-9a-f]{32}$/.test(member)) return { member, kept: kept ?? null };
    for (const name of Object.keys(localStorage)) // a class is long over
      if (name.startsWith(PREFIX) && Date.now() - JSON.parse(localStorage[name]).at > DAY)
        localStorage.removeItem(name);
  } catch {
    // a browser that keeps nothing: the student is a new one after a reload
  }
  return { member: minted(), kept: null };
}

export class Ballot {
  /** @type {?Kept} */ kept;
  /** @type {Status} */ status = "none";
  isOpen = false; // whether votes are taken
  isBack = false; // whether the class has been joined since the vote was last said
  isBusy = false;
  number = 0; // of the question, and
  round = 0; // of its votes
  /** @type {() => void} ends a pause */ hurry = () => undefined;

  /** @param {string} url of the class @param {string} code @param {() => void} changed
   * @param {() => void} astray called where the server that answers is not the one that is listened to */
  constructor(url, code, changed, astray) {
    this.url = url;
    this.code = code;
    this.changed = changed;
    this.astray = astray;
    const { member, kept } = remembered(code);
    this.member = member;
    this.kept = kept;
    this.remember();
  }

  remember() {
    const text = JSON.stringify({ member: this.member, kept: this.kept, at: Date.now() });
    try {
      localStorage.setItem(PREFIX + this.code, text);
    } catch {
      // as above
    }
  }

  joined() {
    this.isBack = true;
  }

  /** Takes the question that the class is asked. @param {?import("./question.js").Asked} asked */
  enter(asked) {
    this.isOpen = asked !== null && !asked.revealed;
    if (!asked) return;
    const { kept } = this;
    const isSame = kept?.question === asked.number && kept.round === asked.round;
    Object.assign(this, { number: asked.number, round: asked.round });
    if (!isSame) Object.assign(this, { kept: null, status: "none" });
    else if (this.status === "none") this.status = kept.counted ? "counted" : "sending";
    if (isSame && this.isOpen && (this.isBack || this.status === "sending")) this.deliver();
    else this.giveUp();
    this.isBack = false;
  }

  /** Takes what the server has counted of this student. @param {{question: number, round: number} & any} mine */
  mine({ question, round, choice, guess }) {
    if (this.kept?.counted || question !== this.number || round !== this.round) return;
    this.kept = { question, round, vote: guess ? { guess } : { choice }, counted: true };
    this.status = "counted";
    this.remember();
    this.changed();
  }

  /** @param {Vote} vote */
  cast(vote) {
    if (!this.isOpen) return;
    this.kept = { question: this.number, round: this.round, vote, counted: false };
    this.status = "sending";
    this.remember();
    this.changed();
    this.hurry();
    this.deliver();
  }

  /** Says the vote until it is answered. */
  async deliver() {
    if (this.isBusy) return;
    this.isBusy = true;
    for (let said = false; this.kept && this.isOpen && !(said && this.status === "counted"); ) {
      const { kept } = this;
      const { question, round, vote } = kept;
      const body = { kind: "vote", member: this.member, question, round, ...vote };
      const { status, answer } = await speak(this.url, body);
      if (kept !== this.kept) continue; // the student has thought better of it
      said = status === 200;
      const [problem] = answer.problems ?? [];
      const isAstray = status === 404 || problem?.rule === "member";
      if (said) Object.assign(this, { kept: { ...kept, counted: true }, status: "counted" });
      else if (REFUSALS.includes(status) && !isAstray) {
        Object.assign(this, { kept: kept.counted ? kept : null, status: kept.counted ? "counted" : "refused" });
        break;
      } else {
        if (isAstray) this.astray();
        await this.pause();
      }
    }
    this.isBusy = false;
    this.giveUp();
    this.remember();
    this.changed();
  }

  /** A vote that is not counted when no more are taken is not going to be. */
  giveUp() {
    if (this.isOpen || this.isBusy || this.status !== "sending") return;
    Object.assign(this, { kept: null, status: "refused" });
  }

  pause() {
    return /** @type {Promise<void>} */ (new Promise(done => {
      this.hurry = done;
      setTimeout(done, AGAIN * (1 + Math.random() / 2));
    }));
  }
}
