// The page: puts editors, worker and views together. Holds what is shown; everything else is asked of the worker.

import gallery from 'rdp:gallery';
import type { Decision } from '@rdp/runtime/contract';
import type { Answer, Ask } from '../protocol.ts';
import { byId, h, tabs, type TabItem } from './dom.ts';
import { createEditors, startLanguage, type InputMark } from './editors.ts';
import { sceneOfExample, type Scene } from './scene.ts';
import { fragmentOf, sceneIn } from './share.ts';
import { showResult } from './show-result.ts';
import { showManifests, showTests } from './show-tests.ts';
import { showWhy } from './show-why.ts';
import { startSplits } from './splits.ts';
import { startTheme } from './themes.ts';
import { createAsker, startWorker } from './workers.ts';
import './style.css';

type View = 'result' | 'why' | 'tests' | 'deploy' | 'json';

/** Milliseconds after a key until the worker is asked. */
const pause = 120;

const switchTheme = startTheme();
const began = performance.now();

/** What is shown beside the texts. */
const shown: {
  scene: Scene;
  view: View;
  answer: Answer | undefined;
  tests: Answer['tests'];
  manifests: Answer['manifests'];
  manifest: string | undefined;
} = {
  scene: sceneOfExample(gallery[0] ?? { name: '', title: '', about: '', files: [], inputs: [] }),
  view: 'result',
  answer: undefined,
  tests: undefined,
  manifests: undefined,
  manifest: undefined,
};

let timer: ReturnType<typeof setTimeout> | undefined;
const editors = createEditors({
  policy: byId('policy'),
  input: byId('input'),
  actions: {
    runTests: () => showView('tests'),
    evaluate: (event) => {
      shown.scene = { ...shown.scene, event };
      ask();
      showView('why');
    },
    showClusters: () => showView('deploy'),
  },
  changed: (what) => {
    if (what === 'faults') {
      showFiles();
      return;
    }
    clearTimeout(timer);
    timer = setTimeout(ask, pause);
  },
});
const reveal = (file: string, start: number, end: number): void => {
  choosePane('policy');
  editors.reveal(file, start, end);
  showFiles();
};

let askWorker: ((ask: Omit<Ask, 'id'>) => void) | undefined;

/** Asks for a decision on what is shown, and for what the view that is open needs. */
function ask(): void {
  const { event } = shown.scene;
  const base = { files: editors.files(), event, input: editors.input() };
  askWorker?.({ ...base, want: 'decision' });
  askWorker?.({ ...base, want: 'tests' });
  if (shown.view === 'deploy') askWorker?.({ ...base, want: 'manifests' });
}

let tellFirst: () => void = () => undefined;
const firstAnswer = new Promise<void>((resolve) => {
  tellFirst = resolve;
});

function answered(answer: Answer, { want }: Ask): void {
  tellFirst();
  if (want === 'tests') shown.tests = answer.tests;
  else if (want === 'manifests') shown.manifests = answer.manifests;
  else {
    shown.answer = answer;
    const { decision } = answer;
    if (decision) shown.scene = { ...shown.scene, event: decision.event.name };
    showEvents(answer);
    showVerdict(answer);
    showStatus(answer);
    editors.mark(decision?.isInput ? marksOf(JSON.parse(decision.text) as Decision) : []);
    document.body.dataset['decided'] ??= String(Math.round(performance.now()));
  }
  showViews();
}

/** Places of the document that were found or are changed. */
function marksOf(decision: Decision): readonly InputMark[] {
  const edits = (decision.edits ?? []).map(({ bytes, rule, text }): InputMark => ({
    from: bytes[0],
    to: bytes[1],
    kind: 'edited',
    hover: text === '' ? `\`${rule}\` removes it` : `\`${rule}\` writes \`${text}\``,
  }));
  const found = (decision.findings ?? []).flatMap(({ rule, matches = [] }) =>
    matches.map(({ bytes, kind }): InputMark => ({
      from: bytes[0],
      to: bytes[1],
      kind: 'found',
      hover: `\`${rule}\`: ${kind}`,
    })),
  );
  const isEdited = ({ from, to }: InputMark): boolean => edits.some((edit) => from < edit.to && to > edit.from);
  return [...edits, ...found.filter((mark) => !isEdited(mark))].slice(0, 200);
}

