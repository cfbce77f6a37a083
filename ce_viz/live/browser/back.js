// @ts-check
/**
 * One entry of the browser's history for each page that is opened. Streamlit pushes the page's address without
 * settings, and, when Python has said them, the one with settings: Back would stop at the former, which means the
 * defaults.
 */

let opened = ""; // path of a page that was opened, until a hand or a key does something there

/** Streamlit escapes the commas of an address that it writes; one that people read and copy needs no %2C.
 * @param {string} address */
export const tidied = address => address.replaceAll("%2C", ",");

/** Has an address that Streamlit pushes replace the one that is there, where it is the same, or belongs to a page that
 * was opened and that the visitor has not touched yet. */
export function joinPushes() {
  const push = history.pushState.bind(history);
  history.pushState = (state, unused, url) => {
    const { pathname, href } = new URL(url ?? "", location.href);
    const isSame = pathname === opened || tidied(href) === tidied(location.href);
    if (pathname === location.pathname && isSame) return history.replaceState(state, unused, url);
    if (pathname !== location.pathname) opened = pathname;
    push(state, unused, url);
  };
  for (const type of ["pointerdown", "keydown", "popstate"])
    window.addEventListener(type, () => (opened = ""), { capture: true });
}
