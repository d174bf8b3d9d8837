// The page's two editors, and the language server behind them. Every file of the scene is open, so that the server knows them all. A script
// of its own (`rdpEditors`), because it is much the largest part of the page, which shows and decides before it is there.

import {
  editor,
  languages,
  MarkerSeverity,
  Uri,
  type IDisposable,
  type IPosition,
  type IRange,
} from 'monaco-editor/editor';
import 'monaco-editor/features/register.all';
import {
  createTransportToWorker,
  MonacoLspClient,
} from '../../../node_modules/monaco-editor/esm/external/monaco-lsp-client/out/index.js';
import { commands, type EventArgument, type ReferencesArgument } from '../../src/ide/commands.ts';
import type { Scene } from './scene.ts';
import { documentTokens, rdpTokens } from './rdp-tokens.ts';
import type { Shade } from './shade.ts';
import { defineThemes, setTheme } from './themes.ts';
import { startWorker } from './workers.ts';

const folder = 'file:///playground/';

/** The editors, as the page uses them. */
export interface Editors {
  /** Shows a scene: its files, the one that is looked at, its document. */
  readonly open: (scene: Scene) => void;
  readonly show: (path: string) => void;
  readonly files: () => Scene['files'];
  readonly active: () => string;
  readonly input: () => string;
  readonly setInput: (text: string) => void;
  /** Goes to a place in a file. */
  readonly reveal: (path: string, start: number, end: number) => void;
  /** Colours places in the document: bytes of its text. */
  readonly mark: (marks: readonly InputMark[]) => void;
  /** Errors of a file. */
  readonly faults: (path: string) => number;
  readonly setShade: (shade: Shade) => void;
}

export interface InputMark {
  readonly from: number;
  readonly to: number;
  readonly kind: 'found' | 'edited';
  readonly hover: string;
}

const options: editor.IStandaloneEditorConstructionOptions = {
  automaticLayout: true,
  fontSize: 13.5,
  lineHeight: 21,
  fontFamily: "ui-monospace, 'JetBrains Mono', 'SF Mono', 'Cascadia Code', Menlo, Consolas, monospace",
  minimap: { enabled: false },
  padding: { top: 12, bottom: 12 },
  scrollBeyondLastLine: false,
  lineNumbersMinChars: 3,
  folding: true,
  glyphMargin: false,
  renderLineHighlight: 'line',
  overviewRulerLanes: 2,
  fixedOverflowWidgets: true,
  smoothScrolling: true,
  cursorSmoothCaretAnimation: 'on',
  'semanticHighlighting.enabled': true,
  wordBasedSuggestions: 'off',
  unicodeHighlight: { ambiguousCharacters: false, invisibleCharacters: true },
  tabSize: 2,
  stickyScroll: { enabled: false },
  scrollbar: { verticalScrollbarSize: 10, horizontalScrollbarSize: 10 },
};

const modelOptions = {
  tabSize: 2,
  insertSpaces: true,
  bracketColorizationOptions: { enabled: false, independentColorPoolPerBracketType: false },
} as const;

/** What the lenses above rules and tests do here. */
export interface LensActions {
  readonly runTests: () => void;
  /** Decides on the event: `Chat.request`. */
  readonly evaluate: (event: string) => void;
  readonly showClusters: () => void;
}

function registerLenses(actions: LensActions, showUses: (place: IPosition) => void): void {
  const register = editor.registerCommand;
  register(commands.runTest, actions.runTests);
  register(commands.evaluate, (_, { event }: EventArgument) => actions.evaluate(event));
  register(commands.showCoverage, actions.showClusters);
  register(commands.openReport, actions.showClusters);
  register(commands.showReferences, (_, { position }: ReferencesArgument) =>
    showUses({ lineNumber: position.line + 1, column: position.character + 1 }),
  );
}

