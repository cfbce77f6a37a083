// @ts-check
/**
 * A class's line to the server: a stream of events to listen to, which comes back by itself, and requests to speak by.
 *
 *   heard     the server answers; silence for longer than two of its heartbeats counts as a break
 *   broken    the owner is told why, and may mend it; tried again after a pause that grows, or at once when the page is
 *             seen again or the network is back
 *   closed    for good
 *
 * It is read by fetch, not by EventSource, which could not send the teacher's key in a header.
 *
 * @typedef {Record<string, any>} Message
 * @typedef {object} Owner
 * @property {(message: Message) => void} take what was heard
 * @property {() => void} joined the server has begun to answer
 * @property {(status: number) => Promise<boolean>} broke with the refusal's status, 0 for a lost connection; whether it
 *   is mended, so that it can be tried at once
 */

const SILENCE = 35_000; // milliseconds; the server says something every 15 s
const STALE = 17_000; // of silence, after which a page that was asleep does not trust its connection
const PAUSES = [300, 1000, 2000, 4000, 8000]; // milliseconds, and up to half more: a class does not come at once
const LATE = 10_000; // until a request counts as unanswered

/** Says something to the server; status 0 where no answer comes.
 * @param {string} url @param {object} body @param {string} [key] of the teacher
 * @returns {Promise<{status: number, answer: Message}>} */
export async function speak(url, body, key) {
  const headers = { "Content-Type": "application/json", ...(key && { Authorization: `Bearer ${key}` }) };
  try {
    const signal = AbortSignal.timeout(LATE);
    const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body), signal });
    return { status: response.status, answer: await response.json().catch(() => ({})) };
  } catch {
    return { status: 0, answer: {} };
  }
}

export class Line {
  off = new AbortController();
  /** @type {?AbortController} of the stream that is being read */ request = null;
  /** @type {() => void} ends the pause */ hurry = () => undefined;
  heardAt = 0;
  failures = 0;
  timer = 0;

  /** @param {string} url @param {Record<string, string>} headers @param {Owner} owner */
  constructor(url, headers, owner) {
    this.url = url;
    this.headers = headers;
    this.owner = owner;
    const signal = { signal: this.off.signal };
    for (const type of ["visibilitychange", "online", "pageshow"])
      (type === "visibilitychange" ? document : window).addEventListener(type, () => this.wake(), signal);
    window.addEventListener("offline", () => this.request?.abort(), signal);
    this.listen();
  }

  close() {
    this.off.abort();
    this.request?.abort();
    clearTimeout(this.timer);
    this.hurry();
  }

  async listen() {
    while (!this.off.signal.aborted) {
      const status = await this.read().catch(() => 0);
      clearTimeout(this.timer);
      if (this.off.signal.aborted) return;
      const mended = await this.owner.broke(status);
      if (!mended && !this.off.signal.aborted) await this.pause();
    }
  }

  /** Reads the stream to its end. @returns {Promise<number>} status of the refusal, if it was one */
  async read() {
    const { signal } = (this.request = new AbortController());
    this.watch();
    const response = await fetch(this.url, { headers: this.headers, signal, cache: "no-store" });
    if (response.status !== 200) return response.status;
    if (!response.body || !/^text\/event-stream\b/.test(response.headers.get("content-type") ?? "")) return 0;
    if (this.off.signal.aborted) return 0;
    this.failures = 0;
    this.owner.joined();
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let rest = ""; ;) {
      const { done, value } = await reader.read();
      if (done || this.off.signal.aborted) return 0;
      this.watch();
      const parts = (rest + value).split("\n\n");
      rest = parts.pop() ?? "";
      for (const part of parts) this.hear(part);
    }
  }

  /** @param {string} part of the stream, between two empty lines */
  hear(part) {
    const data = part.split("\n").filter(line => line.startsWith("data:")).map(line => line.slice(5).trimStart());
    if (data.length) this.owner.take(JSON.parse(data.join("\n")));
  }

  /** Gives a silent connection up. */
  watch() {
    this.heardAt = Date.now();
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.request?.abort(), SILENCE);
  }

  /** Joins anew: something was not heard. */
  again() {
    this.failures = 0;
    this.request?.abort();
  }

  /** The page may have slept: a connection that was not heard of meanwhile is given up. */
  wake() {
    if (document.hidden) return;
    this.hurry();
    if (Date.now() - this.heardAt > STALE) this.request?.abort();
  }

  pause() {
    const length = PAUSES[Math.min(this.failures, PAUSES.length - 1)] * (1 + Math.random() / 2);
    this.failures += 1;
    return /** @type {Promise<void>} */ (new Promise(done => {
      this.hurry = done;
      setTimeout(done, length);
    }));
  }
}
