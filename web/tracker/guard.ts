/** Whatever goes wrong here is not the page's affair: its own code runs on as if there were no tracker. */
export function guard<A extends unknown[]>(work: (...args: A) => void): (...args: A) => void {
  return (...args) => {
    try {
      work(...args);
    } catch {
      // The event is lost, the page is not.
    }
  };
}

/**
 * `names`: with blanks between. On their way down from the window, so that a page which stops an event at its target has not
 * undone it. Nothing is held up or prevented.
 */
export function listen<E extends Event>(names: string, work: (event: E) => void): void {
  for (const name of names.split(' ')) addEventListener(name, guard(work) as EventListener, true);
}
