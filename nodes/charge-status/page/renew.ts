/**
 * Lists that are drawn anew while somebody is on them. An element with the same `data-key` stays and takes over what has changed, so that
 * keyboard, pointer and screen reader stay where they are. What listens on it stays too: it must mean the same for the same key.
 */

/** Makes `fresh` the children of `parent`, each with a key of its own. */
export function renew(parent: Element, fresh: readonly HTMLElement[]): void {
  const known = new Map(Array.from(parent.children, (child) => [keyOf(child), child]));
  for (const [index, wanted] of fresh.entries()) {
    const old = known.get(keyOf(wanted));
    known.delete(keyOf(wanted));
    if (old !== undefined) become(old, wanted);
    const place = parent.children[index] ?? null;
    if (place === null || place !== old) parent.insertBefore(old ?? wanted, place);
  }
  for (const gone of known.values()) gone.remove();
}

const keyOf = (element: Element): string | null => element.getAttribute("data-key");

function become(old: Element, wanted: Element): void {
  if (old.isEqualNode(wanted)) return;
  for (const { name } of [...old.attributes]) if (!wanted.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of wanted.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  const pairs = Array.from(wanted.childNodes, (child, index) => [old.childNodes[index], child] as const);
  const isAlike = old.childNodes.length === pairs.length && pairs.every(([one, other]) => one?.nodeName === other.nodeName);
  if (!isAlike) {
    old.replaceChildren(...wanted.childNodes);
    return;
  }
  for (const [one, other] of pairs) {
    if (one instanceof Element && other instanceof Element) become(one, other);
    else if (one !== undefined && one.nodeValue !== other.nodeValue) one.nodeValue = other.nodeValue;
  }
}
