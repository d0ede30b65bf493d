/** Light or dark: as the system has it, or as the person chose, who finds the choice again on the next visit. */
import { elementById, setAttribute, setText } from './elements';

type Scheme = 'auto' | 'light' | 'dark';

const schemes: readonly Scheme[] = ['auto', 'light', 'dark'];
const names: Readonly<Record<Scheme, string>> = { auto: '◐ Auto', light: '☀ Light', dark: '☾ Dark' };
const storageKey = 'clickstream-scheme';

function readStored(): Scheme {
  try {
    const stored = localStorage.getItem(storageKey);
    return schemes.find((scheme) => scheme === stored) ?? 'auto';
  } catch {
    // A browser that keeps nothing for this page: the system's scheme, then.
    return 'auto';
  }
}

function store(scheme: Scheme): void {
  try {
    localStorage.setItem(storageKey, scheme);
  } catch {
    // The choice holds until the page is left.
  }
}

/** Once. `onChange`: colours are different now. */
export function makeSchemeSwitch(onChange: () => void): void {
  const button = elementById('scheme');
  let scheme = readStored();
  const apply = (): void => {
    setAttribute(document.documentElement, 'data-scheme', scheme);
    setText(button, names[scheme]);
    onChange();
  };
  button.addEventListener('click', () => {
    scheme = schemes[(schemes.indexOf(scheme) + 1) % schemes.length] ?? 'auto';
    store(scheme);
    apply();
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', onChange);
  apply();
}
