// The manifest against what it speaks of: files that are there, commands that are registered, snippets that are policies.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { diagnosticCodes, parse } from '@rdp/language';
import { levelsFor, readSettings } from '../../lsp/src/server/settings.ts';
import { shippedManifest } from '../build.ts';

const room = join(import.meta.dirname, '..');

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string }[];
    readonly menus: Readonly<Record<string, readonly { readonly command: string }[]>>;
    readonly walkthroughs: readonly { readonly steps: readonly { readonly description: string }[] }[];
    readonly configuration: {
      readonly properties: Readonly<
        Record<string, { readonly default?: unknown; readonly properties?: Readonly<Record<string, unknown>> }>
      >;
    };
    readonly problemMatchers: readonly { readonly pattern: readonly { readonly regexp: string }[] }[];
  };
}

const text = readFileSync(join(room, 'package.json'), 'utf8');
const { contributes }: Manifest = JSON.parse(text);
const sources = readdirSync(join(room, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => readFileSync(join(room, 'src', path), 'utf8'))
  .join('\n');

test('every file that the manifest names is there', (t) => {
  const paths = [...text.matchAll(/"(\.\/[^"]+|walkthrough\/[^"]+|media\/[^"]+)"/g)].map(([, path]) => path ?? '');
  t.true(paths.length > 10);
  const missing = paths.filter((path) => !path.startsWith('./dist/') && !existsSync(join(room, path)));
  t.deepEqual(missing, []);
});

test('every command is registered, and every one that is used is contributed', (t) => {
  const known = contributes.commands.map(({ command }) => command);
  const registered = new Set([
    ...[...sources.matchAll(/registerCommand\(\s*'(rdp\.\w+)'/g)].map(([, name]) => name),
    ...[...sources.matchAll(/\badd\('(\w+)'/g)].map(([, name]) => `rdp.${name}`),
  ]);
  t.deepEqual(
    known.filter((name) => !registered.has(name)),
    [],
  );
  const used = [
    ...Object.values(contributes.menus).flatMap((items) => items.map(({ command }) => command)),
    ...contributes.walkthroughs.flatMap(({ steps }) =>
      steps.flatMap(({ description }) =>
        [...description.matchAll(/command:(rdp\.\w+)/g)].map(([, name]) => name ?? ''),
      ),
    ),
  ];
  t.deepEqual(
    used.filter((name) => !known.includes(name)),
    [],
  );
});

test('snippets are declarations', (t) => {
  const snippets: Record<string, { readonly body: readonly string[] }> = JSON.parse(
    readFileSync(join(room, 'snippets', 'rdp.json'), 'utf8'),
  );
  for (const [name, { body }] of Object.entries(snippets)) {
    const filled = body
      .join('\n')
      .replaceAll('$CURRENT_YEAR', '2027')
      .replaceAll(/\$\{\d+\|([^,|]+)[^}]*\|\}/g, '$1')
      .replaceAll(/\$\{\d+:((?:[^{}]|\{[^{}]*\})*)\}/g, '$1')
      .replaceAll(/\$\{\d+:((?:[^{}]|\{[^{}]*\})*)\}/g, '$1')
      .replaceAll(/\$\d/g, '');
    const found = parse({ path: 'snippet.rdp', text: filled }).diagnostics.map(({ message }) => message);
    t.deepEqual(found, [], `${name}\n${filled}`);
  }
});

test('problems of a task are read from what the command prints', (t) => {
  const [head, place] = contributes.problemMatchers[0]?.pattern.map(({ regexp }) => new RegExp(regexp)) ?? [];
  t.deepEqual(head?.exec('error[unknown-clause]: unknown clause `whn` in a `defend`')?.slice(1), [
    'error',
    'unknown-clause',
    'unknown clause `whn` in a `defend`',
  ]);
  t.deepEqual(place?.exec(' --> policies/a.rdp:3:31')?.slice(1), ['policies/a.rdp', '3', '31']);
});

test('what is shipped says nothing of the workspace', (t) => {
  const shipped: Record<string, unknown> = JSON.parse(shippedManifest());
  for (const key of ['private', 'type', 'scripts', 'dependencies', 'devDependencies']) t.false(key in shipped);
  t.is(shipped['main'], './dist/extension.cjs');
});

test('settings are those that the server reads: every code that can be shown otherwise, everything on', (t) => {
  const { properties } = contributes.configuration;
  const levels = diagnosticCodes()
    .map((code) => [code, { enum: levelsFor(code) }] as const)
    .filter(([, { enum: possible }]) => possible.length > 1);
  t.deepEqual(properties['rdp.diagnostics.levels']?.properties, Object.fromEntries(levels));
  /** What VS Code gives for the section, when nobody set anything. */
  const section: Record<string, unknown> = {};
  for (const [name, { default: value }] of Object.entries(properties)) {
    const path = name.split('.').slice(1);
    path.reduce<Record<string, unknown>>((at, part, index) => {
      at[part] = index === path.length - 1 ? value : (at[part] ?? {});
      return at[part] as Record<string, unknown>; // made above, but for the last
    }, section);
  }
  const read = readSettings([section]);
  t.deepEqual(read, { settings: readSettings([]).settings, problems: [] });
  for (const [name, { default: value }] of Object.entries(properties)) {
    if (value !== true) continue;
    const [group = '', key = ''] = name.split('.').slice(1);
    t.notDeepEqual(readSettings([{ [group]: { [key]: false } }]), read, `${name} is read`);
  }
});
