// @ts-check
/**
 * One entry of the browser's history for each page that is opened. Streamlit pushes the page's address without
 * settings, and, when Python has said them, the one with settings: Back would stop at the former, which means the
 * defaults. And Back leads where it says, also while runs of other pages are under way: Streamlit pushes the address of
 * a page whose run arrives when the visitor has already gone on to another one.
 */

// Both until a hand or a key does something there.
let opened = ""; // path of a page that was opened
let led = ""; // address that Back or Forward has led to

/** Streamlit escapes the commas of an address that it writes; one that people read and copy needs no %2C.
 * @param {string} address */
export const tidied = address => address.replaceAll("%2C", ",");

/** Whether an address is that of a run which was under way when the visitor went back. @param {string} href */
const isLate = href => led !== "" && tidied(href) !== tidied(led);

/** Has an address that Streamlit pushes replace the one that is there, where it is the same, or belongs to a page that
 * was opened and that the visitor has not touched yet; and takes none that comes late, after Back. */
export function joinPushes() {
  const [push, replace] = [history.pushState.bind(history), history.replaceState.bind(history)];
  history.replaceState = (state, unused, url) => {
    if (!isLate(new URL(url ?? "", location.href).href)) replace(state, unused, url);
  };
  history.pushState = (state, unused, url) => {
    const { pathname, href } = new URL(url ?? "", location.href);
    if (isLate(href)) return;
    const isSame = pathname === opened || tidied(href) === tidied(location.href);
    if (pathname === location.pathname && isSame) return replace(state, unused, url);
    if (pathname !== location.pathname) opened = pathname;
    push(state, unused, url);
  };
  for (const type of ["pointerdown", "keydown", "click", "popstate"])
    window.addEventListener(type, () => {
      opened = "";
      led = type === "popstate" ? location.href : "";
    }, { capture: true });
}
