/**
 * Live charts, the browser's part: cards that stay in place between reruns, drawn by Plotly, moved by hand.
 *
 * A Board is one grid of Cards; its Outbox brings what was done to them to Python. Nothing is computed here but the
 * way from a pixel to a value on an axis and back, and the snapping of values to steps.
 *
 * @typedef {{low: number, high: number, step: number, reach: [number, number]}} Editable
 * @typedef {{name: string, title: string, kind: string, span: number, formula?: string, hint?: string, alt?: string,
 *   joiner?: string, labels?: string[], hidden?: boolean, editable?: Editable, figure?: object}} Chart
 * @typedef {{handled: number, columns: number, picked: ?[number, number], tick: ?number, canHide: boolean,
 *   scale: number, height: number, words: Object<string, string>, palette: Object<string, string>,
 *   charts: Chart[]}} Data  what ``payload`` in charts.py sends
 */

const PLOT = { staticPlot: true };
const KEYS = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1, PageUp: 10, PageDown: -10 };
const REACH = 44; // height of a bar's handle, in CSS pixels: no finger misses it
const boards = new WeakMap();
let plotly = null;

/** Called by Streamlit with each rerun's data, and again when its theme changes. */
export default function liveCharts({ data, parentElement, setTriggerValue }, files) {
  const board = boards.get(parentElement) ?? new Board(parentElement, files);
  board.outbox.post = message => setTriggerValue("message", message);
  board.receive(JSON.parse(new TextDecoder().decode(data)));
  // Streamlit also calls this when newer data overtakes a run: only a board that left the page is taken down.
  return () => parentElement.isConnected || board.remove();
}

/** Makes an element; texts become text nodes, so that no name is ever read as markup. */
function el(tag, className, properties = {}, ...children) {
  const node = Object.assign(document.createElement(tag), { className });
  for (const [name, value] of Object.entries(properties))
    if (/-|role/.test(name)) node.setAttribute(name, value);
    else node[name] = value;
  node.append(...children);
  return node;
}

/** Adds a file to the page's head; settles when it has arrived or failed. */
function fetched(tag, properties) {
  return new Promise((resolve, reject) => {
    const node = el(tag, "", { ...properties, onload: resolve, onerror: () => reject(node.remove()) });
    document.head.append(node);
  });
}

/** plotly.js and our style sheet, once per page; after a failure the next call tries again. */
function load(files) {
  plotly ??= Promise.allSettled([
    window.Plotly ?? fetched("script", { src: files.plotly }),
    fetched("link", { rel: "stylesheet", href: files.css }),
  ]).then(([script]) => {
    if (script.status === "rejected") plotly = null;
    return window.Plotly ?? null;
  });
  return plotly;
}

/** ``S_i = e^{o_i}/Z`` as nodes: single letters italic, ``_`` lowers, ``^`` raises. */
function formula(text) {
  const parts = text.matchAll(/([_^])(?:\{([^}]*)\}|(.))|(\p{L}+)|[^_^\p{L}]+|[_^]/gsu);
  return Array.from(parts, ([part, mark, braced, single, word]) => {
    if (mark) return el(mark === "_" ? "sub" : "sup", "", {}, ...formula(braced ?? single));
    return word && /^[a-zα-ω]$/iu.test(word) && word !== "Σ" ? el("i", "", {}, word) : part;
  });
}

/** The text of a Plotly label, without its markup. */
const plain = label => new DOMParser().parseFromString(String(label ?? ""), "text/html").body.textContent;
const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

function place(node, left, top, width, height) {
  node.style.cssText = `transform:translate(${left}px,${top}px);width:${width}px;height:${height}px`;
}

/** One message under way at a time, the newest state next; nothing is lost, not even when a run is. */
class Outbox {
  queue = [];
  sent = null;
  sequence = 0;

  /** Queues an event; a newer edit of the same bar takes the older one's place. */
  send(event) {
    const same = other => ["kind", "chart", "index"].every(key => other[key] === event[key]);
    const index = ["edit", "tick"].includes(event.kind) ? this.queue.findIndex(same) : -1;
    this.queue.splice(index < 0 ? this.queue.length : index, 1, event);
    this.next();
  }