// ---------------------------------------------------------------- what is drawn

function showFiles(): void {
  const items = editors.files().map(([path]): TabItem => {
    const faults = editors.faults(path);
    const label = path.split('/').at(-1) ?? path;
    return {
      id: path,
      label,
      controls: 'policy',
      ...(faults > 0 ? { badge: { text: String(faults), kind: 'bad' } } : {}),
    };
  });
  tabs(byId('files'), {
    items,
    chosen: editors.active(),
    choose: (path) => {
      editors.show(path);
      showFiles();
    },
  });
}

function showEvents({ events }: Answer): void {
  const select = byId<HTMLSelectElement>('event');
  if (events.length === 0) return;
  const plain = events.filter(({ name }) => !name.endsWith('/http'));
  const wire = events.filter(({ name }) => name.endsWith('/http'));
  const option = (name: string): HTMLElement =>
    h('option', { value: name, selected: name === shown.scene.event }, name);
  select.replaceChildren(
    ...plain.map(({ name }) => option(name)),
    ...(wire.length === 0
      ? []
      : [h('optgroup', { label: 'as it was on the wire' }, ...wire.map(({ name }) => option(name)))]),
  );
}

const words: Readonly<Record<Decision['action'], string>> = {
  allow: 'Allowed',
  alert: 'Allowed, with an alert',
  redact: 'Redacted',
  limit: 'Allowed within a limit',
  quarantine: 'Quarantined',
  approve: 'Needs approval',
  block: 'Blocked',
};

/** What becomes of the document, in words: a redaction is more than the limit that goes with it. */
function headOf({ action, edits = [] }: Decision): { readonly tone: string; readonly text: string } {
  if (edits.length === 0 || action === 'block' || action === 'redact') return { tone: action, text: words[action] };
  const more = { limit: ', within a limit', approve: ', and needs approval', quarantine: ', and quarantined' } as const;
  return { tone: 'redact', text: `Redacted${action in more ? more[action as keyof typeof more] : ''}` }; // one of its keys
}

function showVerdict({ decision, errors, fault }: Answer): void {
  const verdict = byId('verdict');
  if (decision === undefined) {
    verdict.className = 'verdict waiting';
    const [head, text] =
      errors > 0
        ? [
            'No decision',
            `${errors === 1 ? 'an error' : `${errors} errors`} in the policy: nothing is compiled until ${errors === 1 ? 'it is' : 'they are'} mended`,
          ]
        : ['No decision', fault ?? 'no rule decides on anything yet'];
    verdict.replaceChildren(h('strong', {}, head), h('span', {}, text));
    return;
  }
  const made = JSON.parse(decision.text) as Decision; // a module wrote it
  const edited = (made.edits ?? []).map(({ rule }) => rule);
  const deciding = [
    ...new Set([
      ...(made.action === 'block' ? [] : edited),
      ...decision.trace.rules.filter(({ decides }) => decides).map(({ name }) => name),
    ]),
  ];
  const why =
    made.reason === 'malformed_input'
      ? `the document has not the shape of ${decision.event.name}: ${made.message ?? ''} ${made.path ?? ''}`
      : (made.message ?? made.reason);
  const { tone, text } = headOf(made);
  verdict.className = `verdict ${tone}`;
  verdict.replaceChildren(
    h('strong', {}, text, made.status === undefined ? undefined : h('small', {}, ` ${made.status}`)),
    h('span', {}, why === undefined ? '' : `“${why}” `, h('em', {}, deciding.length === 0 ? '' : deciding.join(', '))),
  );
}

