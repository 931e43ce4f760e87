/** Unsent texts by target, which outlive a reload of this tab. */
export class Drafts {
  /** Where the browser gives no storage. */
  #here = new Map();

  get(key) {
    try {
      return sessionStorage.getItem(nameOf(key)) ?? '';
    } catch {
      return this.#here.get(key) ?? '';
    }
  }

  set(key, text) {
    this.#here.set(key, text);
    try {
      if (text === '') sessionStorage.removeItem(nameOf(key));
      else sessionStorage.setItem(nameOf(key), text);
    } catch {
      // Blocked or full: it is kept until the page is left.
    }
  }
}

function nameOf(key) {
  return `draft ${key}`;
}