  next() {
    if (this.sent || !this.queue.length) return;
    this.sequence = Math.max(this.sequence + 1, Date.now()); // rises over reloads of the page too
    this.sent = { seq: this.sequence, events: this.queue.splice(0) };
    this.attempt(2000);
  }

  /** Posts, and again if there is no answer: the connection may have been lost. Ever later, so as not to starve it. */
  attempt(patience) {
    this.post(this.sent);
    this.timer = setTimeout(() => this.attempt(2 * patience), patience);
  }

  /** Python has acted on all messages up to ``handled``. */
  acknowledge(handled) {
    this.sequence = Math.max(this.sequence, handled);
    if (!this.sent || handled < this.sent.seq) return;
    clearTimeout(this.timer);
    this.sent = null;
    this.next();
  }

  /** Whether an edit of this chart has not been answered yet. */
  holds(chart) {
    return [...this.queue, ...(this.sent?.events ?? [])].some(event => event.kind === "edit" && event.chart === chart);
  }
}

class Board {
  cards = new Map();
  outbox = new Outbox();

  constructor(parent, files) {
    Object.assign(this, { parent, files });
    boards.set(parent, this);
    this.grid = el("div", "lc-grid");
    this.root = el("div", "lc", {}, this.grid);
    this.resized = new ResizeObserver(() => this.draw());
    this.seen = new IntersectionObserver(entries => {
      for (const entry of entries) entry.target.card.visible = entry.isIntersecting;
      this.draw();
    }, { rootMargin: "80px" });
    this.keys = event => this.undo(event);
    document.addEventListener("keydown", this.keys);
    parent.append(this.root);
  }

  remove() {
    boards.delete(this.parent);
    document.removeEventListener("keydown", this.keys);
    this.resized.disconnect();
    this.seen.disconnect();
    clearTimeout(this.timer);
    clearTimeout(this.outbox.timer);
    for (const card of this.cards.values()) card.remove();
    this.root.remove();
  }

  /** @param {Data} data */
  receive(data) {
    this.data = data;
    this.outbox.acknowledge(data.handled);
    this.root.style.cssText = `--columns:${data.columns};--scale:${data.scale};--height:${data.height}px`;
    this.root.dataset.columns = data.columns;
    const names = new Set(data.charts.map(chart => chart.name));
    for (const card of [...this.cards.values()]) if (!names.has(card.name)) card.remove();
    data.charts.forEach((chart, index) => {
      const card = this.cards.get(chart.name) ?? new Card(this, chart.name);
      const there = this.grid.children[index];
      if (there !== card.cell) this.grid.insertBefore(card.cell, there ?? null);
      card.update(chart);
    });
    this.draw();
  }

  /** Draws what changed: what is in the window first, the rest when the browser has time. */
  async draw() {
    const Plotly = await load(this.files);
    if (!this.root.isConnected) return;
    const style = getComputedStyle(this.root);
    this.look = { dark: style.colorScheme.includes("dark"), font: style.fontFamily };
    const cards = [...this.cards.values()];
    cards.filter(card => card.visible).forEach(card => card.draw(Plotly));
    clearTimeout(this.later);
    this.later = setTimeout(() => cards.forEach(card => card.draw(Plotly)), 150);
    this.mark("picked", ...(this.data.picked ?? []));
    clearTimeout(this.timer);
    if (this.data.tick) this.timer = setTimeout(() => this.tick(), this.data.tick);
  }

  /** Asks for the next step of an animation, once somebody can see it. */
  tick() {
    if (!document.hidden) this.outbox.send({ kind: "tick" });
    else document.addEventListener("visibilitychange", () => this.root.isConnected && this.tick(), { once: true });
  }

  /** Marks row i and column j in all charts, in the layer "picked" or "hovered". */
  mark(layer, i, j) {
    for (const card of this.cards.values()) card.mark(layer, i, j);
  }

  undo(event) {
    const redo = event.key.toLowerCase() === "y" || event.shiftKey;
    if (!(event.ctrlKey || event.metaKey) || event.altKey || !/^[zy]$/i.test(event.key)) return;
    if (event.target.closest?.("input, textarea, select, [contenteditable]")) return;
    event.preventDefault();
    this.outbox.send({ kind: "undo", redo });
  }
}