/** Makes the editors in two elements; `changed` is told of every edit, but not of a scene that is opened, and of what the tabs show. */
export function createEditors(places: {
  readonly policy: HTMLElement;
  readonly input: HTMLElement;
  readonly changed: (what: 'files' | 'input' | 'tabs') => void;
  readonly actions: LensActions;
  readonly shade: Shade;
}): Editors {
  const { changed } = places;
  window.MonacoEnvironment = { getWorker: () => startWorker('editor.worker') };
  defineThemes();
  setTheme(places.shade);
  languages.register({ id: 'rdp', extensions: ['.rdp'] });
  languages.setMonarchTokensProvider('rdp', rdpTokens);
  languages.setLanguageConfiguration('rdp', {
    comments: { lineComment: '//' },
    brackets: [
      ['{', '}'],
      ['[', ']'],
      ['(', ')'],
    ],
    autoClosingPairs: [
      { open: '{', close: '}' },
      { open: '[', close: ']' },
      { open: '(', close: ')' },
      { open: '"', close: '"', notIn: ['string', 'comment'] },
    ],
  });
  languages.register({ id: 'document', extensions: ['.json', '.yaml', '.yml'] });
  languages.setMonarchTokensProvider('document', documentTokens);
  languages.setLanguageConfiguration('document', {
    brackets: [
      ['{', '}'],
      ['[', ']'],
    ],
  });

  // The texts as they were shown until now.
  places.policy.replaceChildren();
  places.input.replaceChildren();
  const policy = editor.create(places.policy, { ...options, model: null, ariaLabel: 'policy' });
  const input = editor.create(places.input, {
    ...options,
    model: null,
    lineNumbers: 'on',
    ariaLabel: 'document to decide on',
    wordWrap: 'on',
  });
  registerLenses(places.actions, (place) => {
    policy.setPosition(place);
    policy.trigger('lens', 'editor.action.referenceSearch.trigger', {});
  });
  const inputModel = editor.createModel('', 'document', Uri.parse('inmemory://input/document'));
  inputModel.updateOptions(modelOptions);
  input.setModel(inputModel);
  let opening = false;
  const edited = (what: 'files' | 'input') => (): void => {
    if (!opening) changed(what);
  };
  inputModel.onDidChangeContent(edited('input'));
  const marks = input.createDecorationsCollection();
  const models = new Map<string, editor.ITextModel>();
  const listeners = new Map<string, IDisposable>();
  let active = '';
  editor.onDidChangeMarkers(() => changed('tabs'));

  const show = (path: string): void => {
    const model = models.get(path);
    if (model === undefined) return;
    active = path;
    policy.setModel(model);
  };
  // A definition in another file of the page: by itself Monaco stays in the file that it shows.
  editor.registerEditorOpener({
    openCodeEditor: (_, resource, place) => {
      const path = resource.toString(true).slice(folder.length);
      if (!models.has(path)) return false;
      show(path);
      if (place !== undefined) policy.setSelection('column' in place ? rangeAt(place) : place);
      policy.revealLineInCenterIfOutsideViewport(policy.getPosition()?.lineNumber ?? 1);
      policy.focus();
      changed('tabs');
      return true;
    },
  });
  return {
    open: (scene) => {
      opening = true;
      // A model that stays keeps its history, and the server its file.
      const paths = new Set(scene.files.map(([path]) => path));
      for (const [path, model] of models) {
        if (paths.has(path)) continue;
        listeners.get(path)?.dispose();
        model.dispose();
        models.delete(path);
      }
      for (const [path, text] of scene.files) {
        const known = models.get(path);
        if (known !== undefined) {
          if (known.getValue() !== text) known.setValue(text);
          continue;
        }
        const model = editor.createModel(text, path.endsWith('.rdp') ? 'rdp' : 'document', Uri.parse(folder + path));
        model.updateOptions(modelOptions);
        listeners.set(path, model.onDidChangeContent(edited('files')));
        models.set(path, model);
      }
      if (inputModel.getValue() !== scene.input) inputModel.setValue(scene.input);
      show(scene.active);
      opening = false;
    },
    show,
    files: () => [...models].map(([path, model]) => [path, model.getValue()] as const),
    active: () => active,
    input: () => inputModel.getValue(),
    setInput: (text) => inputModel.setValue(text),
    reveal: (path, start, end) => {
      show(path);
      const model = models.get(path);
      if (model === undefined) return;
      const [from, to] = [model.getPositionAt(start), model.getPositionAt(end)];
      const range = {
        startLineNumber: from.lineNumber,
        startColumn: from.column,
        endLineNumber: to.lineNumber,
        endColumn: to.column,
      };
      policy.setSelection(range);
      policy.revealRangeInCenterIfOutsideViewport(range);
      policy.focus();
    },
    mark: (wanted) => {
      const places = offsetsOf(inputModel.getValue(), wanted);
      marks.set(
        wanted.map(({ kind, hover }, index) => {
          const from = inputModel.getPositionAt(places[index]?.[0] ?? 0);
          const to = inputModel.getPositionAt(places[index]?.[1] ?? 0);
          return {
            range: {
              startLineNumber: from.lineNumber,
              startColumn: from.column,
              endLineNumber: to.lineNumber,
              endColumn: to.column,
            },
            options: { inlineClassName: `mark-${kind}`, hoverMessage: { value: hover } },
          };
        }),
      );
    },
    faults: (path) =>
      editor
        .getModelMarkers({ resource: models.get(path)?.uri ?? Uri.parse(folder) })
        .filter(({ severity }) => severity === MarkerSeverity.Error).length,
    setShade: setTheme,
  };
}

function rangeAt({ lineNumber, column }: IPosition): IRange {
  return { startLineNumber: lineNumber, startColumn: column, endLineNumber: lineNumber, endColumn: column };
}

/** Places in bytes of UTF-8 → offsets in UTF-16. */
function offsetsOf(text: string, marks: readonly InputMark[]): readonly (readonly [number, number])[] {
  const bytes = new TextEncoder().encode(text);
  const decoder = new TextDecoder();
  const at = (byte: number): number => decoder.decode(bytes.subarray(0, byte)).length;
  return marks.map(({ from, to }) => [at(from), at(to)]);
}

/** Connects the editors with the language server in a worker of its own. */
export async function startLanguage(): Promise<void> {
  const worker = await startWorker('worker');
  const { port1, port2 } = new MessageChannel();
  worker.postMessage({ kind: 'language', port: port2 }, [port2]);
  port1.start();
  // A port has all that the transport uses of a worker.
  new MonacoLspClient(createTransportToWorker(port1 as unknown as Worker));
}
