// The page: puts editors, worker and views together. Holds what is shown; everything else is asked of the worker. It shows and decides before
// the editors are there, which are large.

import gallery from 'rdp:gallery';
import type { Decision } from '@rdp/runtime/contract';
import type { Answer, Ask } from '../protocol.ts';
import { byId, h, tabs, type TabItem } from './dom.ts';
import type { Editors, InputMark } from './editors.ts';
import { sceneOfExample, type Scene } from './scene.ts';
import { fragmentOf, sceneIn } from './share.ts';
import { startShade } from './shade.ts';
import { showResult } from './show-result.ts';
import { showManifests, showTests } from './show-tests.ts';
import { showStatus, showVerdict, sizeOf } from './show-verdict.ts';
import { showWhy } from './show-why.ts';
import { startSplits } from './splits.ts';
import { createAsker, loadEditors, startWorker } from './workers.ts';
import './style.css';

type View = 'result' | 'why' | 'tests' | 'deploy' | 'json';

/** Milliseconds after a key until a decision is asked for; and after a decision until a module is, which takes longer. */
const pause = { decision: 120, module: 300 } as const;

let editors: Editors | undefined;
const shade = startShade((now) => editors?.setShade(now));

/** What is shown beside the texts. */
const shown: {
  scene: Scene;
  view: View;
  answer: Answer | undefined;
  /** Of the module that was compiled last, and whether the policy or the document has changed since. */
  compiled: Answer['compiled'];
  isOlder: boolean;
  tests: Answer['tests'];
  manifests: Answer['manifests'];
  manifest: string | undefined;
} = {
  scene: sceneOfExample(gallery[0] ?? { name: '', title: '', about: '', files: [], inputs: [] }),
  view: 'result',
  answer: undefined,
  compiled: undefined,
  isOlder: false,
  tests: undefined,
  manifests: undefined,
  manifest: undefined,
};

let askWorker: ((ask: Omit<Ask, 'id'>) => void) | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;
let moduleTimer: ReturnType<typeof setTimeout> | undefined;

/** What questions are about: the texts of the editors, and those of the scene until there are any. */
function question(): Omit<Ask, 'id' | 'want'> {
  const { files, event, input } = shown.scene;
  return { files: editors?.files() ?? files, event, input: editors?.input() ?? input };
}

/** Asks for a decision on what is shown, and for what the view that is open needs. */
function ask(): void {
  clearTimeout(timer);
  clearTimeout(moduleTimer);
  shown.isOlder = true;
  askWorker?.({ ...question(), want: 'decision' });
}

/** Asks for what goes with a decision, once it is shown. */
function askMore(): void {
  if (shown.view === 'deploy') askWorker?.({ ...question(), want: 'manifests' });
  askWorker?.({ ...question(), want: 'tests' });
  moduleTimer = setTimeout(() => askWorker?.({ ...question(), want: 'module' }), pause.module);
}

function reveal(file: string, start: number, end: number): void {
  choosePane('policy');
  editors?.reveal(file, start, end);
  showFiles();
}

let tellFirst: () => void = () => undefined;
const firstAnswer = new Promise<void>((resolve) => {
  tellFirst = resolve;
});

function answered(answer: Answer, { want }: Ask): void {
  switch (want) {
    case 'tests':
      shown.tests = answer.tests;
      break;
    case 'manifests':
      shown.manifests = answer.manifests;
      break;
    case 'module':
      shown.compiled = answer.compiled;
      shown.isOlder = false;
      // What the module says otherwise, or why there is none, is more than what was shown until now.
      if (answer.fault !== undefined) showVerdict(answer);
      break;
    case 'decision':
      showDecision(answer);
      askMore();
      break;
  }
  showStatus({ ...shown, errors: shown.answer?.errors ?? 0, warnings: shown.answer?.warnings ?? 0 });
  showViews();
}

function showDecision(answer: Answer): void {
  shown.answer = answer;
  if (answer.errors > 0) shown.compiled = undefined;
  const { decision } = answer;
  if (decision) shown.scene = { ...shown.scene, event: decision.event.label };
  showEvents(answer);
  showVerdict(answer);
  showMarks();
  document.body.dataset['decided'] ??= String(Math.round(performance.now()));
  tellFirst();
}

