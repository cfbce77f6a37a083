// @ts-check
/**
 * A hand on a chart: pointers and keys that move bars, pick bars and cells, or open a field for an exact value.
 *
 *   held === null   nothing that Python does not know of
 *   held            an edit that is on the screen; a hand that rests or lets go makes a message of it: one gesture
 *
 * @typedef {{kind: "edit", chart: string, index: number, value: number, final: boolean}} Edit
 * @typedef {{finger: number, bar: number, y: number, from: number, at: number, range: [number, number],
 *   moved: boolean}} Drag a bar in hand: where the finger began and is, in pixels; the axis on the screen
 */

import { clamp, element, setValues } from "./dom.js";

/** @type {Record<string, number>} */
const STEPS = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1, PageUp: 10, PageDown: -10 };
/** @type {Record<string, [number, number]>} */
const MOVES = { ArrowUp: [-1, 0], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowRight: [0, 1] };
const REST = 150; // milliseconds after which a hand or a row of keys has come to rest
const NUMBER = 0.12; // of an axis: the room beyond a bar's end for its number
const LEFT = 200; // where the focus leaves: the click that took it has its effect first

/** Whether a pointer is on an element. @param {HTMLElement} node @param {PointerEvent} event */
function isWithin(node, { clientX, clientY }) {
  const { left, top, right, bottom } = node.getBoundingClientRect();
  return clientX >= left && clientX <= right && clientY >= top && clientY <= bottom;
}

export class Hand {
  /** @type {?Edit} */ held = null;
  /** @type {?Drag} */ drag = null;
  dragged = false; // whether the last press moved a bar: the click that follows is none
  hasMoved = false; // whether it has ever: then no handle need ask for it any more
  timer = 0;

  /** @param {import("./card.js").Card} card */
  constructor(card) {
    this.card = card;
    this.over = card.overlay.node;
    /** @type {Record<string, (event: any) => void>} */
    const acts = { pointerdown: event => this.grab(event), pointermove: event => this.move(event),
      pointerleave: event => this.move(event), pointerup: event => this.drop(event),
      pointercancel: event => this.drop(event), click: event => this.click(event), dblclick: event => this.click(event),
      keydown: event => this.key(event), focusout: () => this.wait(LEFT) };
    for (const [type, act] of Object.entries(acts)) this.over.addEventListener(type, act);
    const holds = (/** @type {TouchEvent} */ event) => this.drag && event.cancelable && event.preventDefault();
    this.over.addEventListener("touchmove", holds, { passive: false }); // else the page would be scrolled
  }

  get sliders() {
    return this.card.overlay.sliders;
  }

  /** The bounds of the bars, which are there where there are sliders. */
  bounds() {
    return /** @type {import("./card.js").Editable} */ (this.card.chart.editable);
  }

  /** A finger takes a bar by its end only, so that the page can be scrolled; a mouse anywhere.
   * @param {PointerEvent} event */
  grab(event) {
    if (this.drag) return;
    this.dragged = false;
    const target = /** @type {HTMLElement} */ (event.target);
    const hit = this.card.overlay.hit(event);
    const isMouse = event.pointerType === "mouse";
    const bar = hit?.bar && isMouse ? hit.i : this.sliders.indexOf(target);
    // Browsers let a finger that comes down a centimetre away hit what can have the focus.
    if (!isMouse && this.sliders[bar] && !isWithin(this.sliders[bar], event)) return;
    if (event.button || !this.sliders[bar] || target.matches("input")) return;
    event.preventDefault();
    this.sliders[bar].focus({ preventScroll: true });
    this.over.setPointerCapture(event.pointerId);
    const [from, range] = [this.card.value(bar), this.card.drawing.range()];
    this.drag = { finger: event.pointerId, bar, y: event.clientY, from, at: event.clientY, range, moved: false };
    this.card.board.hover(null);
  }

  /** Moves the bar in hand, or marks what lies under the mouse in all charts. @param {PointerEvent} event */
  move(event) {
    const { board, overlay } = this.card;
    if (!this.drag) {
      const hit = event.type === "pointermove" && event.pointerType === "mouse" ? overlay.hit(event) : null;
      const cursor = hit?.bar && this.sliders.length ? "ns-resize" : "pointer";
      setValues(this.over, { style: `cursor:${cursor}` });
      board.hover(hit);
      return;
    }
    if (event.pointerId !== this.drag.finger || event.type !== "pointermove") return;
    this.drag.at = event.clientY;
    const up = (this.drag.y - event.clientY) / this.card.layout.scale();
    this.drag.moved ||= Math.abs(up) > 2;
    const perPixel = overlay.places?.perPixel ?? 0;
    if (this.drag.moved) this.edit(this.drag.bar, this.drag.from + up * perPixel, event.shiftKey);
  }

  /** Takes a wider axis where the bar in hand, with its number, has left the one on the screen; the hand goes on from
   * where it is.
   * @param {[number, number]} [range] of the figure */
  widen(range) {
    if (!this.drag || !range) return;
    const value = this.card.value(this.drag.bar);
    const holds = (/** @type {[number, number]} */ [low, high]) => {
      const room = NUMBER * (high - low);
      return value >= low + (low < 0 ? room : 0) && value <= high - room;
    };
    if (holds(this.drag.range) || !holds(range)) return;
    Object.assign(this.drag, { range, from: value, y: this.drag.at });
  }

