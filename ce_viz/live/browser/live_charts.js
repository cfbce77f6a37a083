/**
 * Live charts, the browser's part: cards that stay in place between reruns, drawn by Plotly, moved by hand. A Board is
 * one grid of Cards; its Outbox carries what a hand did to Python. Nothing is computed here but the way from a pixel
 * to a value on an axis and back, and the snapping of values to steps. charts.py says what the data are.
 *
 * @typedef {{name: string, title: string, kind: string, span: number, figure: {data: object[], layout: object},
 *   editable: ?{low: number, high: number, step: number}, formula: string[][], labels: string[]}} Chart
 */

const HANDLE = 44; // pixels at a bar's end that take a finger
const STEPS = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1, PageUp: 10, PageDown: -10 };
const MOVES = { ArrowUp: [-1, 0], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowRight: [0, 1] };
const ACTS = { pointerdown: "grab", pointermove: "move", pointerleave: "move", pointerup: "drop", keydown: "key",
  pointercancel: "drop", click: "click", dblclick: "click", focusout: "settle" };
const PAUSE = 1000; // milliseconds without a key after which a row of them is done
const SLIDER = { role: "slider", tabIndex: 0, "aria-orientation": "vertical" };
const AXIS = { tickangle: 0, ticklabeloverflow: "allow" }; // else Plotly measures every label at each drawing
const AT_ONCE = { mode: "immediate", frame: { duration: 0, redraw: false }, transition: { duration: 0 } };
const boards = new WeakMap();
let strays = []; // edits of boards that were taken down before Python had them
let arrival; // of plotly.js: undefined before the first try, null after one that failed
let dressed;

/** Called by Streamlit with each rerun's data, and again when its theme changes. */
export default async function liveCharts({ data, parentElement, setTriggerValue }, urls) {
  const board = boards.get(parentElement) ?? new Board(parentElement, urls);
  board.outbox.post = message => setTriggerValue("message", message);
  board.newest = data;
  const text = await inflated(data);
  if (board.newest === data) board.receive(JSON.parse(text));
  // Streamlit also calls this when newer data overtakes a run: only a board that left the page is taken down.
  return () => parentElement.isConnected || board.remove();
}

/** The text that Python has compressed. */
function inflated(data) {
  const stream = new DecompressionStream("deflate");
  const writer = stream.writable.getWriter();
  writer.write(data);
  writer.close();
  return new Response(stream.readable).text();
}

/** Gives a node properties and attributes, writing only what differs: most of it never changes. */
function set(node, values) {
  for (const [name, value] of Object.entries(values))
    if (!/-|role|style/.test(name)) node[name] === value || (node[name] = value);
    else if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value);
  return node;
}

/** Makes an element; strings become text nodes, so that no name is ever read as markup. */
function el(tag, className, values = {}, ...children) {
  const node = set(document.createElement(tag), { className, ...values });
  node.append(...children);
  return node;
}

/** Shows text in pieces, each with the elements around it, innermost first. */
function show(node, pieces) {
  const source = JSON.stringify(pieces);
  if (node.source === source) return;
  node.source = source;
  node.replaceChildren(...pieces.map(([text, ...tags]) => tags.reduce((inner, tag) => el(tag, "", {}, inner), text)));
}

/** Brings plotly.js, once per page; where it did not come, the next call tries again. */
function load(url) {
  const script = async cache => { // Streamlit gives files no age: by its address, 1.5 MB would come at each visit
    const answer = await fetch(url, { cache });
    if (!answer.ok) return;
    const src = URL.createObjectURL(await answer.blob()); // a strict policy forbids scripts that stand in the page
    const done = act => document.head.append(el("script", "", { src, onload: act, onerror: act }));
    await new Promise(done).finally(() => URL.revokeObjectURL(src));
  };
  const loaded = () => { if (!window.Plotly) arrival = null; };
  return (arrival ||= script(arrival === null ? "reload" : "force-cache").then(loaded, loaded));
}

/** Brings our style sheet, once per page. */
function dress(href) {
  const link = done => el("link", "", { rel: "stylesheet", href, onload: done, onerror: done });
  return (dressed ||= new Promise(done => document.head.append(link(done))));
}

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
const within = (spans, at) => spans.findIndex(([from, to]) => at >= from && at < to);
const place = (node, left, top, width, height) =>
  set(node, { style: `transform:translate(${left}px,${top}px);width:${width}px;height:${height}px` });

