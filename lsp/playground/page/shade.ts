// Light and dark, for the page and the editors alike. The system's choice counts until somebody makes another, which stays in the browser.

export type Shade = 'dark' | 'light';

const kept = 'rdp-theme';

/** The shade of the page: which it is, and how to go over to the other one. */
export interface PageShade {
  readonly now: () => Shade;
  readonly toggle: () => void;
}

/** Shows the page in its shade; `changed` is told of every other one after that. */
export function startShade(changed: (shade: Shade) => void): PageShade {
  const system = matchMedia('(prefers-color-scheme: light)');
  const now = (): Shade => read() ?? (system.matches ? 'light' : 'dark');
  const show = (): void => {
    document.documentElement.dataset['theme'] = now();
    changed(now());
  };
  system.addEventListener('change', show);
  show();
  return {
    now,
    toggle: () => {
      write(now() === 'dark' ? 'light' : 'dark');
      show();
    },
  };
}

function read(): Shade | undefined {
  try {
    const value = localStorage.getItem(kept);
    return value === 'dark' || value === 'light' ? value : undefined;
  } catch {
    return undefined; // a browser that keeps nothing
  }
}

function write(shade: Shade): void {
  try {
    localStorage.setItem(kept, shade);
  } catch {
    document.documentElement.dataset['theme'] = shade;
  }
}