  /** @param {PointerEvent} event */
  drop(event) {
    if (event.pointerId !== this.drag?.finger) return;
    this.dragged = this.drag.moved;
    this.drag = null;
    this.settle();
    this.card.board.schedule();
  }

  /** Moves bar k to a value snapped to the step, within the bounds or where it already was beyond them.
   * @param {number} k @param {number} value @param {boolean} fine */
  edit(k, value, fine) {
    const { low, high, step } = this.bounds();
    const [now, unit] = [this.card.value(k), fine ? step / 10 : step];
    const snapped = Number((Math.round(value / unit) * unit).toPrecision(12));
    const next = clamp(snapped, Math.min(low, now), Math.max(high, now));
    if (next !== now) this.hold(k, next);
  }

  /** Shows a value at once; Python hears of it when the hand rests. @param {number} index @param {number} value */
  hold(index, value) {
    const { board, name: chart } = this.card;
    if (this.held && this.held.index !== index) this.settle();
    const begins = !this.held;
    this.hasMoved = true;
    this.held = { kind: "edit", chart, index, value, final: false };
    board.handMoved(this.held, begins);
    this.wait(REST);
  }

  /** Lets the hand come to rest. @param {number} milliseconds */
  wait(milliseconds) {
    clearTimeout(this.timer);
    if (this.held) this.timer = window.setTimeout(() => this.settle(), milliseconds);
  }

  /** What the hand holds is final now. */
  settle() {
    clearTimeout(this.timer);
    if (!this.held) return;
    const edit = { ...this.held, final: true };
    this.held = null;
    this.card.board.send(edit);
  }

  /** @param {MouseEvent} event */
  click(event) {
    const { overlay } = this.card;
    const { button, cursor } = overlay;
    const keyed = event.target === button && !event.detail; // a key clicks without a place
    const hit = keyed && cursor ? { i: cursor[0], j: cursor[1] } : overlay.hit(event);
    if (!hit || this.dragged || /** @type {Element} */ (event.target).matches("input")) return;
    if (event.type === "dblclick") {
      if (this.sliders.length) this.type(hit.i);
      return;
    }
    this.pick(hit.i, hit.j);
    if (button) overlay.rove(hit.i, hit.j);
  }

  /** @param {number} i @param {number} j */
  pick(i, j) {
    this.card.board.send({ kind: "pick", chart: this.card.name, i, j });
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const { button, cursor, places } = this.card.overlay;
    const k = this.sliders.indexOf(/** @type {HTMLElement} */ (event.target));
    const move = event.target === button ? MOVES[event.key] : undefined;
    if (event.ctrlKey || event.metaKey || event.altKey || (k < 0 && !move)) return;
    if (move && cursor) {
      const [down, right] = move;
      this.card.overlay.rove(cursor[0] + down + (places?.rows ? 0 : right), cursor[1] + right, true);
    } else if (!this.nudge(k, event)) return;
    event.preventDefault();
    event.stopPropagation(); // a page's own keys, such as arrows that turn it, are not meant here
  }

  /** What a key does to bar k; whether it does anything. @param {number} k @param {KeyboardEvent} event */
  nudge(k, { key, shiftKey: fine }) {
    const { low, high, step } = this.bounds();
    if (STEPS[key]) this.edit(k, this.card.value(k) + STEPS[key] * (fine ? step / 10 : step), fine);
    else if (key === "Home" || key === "End") this.edit(k, key === "Home" ? low : high, false);
    else if (key === "Enter") this.type(k);
    else if (key === " ") this.pick(k, k);
    else return false;
    return true;
  }

  /** A field for an exact value of bar k: Enter or leaving it takes the value, Escape does not. @param {number} k */
  type(k) {
    const { card, over } = this;
    const name = `${card.chart.labels?.[k]}: ${card.board.data.words.type_value}`;
    const inputMode = this.bounds().reach[0] < 0 ? "text" : "decimal"; // an iPhone's pad of decimals has no minus
    const values = { inputMode, value: card.value(k), "aria-label": name };
    const field = /** @type {HTMLInputElement} */ (element("input", "lc-field", values));
    const close = (/** @type {boolean} */ keep) => {
      const value = Number(field.value.trim().replace("−", "-").replace(",", ".") || NaN);
      field.onblur = null;
      field.remove();
      this.sliders[k]?.focus();
      if (!keep || !Number.isFinite(value) || value === card.value(k)) return;
      this.hold(k, value);
      this.settle();
    };
    field.onblur = () => close(true);
    field.onkeydown = event => {
      event.stopPropagation();
      if (event.key === "Enter" || event.key === "Escape") close(event.key === "Enter");
    };
    const [left, right] = card.overlay.places?.columns[k] ?? [0, 0];
    setValues(field, { style: `left:${(left + right) / 2}px;top:${card.overlay.ends[k]}px` });
    over.append(field);
    field.focus();
    field.select();
  }
}