class Card {
  local = new Map(); // bar -> value on the screen that Python has not confirmed
  visible = true;
  marks = { picked: [], hovered: [] };
  sliders = [];

  constructor(board, name) {
    Object.assign(this, { board, name });
    board.cards.set(name, this);
    const button = (className, press) => el("button", className, { type: "button", onclick: press });
    this.title = el("span", "lc-title");
    this.formula = el("span", "lc-formula", { role: "math" });
    this.toggle = button("lc-toggle", () => board.outbox.send({ kind: "toggle", chart: name }));
    this.plot = el("div", "lc-plot", { role: "img" });
    this.over = el("div", "lc-over");
    this.hint = el("span", "lc-hint");
    this.saves = ["png", "svg"].map(format => button("lc-save", () => this.save(format)));
    this.frame = el("div", "lc-frame", {}, el("div", "lc-zoom", {}, this.plot, this.over));
    this.joiner = el("div", "lc-joiner", { "aria-hidden": "true" });
    const head = el("div", "lc-head", {}, this.title, this.formula, this.toggle);
    const foot = el("div", "lc-foot", {}, this.hint, ...this.saves);
    this.section = el("section", "lc-card", { role: "group", "data-chart": name, card: this }, head, this.frame, foot);
    this.cell = el("div", "lc-cell", {}, this.section, this.joiner);
    for (const type of ["pointerdown", "pointermove", "pointerup", "pointercancel", "pointerleave", "click", "dblclick", "keydown"])
      this.over.addEventListener(type, event => this[type](event));
    board.resized.observe(this.frame);
    board.seen.observe(this.section);
  }

  remove() {
    this.board.cards.delete(this.name);
    this.board.resized.unobserve(this.frame);
    this.board.seen.unobserve(this.section);
    window.Plotly?.purge(this.plot);
    this.cell.remove();
  }

  /** Takes a rerun's chart; words at once, the drawing in ``draw``. @param {Chart} chart */
  update(chart) {
    const { words, canHide } = this.board.data;
    this.chart = chart;
    this.source = JSON.stringify(chart.figure ?? null);
    if (!this.drag && !this.board.outbox.holds(this.name)) this.local.clear();
    const text = (node, value = "") => node.textContent === value || (node.textContent = value);
    text(this.title, chart.title);
    text(this.hint, chart.hint);
    text(this.joiner, chart.joiner);
    text(this.toggle, chart.hidden ? words.show : words.hide);
    this.toggle.hidden = !canHide;
    if (this.markup !== chart.formula) this.formula.replaceChildren(...formula((this.markup = chart.formula) ?? ""));
    this.formula.setAttribute("aria-label", chart.formula ?? "");
    this.section.setAttribute("aria-label", chart.title);
    this.plot.setAttribute("aria-label", chart.alt ?? "");
    this.cell.dataset.span = chart.span;
    this.cell.style.setProperty("--span", chart.span);
    this.section.classList.toggle("lc-hidden", Boolean(chart.hidden));
    this.saves.forEach((button, at) => {
      text(button, [words.png, words.svg][at]);
      button.title = `${chart.title}: ${words.download}`;
    });
    if (chart.hidden && this.drawn) {
      window.Plotly?.purge(this.plot);
      this.drawn = null;
      this.sliders = [];
      this.over.replaceChildren();
      this.marks = { picked: [], hovered: [] };
    }
  }

