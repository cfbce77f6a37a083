// @ts-check
/**
 * Links: query strings that hold a page's settings, compared and changed by name. What a value means is Python's.
 *
 * @typedef {Record<string, ?string>} Changes text of each setting that differs; null where it left the link
 */

/** What makes link `to` of link `from`. @param {string} from @param {string} to @returns {Changes} */
export function difference(from, to) {
  const [before, after] = [new URLSearchParams(from), new URLSearchParams(to)];
  const names = new Set([...before.keys(), ...after.keys()]);
  const changed = [...names].filter(name => before.get(name) !== after.get(name));
  return Object.fromEntries(changed.map(name => [name, after.get(name)]));
}

/** A link with changes. @param {string} link @param {Changes} changes */
export function withChanges(link, changes) {
  const settings = new URLSearchParams(link);
  for (const [name, value] of Object.entries(changes))
    if (value === null) settings.delete(name);
    else settings.set(name, value);
  return settings.toString();
}

/** A name for the state that events make of a link's settings, however the link is written.
 * @param {string} link @param {unknown[]} events */
export function stateName(link, events) {
  const settings = new URLSearchParams(link);
  settings.sort();
  return `${settings} ${JSON.stringify(events)}`;
}
