/** Pages that a script shows without loading one. */
import { guard, listen } from './guard';

/** What tells one page from the next: not the query, which filters and searches change, and the part after `#` only on demand. */
const routeOf = (hasHashRoutes: boolean): string => location.pathname + (hasHashRoutes ? location.hash : '');

/**
 * Calls `onRoute` when another page is shown: by `pushState`, by going back and forth, and in hash mode by another hash.
 * `replaceState` corrects the address of the page that is shown. Frameworks push the address they have and report a new hash twice:
 * that is no other page.
 */
export function watchRoutes(hasHashRoutes: boolean, onRoute: () => void): void {
  let shown = routeOf(hasHashRoutes);
  const look = guard(() => {
    const route = routeOf(hasHashRoutes);
    if (route === shown) return;
    shown = route;
    onRoute();
  });
  const { pushState } = history;
  history.pushState = function (...args) {
    // What it throws is the page's own.
    pushState.apply(this, args);
    look();
  };
  listen('popstate hashchange', look);
}