/** One message under way at a time, the newest next: each one ends the run before it, wherever that has come to. */
class Outbox {
  queue = [];
  sent = null;
  sequence = 0;
  patience = 2000;
  leaving = false;

  constructor(app) {
    this.app = app;
  }

  /** Queues an event; a newer edit of the same bar takes the older one's place. */
  send(event) {
    const same = other => event.kind === "edit" && ["kind", "chart", "index"].every(key => other[key] === event[key]);
    const older = this.queue.findIndex(same);
    this.queue.splice(older < 0 ? this.queue.length : older, 1, event);
    this.next();
  }

  /** Whether a message would cut off the rest of a run, or call a visitor back who is leaving the page. */
  busy() {
    return this.leaving || this.app?.dataset.testScriptState === "running";
  }

  /** Waits until that is over, but not for ever. */
  async idle(limit) {
    for (const end = Date.now() + limit; this.busy() && Date.now() < end; ) await new Promise(go => setTimeout(go, 5));
  }

  async next() {
    if (this.waiting || this.sent || !this.queue.length) return;
    this.waiting = true;
    await this.idle(3000);
    this.waiting = false;
    if (!this.queue.length) return;
    this.sequence = Math.max(this.sequence + 1, Date.now()); // so that it rises over reloads of the page as well
    this.sent = { seq: this.sequence, events: this.queue.splice(0) };
    this.post(this.sent);
    this.expect(this.patience);
  }

  /** Posts again while no answer comes: the message, or the run, may have been lost with the connection. */
  expect(patience) {
    const again = () => (this.busy() || this.post(this.sent), this.expect(2 * patience));
    this.timer = setTimeout(again, patience);
  }

  /** Python has acted on the messages up to `handled`. */
  acknowledge(handled) {
    this.sequence = Math.max(this.sequence, handled);
    if (!this.sent || handled < this.sent.seq) return;
    clearTimeout(this.timer);
    this.patience = Math.max(2000, 3 * (Date.now() - this.sent.seq));
    this.sent = null;
    this.next();
  }

  /** Whether an event of this kind, on this chart if there is one, has not been answered yet. */
  holds(kind, chart) {
    return [...this.queue, ...(this.sent?.events ?? [])].some(event => event.kind === kind && event.chart === chart);
  }

  /** Edits that Python has not confirmed, for the next board here: a broken connection can cost this one its place. */
  edits() {
    if (this.leaving) return [];
    const sent = (this.sent?.events ?? []).map(event => ({ ...event, seq: this.sent.seq }));
    const left = [...sent, ...this.queue.map(event => ({ ...event, seq: Infinity }))];
    const [place, until] = [location.pathname, Date.now() + 10000];
    return left.filter(({ kind }) => kind === "edit").map(event => ({ ...event, place, until }));
  }

  /** Streamlit would take a message sent now for a wish to stay. */
  leave() {
    this.leaving = true;
    setTimeout(() => (this.leaving = false), 3000);
  }
}

class Board {
  cards = new Map();
  headline = el("p", "lc-headline");
  grid = el("div", "lc-grid");
  off = new AbortController();

  constructor(parent, urls) {
    boards.set(parent, Object.assign(this, { parent, urls }));
    this.outbox = new Outbox(parent.closest("[data-test-script-state]"));
    this.root = parent.appendChild(el("div", "lc", { hidden: true }, this.headline, this.grid));
    dress(urls.css).then(() => (this.root.hidden = false));
    const watch = note => entries => (entries.forEach(entry => note(entry.target.card, entry)), this.draw());
    this.sizes = new ResizeObserver(watch((card, { contentRect }) => (card.room = contentRect.width)));
    this.sights = new IntersectionObserver(watch((card, { isIntersecting }) => (card.seen = isIntersecting)));
    document.addEventListener("keydown", event => this.undo(event), this.off);
    document.addEventListener("visibilitychange", () => this.tick(), this.off);
    document.addEventListener("click", ({ target }) => target.closest("a[href]") && this.outbox.leave(), this.off);
    window.addEventListener("popstate", () => this.outbox.leave(), this.off);
    window.addEventListener("beforeprint", () => this.cards.forEach(card => card.draw().arrange()), this.off);
  }