function showMarks(): void {
  const decision = shown.answer?.decision;
  editors?.mark(decision?.isInput ? marksOf(JSON.parse(decision.text) as Decision) : []); // the interpreter wrote it
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
  const items = question().files.map(([path]): TabItem => {
    const faults = editors?.faults(path) ?? 0;
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
    chosen: editors?.active() ?? shown.scene.active,
    choose: (path) => {
      shown.scene = { ...shown.scene, active: path };
      if (editors === undefined) showTexts();
      else editors.show(path);
      showFiles();
    },
  });
}

function showEvents({ events }: Answer): void {
  const select = byId<HTMLSelectElement>('event');
  if (events.length === 0) return;
  const plain = events.filter(({ label }) => !label.endsWith('/http'));
  const wire = events.filter(({ label }) => label.endsWith('/http'));
  const option = (label: string): HTMLElement =>
    h('option', { value: label, selected: label === shown.scene.event }, label);
  select.replaceChildren(
    ...plain.map(({ label }) => option(label)),
    ...(wire.length === 0
      ? []
      : [h('optgroup', { label: 'as it was on the wire' }, ...wire.map(({ label }) => option(label)))]),
  );
}

function showViews(): void {
  const { answer, tests } = shown;
  const results = tests?.results ?? [];
  const failed = results.filter(({ failures }) => failures.length > 0).length;
  const testBadge =
    results.length === 0
      ? {}
      : {
          badge: {
            text: failed > 0 ? `${failed} failed` : String(results.length),
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
  select.hidden = options.length < 2;
}

// ---------------------------------------------------------------- what is done

function openScene(scene: Scene): void {
  shown.scene = scene;
  shown.answer = undefined;
  shown.compiled = undefined;
  shown.tests = undefined;
  shown.manifests = undefined;
  shown.manifest = undefined;
  if (editors === undefined) showTexts();
  else editors.open(scene);
  byId<HTMLSelectElement>('example').value = scene.example ?? '';
  showDocuments();
  showFiles();
  showViews();
  ask();
}

/** The scene's texts where their editors will be. */
function showTexts(): void {
  const { files, active, input } = shown.scene;
  const text = files.find(([path]) => path === active)?.[1] ?? '';
  byId('policy').replaceChildren(h('pre', { class: 'early' }, text));
  byId('input').replaceChildren(h('pre', { class: 'early' }, input));
}

function choosePane(pane: string): void {
  document.body.dataset['pane'] = pane;
  for (const button of document.querySelectorAll('nav.phone button'))
    button.setAttribute('aria-pressed', String(button instanceof HTMLElement && button.dataset['pane'] === pane));
}

async function share(): Promise<void> {
  const scene: Scene = { ...shown.scene, ...question(), active: editors?.active() ?? shown.scene.active };
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
    if (editors === undefined) showTexts();
    else editors.setInput(chosen.text);
    ask();
  });
  byId('share').addEventListener('click', () => void share());
  byId('theme').addEventListener('click', shade.toggle);
  for (const button of document.querySelectorAll<HTMLElement>('nav.phone button'))
    button.addEventListener('click', () => choosePane(button.dataset['pane'] ?? 'policy'));
  window.addEventListener('hashchange', () => void sceneOfAddress().then(openScene));
  startSplits();

  const worker = await (window.rdpFirst ?? startWorker('worker'));
  askWorker = createAsker(worker, answered);
  openScene(await sceneOfAddress());
  const { createEditors, startLanguage } = await loadEditors();
  editors = createEditors({
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
      if (what === 'tabs') {
        showFiles();
        return;
      }
      clearTimeout(timer);
      timer = setTimeout(ask, pause.decision);
    },
    shade: shade.now(),
  });
  editors.open(shown.scene);
  showMarks();
  // The language server waits for the first decision: on a small machine both together would be later than one after the other.
  await firstAnswer;
  await startLanguage();
  document.body.dataset['started'] = String(Math.round(performance.now()));
}

void start();
