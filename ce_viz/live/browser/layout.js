// @ts-check
/**
 * How large a card's drawing is: on a screen as wide as its card, on a phone lower, and on paper at a width of its own.
 *
 * @typedef {import("./card.js").Card} Card
 */

import { heightOf, scaleOf } from "./projector.js";

const NARROW = matchMedia("(max-width: 600px)"); // a phone; live_charts.css lays cards out by the same
const FEW = { bars: 4, matrix: 3 }; // bars or columns whose numbers have room in half of a phone's width
const SHRUNK = 0.8;
const [LEAD, LEAST, SHORTER] = [120, 110, 0.75]; // pixels of drawings on a phone, and their share of those elsewhere
const [PAPER, GAP, PADDING] = [700, 30, 20]; // pixels of a sheet between its margins, between cards, within one

export class Layout {
  /** @param {Card} card */
  constructor(card) {
    this.card = card;
  }

  isOnPhone() {
    return NARROW.matches && !this.card.board.isPrinting;
  }

  /** Whether two such cards stand side by side on a phone: their numbers have room. */
  isSmall() {
    const { span, kind, hidden, labels, figure } = this.card.chart;
    if (span > 1 || kind === "plain" || hidden) return span === 1 && kind !== "plain";
    return kind === "matrix" ? figure.data[0].z[0].length <= FEW.matrix : (labels?.length ?? 0) <= FEW.bars;
  }

  /** Whether it stays in sight on a phone while the others scroll below: the first that a hand can move. */
  isLead() {
    const { charts } = this.card.board.data;
    return charts.length > 2 && charts.find(({ editable }) => editable)?.name === this.card.name;
  }

  /** What it is called in the style sheet. */
  names() {
    const [isMovable, isSmall] = [this.card.chart.editable, this.isSmall()];
    const { kind, hidden, figure } = this.card.chart;
    const isWide = kind === "matrix" && !hidden && figure.data[0].z[0].length > FEW.matrix;
    return ["lc-cell", isMovable && "lc-movable", isSmall && "lc-small", isWide && "lc-wide",
      this.isLead() && "lc-lead"]
      .filter(Boolean).join(" ");
  }

  /** Magnification of the drawing; on a phone that of small cards is less, for numbers to have room. */
  scale() {
    const isShrunk = this.isOnPhone() && this.isSmall() && !this.isLead();
    return scaleOf(this.card.board.data) * (isShrunk ? SHRUNK : 1);
  }

  height() {
    const height = this.card.chart.height ?? heightOf(this.card.board);
    if (!this.isOnPhone()) return height;
    if (this.isLead()) return LEAD;
    return this.isSmall() ? Math.round(Math.max(LEAST, SHORTER * height) / SHRUNK) : height;
  }

  width() {
    return this.card.board.isPrinting ? this.paperWidth() : Math.floor(this.card.room / this.scale());
  }

  /** Width on a sheet upright, where cards stand in twos; print.css fits it to any other. */
  paperWidth() {
    const { columns } = this.card.board.data;
    const isWide = columns === 1 || (columns <= 4 && this.card.chart.span > 1);
    return (isWide ? PAPER : (PAPER - GAP) / 2) - PADDING;
  }
}