  remove() {
    boards.delete(this.parent);
    this.off.abort();
    strays.push(...this.outbox.edits());
    this.outbox.queue = [];
    for (const timer of [this.timer, this.later, this.outbox.timer]) clearTimeout(timer);
    for (const card of this.cards.values()) card.remove();
    this.root.remove();
  }

  /** Takes a rerun's data. */
  receive(data) {
    this.data = data;
    set(document.documentElement, { lang: data.words.lang }); // Streamlit's page says English, whatever is on it
    this.outbox.acknowledge(data.handled);
    this.look ??= this.seenIn();
    requestAnimationFrame(() => setTimeout(() => this.restyle())); // painted by then: to look costs nothing
    const style = `--columns:${data.columns};--scale:${data.scale};--height:${data.height}px`;
    set(this.root, { style, "data-columns": data.columns });
    show(this.headline, data.headline);
    for (const card of this.cards.values()) if (!data.charts.some(({ name }) => name === card.name)) card.remove();
    data.charts.forEach((chart, index) => {
      const card = this.cards.get(chart.name) ?? new Card(this, chart.name);
      const there = this.grid.children[index];
      if (there !== card.cell) this.grid.insertBefore(card.cell, there ?? null);
      card.update(chart);
    });
    strays = strays.filter(stray => stray.until > Date.now() && !this.adopt(stray));
    this.draw();
  }

  /** Brings another board's edit to its end, if this one has the chart and Python does not know of it. */
  adopt({ chart, index, values, seq, place }) {
    const card = this.cards.get(chart);
    if (!card?.chart.editable || place !== location.pathname) return false;
    if (seq <= this.data.handled) return true;
    card.local.set(index, values[index]);
    card.send("edit", { index, values, final: true });
    return true;
  }

  /** The theme and the typeface. */
  seenIn() {
    const { colorScheme, fontFamily } = getComputedStyle(this.root);
    return { dark: colorScheme.includes("dark"), font: fontFamily };
  }

  /** Draws again if the theme has changed. */
  restyle() {
    const look = this.seenIn();
    if (!this.root.isConnected || JSON.stringify(look) === JSON.stringify(this.look)) return;
    this.look = look;
    this.draw();
  }

  /** Draws what changed in the window; outside of it a chart changes as it comes into sight, and is there before. */
  async draw() {
    await Promise.all([load(this.urls.plotly), dress(this.urls.css)]);
    if (this.outbox.queue.length) await this.outbox.idle(40); // so that Python works on the next state meanwhile
    if (!this.root.isConnected) return;
    for (const card of this.cards.values()) if (card.seen) card.draw();
    for (const card of this.cards.values()) card.arrange(); // after all drawings: else each lays the page out again
    for (const timer of [this.timer, this.later]) clearTimeout(timer);
    this.later = setTimeout(() => this.cards.forEach(card => card.drawn || card.draw().arrange()), 150);
    if (this.data.tick) this.timer = setTimeout(() => this.tick(), this.data.tick);
  }

  /** Asks for the next step of an animation, if somebody can see it. */
  tick() {
    if (this.data?.tick && !document.hidden && !this.outbox.holds("tick")) this.outbox.send({ kind: "tick" });
  }

  /** Keys for undo, unless a text field wants them. */
  undo(event) {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || !/^[zy]$/i.test(event.key)) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    event.preventDefault();
    this.cards.forEach(card => card.settle());
    this.outbox.send({ kind: "undo", redo: event.shiftKey || /y/i.test(event.key) });
  }
}

class Card {
  local = new Map(); // bar -> the value on the screen, until Python has confirmed it

  constructor(board, name) {
    board.cards.set(name, Object.assign(this, { board, name }));
    const button = (className, onclick) => el("button", className, { type: "button", onclick });
    for (const part of ["title", "formula", "hint", "joiner", "plot", "over"]) this[part] = el("div", `lc-${part}`);
    this.toggle = button("lc-toggle", () => this.send("toggle"));
    this.saves = ["png", "svg"].map(format => button("lc-save", () => this.save(format)));
    set(this.plot, { role: "img" });
    this.frame = el("div", "lc-frame", { card: this }, el("div", "lc-zoom", {}, this.plot, this.over));
    const head = el("div", "lc-head", {}, this.title, this.formula, this.toggle);
    const foot = el("div", "lc-foot", {}, this.hint, ...this.saves);
    this.section = el("section", "", { role: "group", "data-chart": name, card: this }, head, this.frame, foot);
    this.cell = el("div", "lc-cell", {}, this.section, this.joiner);
    // Plotly asks for its size at each drawing; the browser would lay out the whole page to tell.
    const size = { clientWidth: { get: () => this.width }, clientHeight: { get: () => board.data.height } };
    Object.defineProperties(this.plot, size);
    for (const [type, act] of Object.entries(ACTS)) this.over.addEventListener(type, event => this[act](event));
    board.sizes.observe(this.frame);
    board.sights.observe(this.section);
    this.clear();
  }

