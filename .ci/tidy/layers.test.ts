// Who may import whom. The table of docs/architecture.md as a test: a project reference does not guard it once
// declarations exist, so the import specifiers themselves are compared with the table.

import test from 'ava';
import { importsOf, sources } from './repository.ts';

interface Layer {
  /** Prefix of the paths that it rules; the longest prefix wins. */
  readonly room: string;
  /** Packages it may import, by the start of the specifier. */
  readonly packages: readonly string[];
  /** Prefixes of the paths that its relative imports may lead to. */
  readonly rooms: readonly string[];
}

const layers: readonly Layer[] = [
  { room: 'language/src/', packages: [], rooms: ['language/src/'] },
  { room: 'language/src/source/', packages: [], rooms: ['language/src/source/'] },
  { room: 'language/src/diagnostics/', packages: [], rooms: ['language/src/diagnostics/', 'language/src/source/'] },
  { room: 'language/src/pattern-syntax/', packages: [], rooms: ['language/src/pattern-syntax/'] },
  {
    room: 'language/src/syntax/',
    packages: ['chevrotain'],
    rooms: ['language/src/syntax/', 'language/src/source/', 'language/src/diagnostics/'],
  },
  {
    room: 'language/src/import/',
    packages: [],
    rooms: ['language/src/import/', 'language/src/semantic/', 'language/src/diagnostics/', 'language/src/source/'],
  },
  {
    room: 'compiler/src/',
    packages: ['@rdp/language', '@rdp/runtime/contract', 'jose', 'fflate'],
    rooms: ['compiler/src/'],
  },
  {
    room: 'compiler/src/ir/',
    packages: ['@rdp/language', '@rdp/runtime/contract'],
    rooms: ['compiler/src/ir/', 'compiler/src/pattern/', 'compiler/src/classifier/'],
  },
  { room: 'compiler/src/classifier/', packages: ['@rdp/language'], rooms: ['compiler/src/classifier/'] },
  { room: 'compiler/src/pattern/', packages: ['@rdp/language'], rooms: ['compiler/src/pattern/'] },
  {
    room: 'compiler/src/cli/',
    packages: [
      '@rdp/language',
      '@rdp/language/std',
      '@rdp/runtime',
      '@rdp/runtime/blueprint',
      '@rdp/runtime/cluster',
      '@rdp/runtime/contract',
      '@rdp/runtime/inventory',
      '@rdp/runtime/npm',
      'diff',
      'yargs',
      'yaml',
      'wabt',
      'node:',
    ],
    rooms: ['compiler/src/'],
  },
  {
    room: 'compiler/src/cli/mcp/',
    packages: [
      '@rdp/language',
      '@rdp/language/std',
      '@modelcontextprotocol/sdk/server/index.js',
      '@modelcontextprotocol/sdk/server/stdio.js',
      '@modelcontextprotocol/sdk/types.js',
      'node:',
    ],
    rooms: ['compiler/src/cli/'],
  },
  {
    room: 'runtime/src/',
    packages: [
      '@dagrejs/dagre',
      '@open-policy-agent/opa-wasm',
      'iovalkey',
      'jose',
      'modern-tar',
      'node-sqlite3-wasm',
      'pg',
      'node:',
      'undici',
    ],
    rooms: ['runtime/src/'],
  },
  { room: 'runtime/src/contract/', packages: [], rooms: ['runtime/src/contract/'] },
  { room: 'lsp/src/', packages: [], rooms: ['lsp/src/'] },
  { room: 'lsp/src/ide/', packages: ['@rdp/language'], rooms: ['lsp/src/ide/'] },
  {
    room: 'lsp/src/ide/preview/',
    packages: ['@rdp/language', '@rdp/compiler', '@rdp/compiler/inputs', '@rdp/runtime/contract'],
    rooms: ['lsp/src/ide/'],
  },
  {
    room: 'lsp/src/convert/',
    packages: ['@rdp/language', 'vscode-languageserver'],
    rooms: ['lsp/src/convert/', 'lsp/src/ide/'],
  },
  {
    room: 'lsp/src/server/',
    packages: ['@rdp/language', '@rdp/compiler', '@rdp/compiler/documents', 'vscode-languageserver'],
    rooms: ['lsp/src/server/', 'lsp/src/convert/', 'lsp/src/ide/'],
  },
  {
    room: 'lsp/src/node/',
    packages: ['@rdp/language/std', '@rdp/compiler/policies', 'vscode-languageserver/node', 'node:'],
    rooms: ['lsp/src/node/', 'lsp/src/server/', 'lsp/src/convert/'],
  },
  {
    room: 'lsp/src/debug/',
    packages: [
      '@rdp/language',
      '@rdp/compiler',
      '@rdp/compiler/tools',
      '@vscode/debugadapter',
      '@vscode/debugprotocol',
      'node:',
    ],
    rooms: ['lsp/src/debug/'],
  },
  {
    room: 'lsp/src/browser/',
    packages: ['@rdp/language/std', '@rdp/lsp', 'vscode-languageserver/browser'],
    rooms: ['lsp/src/browser/'],
  },
  {
    room: 'vscode-extension/src/',
    packages: [
      '@rdp/lsp/previews',
      'vscode',
      'vscode-languageclient',
      'vscode-languageclient/browser',
      'vscode-languageclient/node',
      'node:',
    ],
    rooms: ['vscode-extension/src/'],
  },
];

function layerOf(path: string): Layer | undefined {
  return layers.filter((layer) => path.startsWith(layer.room)).sort((a, b) => b.room.length - a.room.length)[0];
}

function allowed(layer: Layer, specifier: string, target: string | undefined): boolean {
  if (target !== undefined) return layer.rooms.some((room) => target.startsWith(room));
  return layer.packages.some((name) => specifier === name || (name.endsWith(':') ? specifier.startsWith(name) : false));
}

test('every import is one that the table of layers allows', (t) => {
  const offences = sources.flatMap((path) => {
    const layer = layerOf(path);
    if (!layer) return [`${path}: no layer`];
    return importsOf(path)
      .filter(({ specifier, target }) => !allowed(layer, specifier, target))
      .map(({ specifier }) => `${path}: may not import ${specifier}`);
  });
  t.deepEqual(offences, []);
});

test('no module imports itself round a circle', (t) => {
  const graph = new Map(
    sources.map((path) => [path, importsOf(path).flatMap(({ target }) => (target === undefined ? [] : [target]))]),
  );
  const state = new Map<string, 'open' | 'done'>();
  const circles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (state.get(path) === 'done') return;
    if (state.get(path) === 'open') {
      circles.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
      return;
    }
    state.set(path, 'open');
    for (const next of graph.get(path) ?? []) visit(next, [...trail, path]);
    state.set(path, 'done');
  };
  for (const path of sources) visit(path, []);
  t.deepEqual(circles, []);
});
