// House rules that a machine can check: sizes, names, opening comments, purity, and words that do not belong here.

import test from 'ava';
import { files, modules, read, sources } from './repository.ts';

/** Files over the limit that are one table each. */
const tables: readonly string[] = ['package-lock.json'];

test('a source file has at most 500 lines', (t) => {
  const long = modules.filter((path) => !tables.includes(path) && read(path).split('\n').length > 501);
  t.deepEqual(long, []);
});

test('files have kebab-case names that say what they hold', (t) => {
  const wrong = modules.filter((path) => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    return (
      !/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)*\.ts$/.test(name) ||
      /^(utils?|helpers?|common|misc|manager|base)\b/.test(name)
    );
  });
  t.deepEqual(wrong, []);
});

test('each module opens with what it is for', (t) => {
  t.deepEqual(
    modules.filter((path) => !/^(#!.*\n)?\/\/ \S/.test(read(path))),
    [],
  );
});

test('no default exports, no export of everything', (t) => {
  const wrong = sources.filter((path) => /^export (default\b|\* from)/m.test(read(path)));
  t.deepEqual(wrong, []);
});

test('language, compiler and what the language server answers are pure: no clock, environment, console or randomness', (t) => {
  const impure = /\b(Date\.now|new Date\(\)|Math\.random|process\.|console\.|globalThis\.|performance\.)/;
  const wrong = sources
    .filter(
      (path) =>
        !/^(runtime\/|vscode-extension\/|compiler\/src\/cli\/|lsp\/src\/(server|node|browser|debug)\/)/.test(path),
    )
    .filter((path) =>
      read(path)
        .split('\n')
        .some((line) => impure.test(line) && !/^\s*(\/\/|\*)/.test(line)),
    );
  t.deepEqual(wrong, []);
});

test('no test is skipped, singled out or expected to fail', (t) => {
  const marks = new RegExp(`\\b(test|it|describe)\\.(${['skip', 'only', 'todo', 'failing'].join('|')})\\b`);
  t.deepEqual(
    modules.filter((path) => marks.test(read(path))),
    [],
  );
});

test('no unfinished business and no suppression without a reason', (t) => {
  const words = [
    ['TO', 'DO'],
    ['FIX', 'ME'],
    ['XX', 'X'],
  ].map((parts) => parts.join(''));
  const suppression = ['ts-ignore', 'ts-expect-error', 'oxlint-disable\\S*'].map((word) => `${word}\\s*(\\*/)?\\s*$`);
  const marks = new RegExp(`\\b(${words.join('|')})\\b|@?(${suppression.join('|')})`);
  const wrong = modules.flatMap((path) =>
    read(path)
      .split('\n')
      .flatMap((line, index) => (marks.test(line) ? [`${path}:${index + 1}`] : [])),
  );
  t.deepEqual(wrong, []);
});

test('text files name no machine path and no registry host', (t) => {
  const words = new RegExp(
    [['', 'work', ''].join('/'), ['', 'root', ''].join('/'), 'registry\\.npm', 'pypi\\.org', 'proxy\\.golang'].join(
      '|',
    ),
  );
  const text = files.filter(
    (path) => /\.(ts|md|json|rdp|ya?ml|sh|go|rs|toml)$/.test(path) && !path.endsWith('lock.json'),
  );
  t.deepEqual(
    text.filter((path) => words.test(read(path))),
    [],
  );
});