  /** Forgets what was drawn, and all that lay on it. */
  clear() {
    window.Plotly?.purge(this.plot);
    const mark = layer => ["row", "column", "cell"].map(part => el("div", `lc-${layer} lc-${part}`, { hidden: true }));
    this.marks = { picked: mark("picked"), hovered: mark("hovered") };
    this.over.replaceChildren(...this.marks.picked, ...this.marks.hovered);
    for (const part of ["drawn", "arranged", "still", "trace", "drag", "button", "cursor"]) this[part] = null;
    this.sliders = [];
  }

  remove() {
    this.clear();
    this.board.cards.delete(this.name);
    this.board.sizes.unobserve(this.frame);
    this.board.sights.unobserve(this.section);
    this.cell.remove();
  }

  send(kind, values) {
    this.board.outbox.send({ kind, chart: this.name, ...values });
  }

  /** Takes a rerun's chart: its words at once, its figure when it is drawn. @param {Chart} chart */
  update(chart) {
    const { words, canHide } = this.board.data;
    const { title, kind, span, hint = "", joiner = "", formula = [], alt = "", hidden = false } = chart;
    show(this.formula, formula);
    this.chart = chart;
    this.source = JSON.stringify(chart.figure ?? null);
    if (!this.drag && !this.board.outbox.holds("edit", this.name)) this.local.clear();
    for (const [part, textContent] of Object.entries({ title, hint, joiner })) set(this[part], { textContent });
    set(this.toggle, { textContent: hidden ? words.show : words.hide, hidden: !canHide });
    set(this.section, { className: hidden ? "lc-card lc-hidden" : "lc-card", "data-kind": kind, "aria-label": title });
    set(this.plot, { "aria-label": alt });
    set(this.cell, { "data-span": span, style: `--span:${span}` });
    [words.png, words.svg].forEach((textContent, at) =>
      set(this.saves[at], { textContent, title: `${title}: ${words.download}` }));
    if (hidden && this.drawn) this.clear();
  }