function showStatus({ compiled, decision, errors, warnings }: Answer): void {
  const fact = (label: string, value: string, title: string): HTMLElement =>
    h('span', { class: 'fact', title }, h('b', {}, value), ` ${label}`);
  byId('status').replaceChildren(
    ...(errors + warnings === 0
      ? []
      : [
          fact(errors === 1 ? 'error' : 'errors', String(errors), ''),
          fact(warnings === 1 ? 'warning' : 'warnings', String(warnings), ''),
        ]),
    ...(compiled === undefined
      ? []
      : [
          fact('rules', String(compiled.rules), 'in this policy'),
          fact('policy.wasm', sizeOf(compiled.size), 'the module that any OPA host loads'),
          fact(
            'compiled',
            `${Math.round(compiled.compileTime)} ms`,
            'from sources to a module that runs, in this page',
          ),
        ]),
    ...(decision === undefined
      ? []
      : [fact('a decision', timeOf(decision.time), 'by the compiled module, in this page')]),
    h('span', { class: 'grow' }),
    h('span', { class: 'dim' }, 'nothing leaves this page'),
  );
}

function sizeOf(bytes: number): string {
  return bytes < 1024 * 1024 ? `${(bytes / 1024).toFixed(0)} KiB` : `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

function timeOf(microseconds: number): string {
  return microseconds < 1000
    ? `${microseconds < 10 ? microseconds.toFixed(1) : Math.round(microseconds)} µs`
    : `${(microseconds / 1000).toFixed(1)} ms`;
}

function showViews(): void {
  const { answer, tests } = shown;
  const failed = tests?.filter(({ failures }) => failures.length > 0).length ?? 0;
  const testBadge =
    tests === undefined || tests.length === 0
      ? {}
      : {
          badge: {
            text: failed > 0 ? `${failed} failed` : String(tests.length),
            kind: failed > 0 ? 'bad' : 'good',
          } as const,
        };
  const items: readonly TabItem[] = [
    { id: 'result', label: 'Result', controls: 'view' },
    { id: 'why', label: 'Why', controls: 'view' },
    { id: 'tests', label: 'Tests', controls: 'view', ...testBadge },
    { id: 'deploy', label: 'Kubernetes', controls: 'view' },
    { id: 'json', label: 'JSON', controls: 'view' },
  ];
  tabs(byId('views'), {
    items,
    chosen: shown.view,
    choose: (id) => {
      shown.view = items.find((item) => item.id === id)?.id as View; // ids of items are views
      if (id === 'deploy') ask();
      showViews();
    },
  });
  const view = byId('view');
  const place = view.scrollTop;
  view.className = `view view-${shown.view}`;
  view.replaceChildren(...viewNodes(answer));
  view.scrollTop = place;
}

/** Opens a view of the decision, wherever it is. */
function showView(view: View): void {
  shown.view = view;
  choosePane('result');
  if (view === 'deploy') ask();
  showViews();
}

function viewNodes(answer: Answer | undefined): readonly Node[] {
  const nothing = [
    h('p', { class: 'empty' }, answer?.errors ? 'Mend the policy first: the errors are marked in it.' : 'One moment …'),
  ];
  const decision = answer?.decision;
  switch (shown.view) {
    case 'result':
      return decision ? showResult(decision) : nothing;
    case 'why':
      return decision ? showWhy(decision.trace, reveal) : nothing;
    case 'tests':
      return shown.tests ? showTests(shown.tests, reveal) : nothing;
    case 'deploy':
      return shown.manifests
        ? showManifests(shown.manifests, shown.manifest, (path) => {
            shown.manifest = path;
            showViews();
          })
        : nothing;
    case 'json':
      return decision
        ? [h('pre', { class: 'text', tabindex: 0 }, JSON.stringify(JSON.parse(decision.text), null, 2))]
        : nothing;
  }
}

function showDocuments(): void {
  const example = gallery.find(({ name }) => name === shown.scene.example);
  const select = byId<HTMLSelectElement>('document');
  const options = (example?.inputs ?? []).map(({ name, text }) =>
    h('option', { value: name, selected: text === shown.scene.input }, name),
  );
  select.replaceChildren(...options);
  (select.parentElement as HTMLElement).hidden = options.length < 2; // its label
}

// ---------------------------------------------------------------- what is done

function openScene(scene: Scene): void {
  shown.scene = scene;
  shown.answer = undefined;
  shown.tests = undefined;
  shown.manifests = undefined;
  shown.manifest = undefined;
  editors.open(scene);
  byId<HTMLSelectElement>('example').value = scene.example ?? '';
  showDocuments();
  showFiles();
  showViews();
  clearTimeout(timer);
  ask();
}

function choosePane(pane: string): void {
  document.body.dataset['pane'] = pane;
  for (const button of document.querySelectorAll('nav.phone button'))
    button.setAttribute('aria-pressed', String(button instanceof HTMLElement && button.dataset['pane'] === pane));
}

async function share(): Promise<void> {
  const scene: Scene = { ...shown.scene, files: editors.files(), active: editors.active(), input: editors.input() };
  const fragment = await fragmentOf(scene);
  history.replaceState(undefined, '', fragment);
  try {
    await navigator.clipboard.writeText(location.href);
    toast(`Link copied: ${sizeOf(location.href.length)}, with all that is in it`);
  } catch {
    toast('The link is in the address bar');
  }
}

let toastTimer: ReturnType<typeof setTimeout> | undefined;
function toast(text: string): void {
  const element = byId('toast');
  element.textContent = text;
  element.classList.add('visible');
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => element.classList.remove('visible'), 3000);
}

/** The scene of the address: a shared one, an example by its name, or the first example. */
async function sceneOfAddress(): Promise<Scene> {
  const shared = await sceneIn(location.hash);
  if (shared) return shared;
  const name = /^#example=(\w+)/.exec(location.hash)?.[1];
  const example = gallery.find((known) => known.name === name);
  return example ? sceneOfExample(example) : shown.scene;
}

async function start(): Promise<void> {
  byId('example').replaceChildren(
    ...gallery.map(({ name, title, about }) => h('option', { value: name }, `${title} — ${about}`)),
  );
  byId('example').addEventListener('change', () => {
    const example = gallery.find(({ name }) => name === byId<HTMLSelectElement>('example').value);
    if (!example) return;
    history.replaceState(undefined, '', `#example=${example.name}`);
    openScene(sceneOfExample(example));
  });
  byId('event').addEventListener('change', () => {
    shown.scene = { ...shown.scene, event: byId<HTMLSelectElement>('event').value };
    ask();
  });
  byId('document').addEventListener('change', () => {
    const inputs = gallery.find(({ name }) => name === shown.scene.example)?.inputs ?? [];
    const chosen = inputs.find(({ name }) => name === byId<HTMLSelectElement>('document').value);
    if (!chosen) return;
    shown.scene = { ...shown.scene, event: chosen.event, input: chosen.text };
    editors.setInput(chosen.text);
    ask();
  });
  byId('share').addEventListener('click', () => void share());
  byId('theme').addEventListener('click', switchTheme);
  for (const button of document.querySelectorAll<HTMLElement>('nav.phone button'))
    button.addEventListener('click', () => choosePane(button.dataset['pane'] ?? 'policy'));
  window.addEventListener('hashchange', () => void sceneOfAddress().then(openScene));
  startSplits();

  const worker = await (window.rdpFirst ?? startWorker('worker'));
  askWorker = createAsker(worker, answered);
  openScene(await sceneOfAddress());
  // The language server waits for the first decision: on a small machine both together would be later than one after the other.
  await firstAnswer;
  await startLanguage();
  document.body.dataset['started'] = String(Math.round(performance.now() - began));
}

window.MonacoEnvironment = { getWorker: () => startWorker('editor.worker') };
void start();
