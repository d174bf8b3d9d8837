// A snapshot never changes, the next one sees the change, and asking twice gives the same object.

import test from 'ava';
import { createWorkspace } from '../../src/query/workspace.ts';
import { stdFiles } from '../../src/std.generated.ts';

const surfaces = { path: 'a.rdp', text: 'package p\nsurface Chat: llm {}' };
const rules = { path: 'b.rdp', text: 'package p\ndefend Stop on Chat.request { when modle == "x" block }' };
const start = createWorkspace({ files: [surfaces, rules], documents: new Map(), std: stdFiles });

test('a changed file makes a new state and leaves the old one', (t) => {
  t.is(start.checked().diagnostics.length, 1);
  const next = start.withFile({ path: 'b.rdp', text: rules.text.replace('modle', 'model') });
  t.deepEqual(next.checked().diagnostics, []);
  t.is(start.checked().diagnostics.length, 1);
  t.is(next.file('a.rdp'), surfaces);
});

test('what is known is not computed again', (t) => {
  t.is(start.checked(), start.checked());
  t.is(start.parsed('a.rdp'), start.parsed('a.rdp'));
  t.is(start.withFile({ ...rules }), start);
  t.is(start.withFile({ path: 'c.rdp', text: 'package p' }).parsed('a.rdp'), start.parsed('a.rdp'));
});

test('files come and go', (t) => {
  const without = start.withoutFile('a.rdp');
  t.is(without.file('a.rdp'), undefined);
  t.true(without.checked().diagnostics.some(({ code }) => code === 'unknown-surface'));
  t.is(without.parsed('a.rdp'), undefined);
  const dated = start.withProject({ today: '2026-11-22' });
  t.is(dated.project.today, '2026-11-22');
});

test('an edited file parses as it would from scratch', (t) => {
  const before = start.withFile({ path: 'c.rdp', text: 'package p\n\nset a = ["x"]\n\nset b = ["y"]\n' });
  t.is(before.parsed('c.rdp')?.ast.decls.length, 2);
  const text = 'package p\n\nset a = ["x", "z"]\n\nset b = ["y"]\n';
  const after = before.withFile({ path: 'c.rdp', text });
  const fresh = createWorkspace({ files: [{ path: 'c.rdp', text }], documents: new Map() });
  t.deepEqual(after.parsed('c.rdp')?.ast, fresh.parsed('c.rdp')?.ast);
});