  /** The figure as it is to be seen: in the theme's colours, at the card's size, with the hand's own values. */
  figure() {
    const { palette, height } = this.board.data;
    const { dark, font } = this.board.look;
    const swap = colour => palette[colour.toLowerCase()] ?? colour;
    const { data, layout } = JSON.parse(dark ? this.source.replace(/#[0-9a-f]{6}\b/gi, swap) : this.source);
    for (const [index, value] of this.local) {
      data[0].y[index] = value;
      if (data[0].text) data[0].text[index] = this.print(value, data[0].text[index]);
    }
    if (this.drag) layout.yaxis.range = this.drag.range;
    Object.assign(layout, { width: this.width, height, autosize: false, font: { ...layout.font, family: font } });
    return { data, layout };
  }

  /** A value with as many decimals as the text it replaces. */
  print(value, text) {
    return value.toFixed(/\.(\d+)/.exec(text)?.[1].length ?? 0).replace("-", "−");
  }

  /** Draws if anything changed since the last time. */
  draw(Plotly) {
    const { scale, height, words } = this.board.data;
    this.width = Math.floor(this.frame.clientWidth / scale);
    if (this.chart.hidden || !this.width) return;
    if (!Plotly) {
      this.plot.replaceChildren(el("p", "lc-lost", {}, words.cannot_load), this.table());
      return;
    }
    const state = JSON.stringify([this.board.look, this.width, height, [...this.local], this.drag?.range]) + this.source;
    if (state === this.drawn) return;
    this.drawn = state;
    const { data, layout } = this.figure();
    Plotly.react(this.plot, data, layout, PLOT);
    this.measure();
    this.arrange();
  }

  /** The numbers of the figure, for when it cannot be drawn. */
  table() {
    const { data, layout } = this.figure();
    const row = (tag, cells) => el("tr", "", {}, ...cells.map(cell => el(tag, "", {}, plain(cell))));
    const rows = data[0].z ? data[0].text ?? data[0].z : data.map(trace => trace.text ?? trace.y);
    return el("table", "lc-table", {}, row("th", layout.xaxis?.ticktext ?? data[0].x ?? []), ...rows.map(cells => row("td", cells)));
  }

  /** Pixel bounds of the bars or cells of trace 0, from the axes that Plotly has just drawn. */
  measure() {
    const { xaxis, yaxis } = this.plot._fullLayout;
    if (this.chart.kind === "plain") return;
    const points = this.plot.calcdata[0];
    const across = value => xaxis._offset + xaxis.c2p(value);
    const down = value => clamp(yaxis._offset + yaxis.c2p(value), yaxis._offset, yaxis._offset + yaxis._length);
    const spans = (edges, at) => edges.slice(1).map((edge, k) => [at(edges[k]), at(edge)].sort((a, b) => a - b));
    const matrix = this.chart.kind === "matrix";
    this.area = { left: xaxis._offset, top: yaxis._offset, width: xaxis._length, height: yaxis._length };
    this.perPixel = (yaxis.range[1] - yaxis.range[0]) / yaxis._length;
    this.columns = matrix ? spans(points[0].x, across) : points.map(({ p }) => [across(p - 0.5), across(p + 0.5)]);
    this.rows = matrix ? spans(points[0].y, down) : null;
    this.values = matrix ? null : Array.from(this.plot.data[0].y);
    this.ends = matrix ? null : this.values.map(value => [down(0), down(value ?? 0)]);
  }

  /** Puts sliders on movable bars, or one roving button on cells and other bars. */
  arrange() {
    const { kind, editable } = this.chart;
    if (kind === "plain") return;
    while (this.sliders.length > (editable ? this.columns.length : 0)) this.sliders.pop().remove();
    if (!editable) return this.rove(...(this.at ?? this.board.data.picked ?? [0, 0]));
    this.button?.remove();
    this.button = null;
    this.values.forEach((value, index) => {
      const slider = (this.sliders[index] ??= this.over.appendChild(
        el("div", "lc-slider", { role: "slider", tabIndex: 0, "aria-orientation": "vertical" }),
      ));
      const [left, right] = this.columns[index];
      const width = Math.max(right - left, Math.min(40, this.area.width / this.columns.length));
      place(slider, (left + right - width) / 2, this.ends[index][1] - REACH / 2, width, REACH);
      slider.setAttribute("aria-label", this.chart.labels?.[index] ?? this.tick("xaxis", index));
      slider.setAttribute("aria-valuemin", editable.low);
      slider.setAttribute("aria-valuemax", editable.high);
      slider.setAttribute("aria-valuenow", value ?? editable.low);
      slider.setAttribute("aria-valuetext", this.plot.data[0].text?.[index] ?? value ?? "−∞");
    });
  }

  /** What the axis calls its k-th class. */
  tick(axis, k) {
    return plain(this.plot.layout[axis]?.ticktext?.[k] ?? k + 1);
  }

  /** Puts the one tab stop of this chart on cell (i, j); as a new element, so that a move is read out. */
  rove(i, j, focus = false) {
    i = clamp(i, 0, (this.rows ?? this.columns).length - 1);
    j = this.rows ? clamp(j, 0, this.columns.length - 1) : i;
    this.at = [i, j];
    const trace = this.plot.data[0];
    const value = this.rows ? trace.text?.[i]?.[j] ?? trace.z[i][j] : trace.text?.[i] ?? trace.y[i];
    const name = this.rows
      ? this.board.data.words.cell.replace("{i}", i + 1).replace("{j}", j + 1).replace("{value}", value)
      : `${this.chart.labels?.[i] ?? this.tick("xaxis", i)}: ${value}`;
    const old = this.button;
    if (!old || focus) this.button = this.over.appendChild(el("button", "lc-cursor", { type: "button" }));
    place(this.button, ...this.box(i, j));
    this.button.setAttribute("aria-label", name);
    if (focus) this.button.focus();
    if (old && focus) old.remove();
  }

  /** Left, top, width and height of cell (i, j), or of bar i's column. */
  box(i, j) {
    const [left, right] = this.columns[j];
    const [top, bottom] = this.rows?.[i] ?? [this.area.top, this.area.top + this.area.height];
    return [left, top, right - left, bottom - top];
  }

  mark(layer, i, j) {
    if (!this.columns || this.chart.hidden) return;
    const boxes = [];
    const across = [this.area.left, this.area.width];
    if (this.rows && this.rows[i]) boxes.push([across[0], this.rows[i][0], across[1], this.rows[i][1] - this.rows[i][0]]);
    if (this.rows && this.columns[j]) boxes.push([this.columns[j][0], this.area.top, this.columns[j][1] - this.columns[j][0], this.area.height]);
    if (this.rows && this.rows[i] && this.columns[j]) boxes.push(this.box(i, j));
    if (!this.rows) for (const k of new Set([i, j])) if (this.columns[k]) boxes.push(this.box(k, k));
    const marks = this.marks[layer];
    while (marks.length > boxes.length) marks.pop().remove();
    boxes.forEach((box, at) => {
      marks[at] ??= this.over.insertBefore(el("div", `lc-${layer}`), this.over.firstChild);
      marks[at].classList.toggle("lc-cell-mark", Boolean(this.rows) && at === 2);
      place(marks[at], ...box);
    });
  }

  /** The cell or bar under a pointer, and whether the pointer is on the bar itself. */
  hit(event) {
    if (!this.columns) return null;
    const { left, top } = this.over.getBoundingClientRect();
    const [x, y] = [(event.clientX - left) / this.board.data.scale, (event.clientY - top) / this.board.data.scale];
    const within = (spans, at) => spans.findIndex(span => at >= span[0] && at < span[1]);
    const j = within(this.columns, x);
    const i = this.rows ? within(this.rows, y) : j;
    if (i < 0 || j < 0) return null;
    const ends = this.ends?.[i];
    return { i, j, bar: Boolean(ends) && y >= Math.min(...ends) && y <= Math.max(...ends) };
  }

  pointerdown(event) {
    this.moved = false;
    if (event.button || !this.chart.editable || event.target.matches("input")) return;
    const hit = this.hit(event);
    const index = this.sliders.indexOf(event.target);
    const grabbed = index >= 0 ? index : hit?.bar && event.pointerType === "mouse" ? hit.i : -1;
    if (grabbed < 0) return;
    event.preventDefault();
    this.sliders[grabbed].focus({ preventScroll: true });
    this.over.setPointerCapture(event.pointerId);
    const range = [...this.plot._fullLayout.yaxis.range];
    this.drag = { index: grabbed, from: event.clientY, value: this.values[grabbed] ?? 0, range };
  }

  pointermove(event) {
    if (this.drag) return this.dragged(event);
    if (event.pointerType !== "mouse") return;
    const hit = this.hit(event);
    this.over.style.cursor = hit?.bar && this.chart.editable ? "ns-resize" : hit ? "pointer" : "";
    this.board.mark("hovered", hit?.i, hit?.j);
  }

  pointerleave() {
    if (!this.drag) this.board.mark("hovered");
  }

  dragged(event) {
    const { index, from, value } = this.drag;
    if (!this.moved && Math.abs(event.clientY - from) < 3) return;
    this.moved = true;
    this.set(index, value - ((event.clientY - from) / this.board.data.scale) * this.perPixel, event.shiftKey, false);
  }

  pointerup() {
    if (!this.drag) return;
    const { index } = this.drag;
    this.drag = null;
    if (this.moved) this.commit(index, this.local.get(index) ?? this.values[index], true);
  }

  pointercancel() {
    this.pointerup();
  }

  /** Snaps a value to the step and the bounds, and makes it the bar's. */
  set(index, value, fine, final) {
    const { low, high, step } = this.chart.editable;
    const now = this.values[index] ?? low;
    const unit = fine ? step / 10 : step;
    const snapped = Number((Math.round(value / unit) * unit).toPrecision(12));
    this.commit(index, clamp(snapped, Math.min(low, now), Math.max(high, now)), final);
  }

  /** Shows a bar's value at once and tells Python. */
  commit(index, value, final) {
    if (value === this.values[index] && !final) return;
    this.local.set(index, value);
    const values = this.values.map((old, k) => this.local.get(k) ?? old);
    this.board.outbox.send({ kind: "edit", chart: this.name, index, values, final });
    this.board.draw();
  }

  pick(i, j) {
    this.board.outbox.send({ kind: "pick", chart: this.name, i, j });
  }

  click(event) {
    const hit = event.detail === 0 && event.target === this.button ? { i: this.at[0], j: this.at[1] } : this.hit(event);
    if (!hit || this.moved || event.target.matches("input")) return;
    this.pick(hit.i, hit.j);
    if (this.button) this.rove(hit.i, hit.j);
  }

  dblclick(event) {
    const hit = this.hit(event);
    if (hit && this.chart.editable && !event.target.matches("input")) this.type(hit.i);
  }

  keydown(event) {
    const index = this.sliders.indexOf(event.target);
    const steps = KEYS[event.key];
    if (event.target === this.button && event.key.startsWith("Arrow")) {
      const [di, dj] = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
      this.rove(this.at[0] + (this.rows ? di : di + dj), this.at[1] + dj, true);
    } else if (index >= 0 && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const { low, high, step } = this.chart.editable;
      const value = this.local.get(index) ?? this.values[index] ?? low;
      if (steps) this.set(index, value + steps * (event.shiftKey ? step / 10 : step), event.shiftKey, true);
      else if (event.key === "Home" || event.key === "End") this.set(index, event.key === "Home" ? low : high, false, true);
      else if (event.key === "Enter") this.type(index);
      else if (event.key === " ") this.pick(index, index);
      else return;
    } else return;
    event.preventDefault();
  }

  /** A field on the bar for an exact value; Enter or leaving it takes the value, Escape does not. */
  type(index) {
    const { words } = this.board.data;
    const [low, high] = this.chart.editable.reach;
    const field = el("input", "lc-field", { type: "text", inputMode: "decimal", value: this.values[index] ?? "" });
    field.setAttribute("aria-label", `${words.type_value}: ${this.sliders[index].getAttribute("aria-label")}`);
    const [left, right] = this.columns[index];
    field.style.cssText = `left:${(left + right) / 2}px;top:${this.ends[index][1]}px`;
    const close = keep => {
      field.onblur = null;
      const value = Number.parseFloat(field.value.replace("−", "-").replace(",", "."));
      if (keep && Number.isFinite(value)) this.commit(index, clamp(value, low, high), true);
      this.sliders[index]?.focus();
      field.remove();
    };
    field.onblur = () => close(true);
    field.onkeydown = event => {
      if (event.key === "Enter" || event.key === "Escape") close(event.key === "Enter");
      event.stopPropagation();
    };
    this.over.append(field);
    field.select();
  }

  /** Gives the chart away as a picture, on the card's own ground. */
  async save(format) {
    const { data, layout } = this.figure();
    layout.paper_bgcolor = getComputedStyle(this.section).backgroundColor;
    const { width, height } = layout;
    const href = await window.Plotly.toImage({ data, layout }, { format, width, height, scale: format === "png" ? 3 : 1 });
    el("a", "", { href, download: `${this.name}.${format}` }).click();
  }
}