  /** The figure as it is to be seen: in the theme's colours, at the card's size, with the hand's own values. */
  figure() {
    const { palette, height } = this.board.data;
    const { dark, font: family } = this.board.look;
    const swap = colour => palette[colour.toLowerCase()] ?? colour;
    const { data, layout } = JSON.parse(dark ? this.source.replace(/#[0-9a-f]{6}\b/gi, swap) : this.source);
    const decimals = /\.(\d+)/.exec(data[0]?.text)?.[1].length ?? 0;
    for (const [k, value] of this.local) {
      data[0].y[k] = value;
      if (data[0].text) data[0].text[k] = value.toFixed(decimals).replace("-", "−");
    }
    if (this.drag) layout.yaxis.range = this.drag.range; // under the hand the axis stays
    for (const key of Object.keys(layout)) if (/^[xy]axis/.test(key)) layout[key] = { ...AXIS, ...layout[key] };
    Object.assign(layout, { width: this.width, height, autosize: false, font: { ...layout.font, family } });
    return { data, layout };
  }

  /** Draws, if anything changed since the last time. */
  draw() {
    const { scale, height, words } = this.board.data;
    this.width = Math.floor(this.room / scale);
    const changing = [this.board.look, this.width, height, [...this.local], this.drag?.range];
    const state = JSON.stringify(changing) + this.source;
    if (this.chart.hidden || !this.width || this.moving || state === this.drawn) return this;
    const { data, layout } = this.figure();
    set(this.plot, { role: window.Plotly ? "img" : "group" });
    if (!this.still) this.plot.replaceChildren(...(window.Plotly ? [] : [words.cannot_load, this.table(data)]));
    if (!window.Plotly) return this;
    const config = { staticPlot: !layout.scene, displayModeBar: false, scrollZoom: false }; // in space: turned by hand
    const still = JSON.stringify([layout, data.map(trace => ({ ...trace, x: 0, y: 0, text: 0, marker: 0 }))]);
    const fixed = ({ type, xaxis = "x", yaxis = "y" }) => /^(bar|scatter)$/.test(type) &&
      [xaxis, yaxis].every(name => layout[name.replace(/^./, "$&axis")]?.range);
    if (still === this.still && data.every(fixed)) {
      // Where only bars moved, Plotly is spared the axes, which are half of a drawing.
      const moved = data.map(({ x, y, text, marker }) => ({ x, y, text, marker }));
      const placed = () => Object.assign(this, { behind: false }).arrange(); // in the same frame as the bars
      const done = () => Object.assign(this, { moving: false, behind: false }).draw().arrange();
      Object.assign(this, { moving: true, behind: true });
      this.plot.once("plotly_transitioning", () => queueMicrotask(placed));
      window.Plotly.animate(this.plot, { data: moved, traces: [...moved.keys()] }, AT_ONCE).then(done, done);
    } else window.Plotly.react(this.plot, data, layout, ...(this.still ? [] : [config]));
    return Object.assign(this, { drawn: state, still, trace: data[0] });
  }

  /** The numbers of a figure that cannot be drawn. */
  table(data) {
    const row = (tag, cells) => el("tr", "", {}, ...cells.map(cell => el(tag, "", {}, cell ?? "")));
    const rows = data[0].z ? data[0].text ?? data[0].z : data.map(({ text, y, a }) => text ?? y ?? a ?? []);
    return el("table", "", {}, row("th", this.chart.labels ?? []), ...rows.map(cells => row("td", cells)));
  }

  /** Lays handles and marks over the bars or cells of trace 0, where Plotly's axes have put them. */
  arrange() {
    const { chart: { kind, editable, labels }, board: { data: { picked } } } = this;
    const state = this.drawn + JSON.stringify([picked, editable, labels]);
    if (kind === "plain" || !this.trace || this.behind || this.arranged === state) return;
    this.arranged = state;
    const { xaxis, yaxis } = this.plot._fullLayout;
    const points = this.plot.calcdata[0];
    const across = value => xaxis._offset + xaxis.c2p(value);
    const down = value => yaxis._offset + clamp(yaxis.c2p(value ?? 0), 0, yaxis._length);
    const edges = (places, count) => places.length > count ? places // a contour map has its values at places
      : [places[0], ...places.slice(1).map((place, k) => (place + places[k]) / 2), places.at(-1)];
    const spans = (edges, to) => edges.slice(1).map((edge, k) => [to(edges[k]), to(edge)].sort((a, b) => a - b));
    this.rows = kind === "matrix" ? spans(edges(points[0].y, this.trace.z.length), down) : null;
    this.columns = this.rows ? spans(edges(points[0].x, this.trace.z[0].length), across)
      : points.map(({ p }) => [across(p - 0.5), across(p + 0.5)]);
    this.ends = this.rows ? [] : this.trace.y.map(down);
    this.base = down(0);
    this.area = [xaxis._offset, yaxis._offset, xaxis._length, yaxis._length];
    this.perPixel = (yaxis.range[1] - yaxis.range[0]) / yaxis._length;
    this.mark("picked", ...(picked ?? []));
    while (this.sliders.length > (editable ? this.ends.length : 0)) this.sliders.pop().remove();
    if (!editable) return this.rove(...(this.cursor ?? picked ?? [0, 0]));
    this.button = this.button?.remove();
    this.ends.forEach((end, k) => {
      this.sliders[k] ??= this.over.appendChild(el("div", "lc-slider", SLIDER));
      const [[left, right], value] = [this.columns[k], this.value(k)];
      const width = Math.max(right - left, Math.min(40, this.area[2] / this.ends.length));
      place(this.sliders[k], (left + right - width) / 2, end - HANDLE / 2, width, HANDLE);
      set(this.sliders[k], { "aria-label": labels[k], "aria-valuemin": editable.low, "aria-valuemax": editable.high });
      set(this.sliders[k], { "aria-valuenow": value, "aria-valuetext": this.trace.text?.[k] ?? value });
    });
  }

  /** Puts the one tab stop on cell (i, j) or bar i: as a new element if it moves, so that it is read out. */
  rove(i, j, moved) {
    const { rows, columns, button: old, trace: { text, y, z }, chart: { labels } } = this;
    i = clamp(i, 0, (rows ?? columns).length - 1);
    j = rows ? clamp(j, 0, columns.length - 1) : i;
    const told = { i: i + 1, j: j + 1, value: rows ? (text ?? z)[i][j] : (text ?? y)[i] };
    const form = rows ? this.board.data.words.cell : `${labels[i]}: {value}`;
    const name = form.replace(/\{(i|j|value)\}/g, (_, key) => told[key]);
    if (!old || moved) this.button = this.over.appendChild(el("button", "lc-cursor", { type: "button" }));
    place(set(this.button, { "aria-label": name }), ...this.box(rows ? i : -1, j));
    this.cursor = [i, j];
    if (moved) this.button.focus();
    if (old !== this.button) old?.remove();
  }

  /** Left, top, width and height of cell (i, j); of a whole row or column where the other is −1. */
  box(i, j) {
    const [left, top, width, height] = this.area;
    const [[x0, x1], [y0, y1]] = [this.columns[j] ?? [left, left + width], this.rows?.[i] ?? [top, top + height]];
    return [x0, y0, x1 - x0, y1 - y0];
  }

  /** Marks row i, column j and their cell, or the bars i and j; the layer is "picked" or "hovered". */
  mark(layer, i, j) {
    if (!this.arranged) return;
    const spots = this.rows ? [[i, -1], [-1, j], [i, j]] : [[-1, i], [-1, i === j ? undefined : j], []];
    const there = (spans, at) => at === -1 || Boolean(spans?.[at]);
    spots.forEach(([row, column], at) => {
      const hidden = !there(this.rows, row) || !there(this.columns, column);
      set(this.marks[layer][at], { hidden });
      if (!hidden) place(this.marks[layer][at], ...this.box(row, column));
    });
  }

  /** The cell or bar under a pointer, and whether the pointer is on the bar itself; null beside them. */
  hit({ clientX, clientY }) {
    const { left, top } = this.over.getBoundingClientRect();
    const [x, y] = [clientX - left, clientY - top].map(pixels => pixels / this.board.data.scale);
    const j = within(this.columns ?? [], x);
    const i = this.rows ? within(this.rows, y) : j;
    return i < 0 || j < 0 ? null : { i, j, bar: (y - this.base) * (y - this.ends[i]) <= 0 };
  }

  /** A finger takes a bar by its end only, so that the page can be scrolled; a mouse anywhere. */
  grab(event) {
    if (this.drag) return;
    this.moved = false;
    const hit = this.hit(event);
    const bar = hit?.bar && event.pointerType === "mouse" ? hit.i : this.sliders.indexOf(event.target);
    if (event.button || !this.sliders[bar] || event.target.matches("input")) return;
    event.preventDefault();
    this.sliders[bar].focus({ preventScroll: true });
    this.over.setPointerCapture(event.pointerId);
    const range = [...this.plot._fullLayout.yaxis.range];
    this.drag = { finger: event.pointerId, bar, y: event.clientY, from: this.value(bar), range };
  }

  /** Moves the bar in hand, or marks what lies under the mouse in all charts. */
  move(event) {
    if (!this.drag) {
      const hit = event.type === "pointermove" && event.pointerType === "mouse" ? this.hit(event) : null;
      set(this.over, { style: `cursor:${hit?.bar && this.sliders.length ? "ns-resize" : "pointer"}` });
      this.board.cards.forEach(card => card.mark("hovered", hit?.i, hit?.j));
      return;
    }
    if (event.pointerId !== this.drag.finger) return;
    const up = (this.drag.y - event.clientY) / this.board.data.scale;
    this.moved ||= Math.abs(up) > 2;
    if (this.moved) this.edit(this.drag.bar, this.drag.from + up * this.perPixel, event.shiftKey, false);
  }

  drop(event) {
    if (event.pointerId !== this.drag?.finger) return;
    const { bar } = this.drag;
    this.drag = null;
    if (this.moved) this.commit(bar, this.value(bar), true);
  }

  /** What bar k shows; one that is not drawn stands at the bottom. */
  value(k) {
    return this.local.get(k) ?? this.trace.y[k] ?? this.chart.editable.low;
  }

  /** Moves bar k to a value snapped to the step, within the bounds or where it already was beyond them. */
  edit(k, value, fine, final) {
    const { low, high, step } = this.chart.editable;
    const [now, unit] = [this.value(k), fine ? step / 10 : step];
    const snapped = Number((Math.round(value / unit) * unit).toPrecision(12));
    const next = clamp(snapped, Math.min(low, now), Math.max(high, now));
    if (next !== now) this.commit(k, next, final);
  }

  /** Shows a value at once and tells Python. */
  commit(index, value, final) {
    this.local.set(index, value);
    this.send("edit", { index, values: this.trace.y.map((drawn, k) => this.local.get(k) ?? drawn), final });
    this.draw().arrange();
  }

  click(event) {
    const [i, j] = this.cursor ?? [];
    const keyed = event.target === this.button && !event.detail; // a key clicks without a place
    const hit = keyed ? { i, j } : this.hit(event);
    if (!hit || this.moved || event.target.matches("input")) return;
    if (event.type === "dblclick") return this.sliders.length && this.type(hit.i);
    this.send("pick", { i: hit.i, j: hit.j });
    if (this.button) this.rove(hit.i, hit.j);
  }

  key(event) {
    const [k, key, fine] = [this.sliders.indexOf(event.target), event.key, event.shiftKey];
    const { low, high, step } = this.chart.editable ?? {};
    const [down, right] = (event.target === this.button && MOVES[key]) || [];
    if (event.ctrlKey || event.metaKey || event.altKey || (k < 0 && down === undefined)) return;
    if (k < 0) this.rove(this.cursor[0] + down + (this.rows ? 0 : right), this.cursor[1] + right, true);
    else if (STEPS[key]) this.nudge(k, this.value(k) + STEPS[key] * (fine ? step / 10 : step), fine);
    else if (key === "Home" || key === "End") this.nudge(k, key === "Home" ? low : high, false);
    else if (key === "Enter") this.type(k);
    else if (key === " ") this.send("pick", { i: k, j: k });
    else return;
    event.preventDefault();
    event.stopPropagation(); // a page's own keys, such as arrows that turn it, are not meant here
  }

  /** Moves bar k by a key. Keys in a row are one act, like a drag: it ends when they pause or the focus leaves. */
  nudge(k, value, fine) {
    this.edit(k, value, fine, false);
    clearTimeout(this.pause);
    this.nudged = k;
    this.pause = setTimeout(() => this.settle(), PAUSE);
  }

  /** What keys moved is final now; or, where the focus leaves, after the click that took it has had its effect. */
  settle(left) {
    clearTimeout(this.pause);
    if (!this.sliders[this.nudged]) return;
    if (left) return (this.pause = setTimeout(() => this.settle(), 200));
    this.commit(this.nudged, this.value(this.nudged), true);
    this.nudged = null;
  }

  /** A field for an exact value of bar k: Enter or leaving it takes the value, Escape does not. */
  type(k) {
    const name = `${this.chart.labels[k]}: ${this.board.data.words.type_value}`;
    const field = el("input", "lc-field", { inputMode: "decimal", value: this.value(k), "aria-label": name });
    const close = keep => {
      const value = Number(field.value.trim().replace("−", "-").replace(",", ".") || NaN);
      field.onblur = null;
      field.remove();
      this.sliders[k]?.focus();
      if (keep && Number.isFinite(value)) this.commit(k, value, true);
    };
    field.onblur = () => close(true);
    field.onkeydown = event => {
      event.stopPropagation();
      if (event.key === "Enter" || event.key === "Escape") close(event.key === "Enter");
    };
    set(field, { style: `left:${(this.columns[k][0] + this.columns[k][1]) / 2}px;top:${this.ends[k]}px` });
    this.over.append(field);
    field.select();
  }

  /** Hands the chart out as a picture on the card's own ground. */
  async save(format) {
    const { data, layout } = this.figure();
    const { width, height } = Object.assign(layout, { paper_bgcolor: getComputedStyle(this.section).backgroundColor });
    const options = { format, width, height, scale: format === "png" ? 3 : 1 };
    const href = await window.Plotly.toImage({ data, layout }, options);
    el("a", "", { href, download: `${this.name}.${format}` }).click();
  }
}
