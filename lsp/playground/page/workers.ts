// What the page loads when it runs: its workers — one answers questions about the files, one serves the language — and its editors. From a
// host workers are files; a page that was opened from a disk may not start those, and takes their text from a script.

import type { Answer, Ask } from '../protocol.ts';

declare global {
  interface Window {
    rdpWorkers?: Readonly<Record<string, string>>;
    rdpEditors?: typeof import('./editors.ts');
    /** Started by the page's markup, ahead of the editor. */
    rdpFirst?: Promise<Worker>;
  }
}

/** Starts a worker by its name. */
export async function startWorker(name: 'worker' | 'editor.worker'): Promise<Worker> {
  if (location.protocol !== 'file:') return new Worker(`${name}.js`);
  await loadScript(`${name}.text.js`);
  const text = window.rdpWorkers?.[name] ?? '';
  return new Worker(URL.createObjectURL(new Blob([text], { type: 'text/javascript' })));
}

/** The editors, once they are there. */
export async function loadEditors(): Promise<typeof import('./editors.ts')> {
  await Promise.all([loadSheet('editors.css'), loadScript('editors.js')]);
  if (window.rdpEditors === undefined) throw new Error('the editors did not load');
  return window.rdpEditors;
}

/** Rules of the editors, ahead of the page's own. */
function loadSheet(source: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.href = source;
    link.onload = () => resolve();
    link.onerror = () => reject(new Error(`cannot load ${source}`));
    document.head.prepend(link);
  });
}

const scripts = new Map<string, Promise<void>>();

function loadScript(source: string): Promise<void> {
  const known = scripts.get(source);
  if (known) return known;
  const loading = new Promise<void>((resolve, reject) => {
    const script = document.createElement('script');
    script.src = source;
    script.onload = () => resolve();
    script.onerror = () => reject(new Error(`cannot load ${source}`));
    document.head.append(script);
  });
  scripts.set(source, loading);
  return loading;
}

/** Asks the worker that decides. Of questions that wait the newest of each kind is asked, the others are dropped. */
export function createAsker(
  worker: Worker,
  answered: (answer: Answer, ask: Ask) => void,
): (ask: Omit<Ask, 'id'>) => void {
  const waiting = new Map<Ask['want'], Ask>();
  let running: Ask | undefined;
  let count = 0;
  const next = (): void => {
    if (running !== undefined) return;
    const [ask] = waiting.values();
    if (ask === undefined) return;
    waiting.delete(ask.want);
    running = ask;
    worker.postMessage({ kind: 'ask', ask });
  };
  worker.addEventListener('message', ({ data }: MessageEvent<Answer | { readonly kind: 'ready' }>) => {
    if ('kind' in data) return;
    const ask = running;
    running = undefined;
    if (ask !== undefined) answered(data, ask);
    next();
  });
  return (ask) => {
    waiting.set(ask.want, { ...ask, id: ++count });
    next();
  };
}
