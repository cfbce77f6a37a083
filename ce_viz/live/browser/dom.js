// @ts-check
/**
 * Elements, their texts and their places; plotly.js and style sheets, each brought once per window.
 *
 * @typedef {string[][]} Pieces text in pieces, each with the elements around it, innermost first
 */

/** @type {?Promise<void>} of plotly.js; null before the first try and after one that failed */
let plotlyArrival = null;
let plotlyFailed = false;
/** @type {Map<string, Promise<unknown>>} of style sheets, by address */
const stylesArrivals = new Map();
/** @type {WeakMap<HTMLElement, Pieces>} what each element shows */
const rendered = new WeakMap();

export const clamp = (/** @type {number} */ value, /** @type {number} */ low, /** @type {number} */ high) =>
  Math.min(Math.max(value, low), high);

/** plotly.js, where it has come. @returns {any} */
export const plotly = () => /** @type {any} */ (window).Plotly;

/**
 * Gives an element properties and attributes, writing only what differs: most of it never changes.
 * @template {Element} N @param {N} node @param {Record<string, any>} values @returns {N}
 */
export function setValues(node, values) {
  const properties = /** @type {Record<string, any>} */ (/** @type {unknown} */ (node));
  for (const [name, value] of Object.entries(values)) {
    if (!/-|role|style/.test(name)) {
      if (properties[name] !== value) properties[name] = value;
    } else if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value);
  }
  return node;
}

/**
 * Makes an element; strings become text nodes, so that no name is ever read as markup.
 * @param {string} tag @param {string} className @param {Record<string, any>} [values]
 * @param {(Node | string)[]} children @returns {HTMLElement}
 */
export function element(tag, className, values = {}, ...children) {
  const node = setValues(document.createElement(tag), { className, ...values });
  node.append(...children);
  return node;
}

/** Shows text in pieces, where they differ from those it shows. @param {HTMLElement} node @param {Pieces} pieces */
export function renderPieces(node, pieces) {
  if (isSame(rendered.get(node) ?? [], pieces)) return;
  rendered.set(node, pieces);
  const nested = (/** @type {string[]} */ [text, ...tags]) =>
    tags.reduce((/** @type {Node | string} */ inner, tag) => element(tag, "", {}, inner), text);
  node.replaceChildren(...pieces.map(nested));
}

/** Text in pieces as Plotly reads it. @param {Pieces} pieces */
export function markup(pieces) {
  const escaped = (/** @type {string} */ text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;");
  return pieces.map(([text, ...tags]) => tags.reduce((inner, tag) => `<${tag}>${inner}</${tag}>`, escaped(text)))
    .join("");
}

/**
 * Puts an element that lies on a drawing at a place of it.
 * @param {HTMLElement} node @param {number} left @param {number} top @param {number} width @param {number} height
 */
export function position(node, left, top, width, height) {
  const style = `transform:translate(${left}px,${top}px);width:${width}px;height:${height}px`;
  return setValues(node, { style });
}

/** Brings plotly.js; where it did not come, the next call tries again. @param {string} url */
export function loadPlotly(url) {
  const script = async (/** @type {RequestCache} */ cache) => {
    // Streamlit gives files no age: by its address, 1.5 MB would come at each visit.
    const answer = await fetch(url, { cache });
    if (!answer.ok) return;
    const src = URL.createObjectURL(await answer.blob()); // a strict policy forbids scripts that stand in the page
    const done = (/** @type {(event: unknown) => void} */ settle) =>
      document.head.append(element("script", "", { src, onload: settle, onerror: settle }));
    await new Promise(done).finally(() => URL.revokeObjectURL(src));
  };
  const settled = () => {
    plotlyFailed = !plotly();
    if (plotlyFailed) plotlyArrival = null;
  };
  return (plotlyArrival ??= script(plotlyFailed ? "reload" : "force-cache").then(settled, settled));
}

/** Brings style sheets of ours: where two speak of the same, the later one is heard.
 * @param {string} folder @param {readonly string[]} names @returns {Promise<unknown>} */
export const loadStyles = (folder, names) => Promise.all(names.map(name => loadSheet(folder + name)));

/** @param {string} href @returns {Promise<unknown>} */
function loadSheet(href) {
  const link = (/** @type {(event: unknown) => void} */ settle) =>
    element("link", "", { rel: "stylesheet", href, onload: settle, onerror: settle });
  const arrival = stylesArrivals.get(href) ?? new Promise(settle => document.head.append(link(settle)));
  stylesArrivals.set(href, arrival);
  return arrival;
}

/** The theme and the typeface of an element. Its ground is handed to the page around it, since Streamlit tells it to
 * components alone. @param {Element} node */
export function lookOf(node) {
  const style = getComputedStyle(node);
  document.documentElement.style.setProperty("--ground", style.getPropertyValue("--st-background-color"));
  return { dark: style.colorScheme.includes("dark"), font: style.fontFamily };
}

/** Whether two parsed pieces of JSON are the same. @param {any} one @param {any} other @returns {boolean} */
export function isSame(one, other) {
  if (one === other || typeof one !== "object" || typeof other !== "object" || !one || !other) return one === other;
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every(key => isSame(one[key], other[key]));
}

/** Whether a text is drawn letter by letter: in others, Plotly reads markup. @param {unknown} text */
export const isPlain = text => typeof text === "string" && text !== "" && !/[<>&\n]/.test(text);

/** Writes the text of a node that has one. @param {Element} node @param {string} text */
export function write(node, text) {
  const letters = node.firstChild;
  if (letters instanceof Text) letters.data = text;
  else node.textContent = text;
}
