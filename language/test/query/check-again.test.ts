// Whatever was checked before, the diagnostics of a state are those of a check that knows nothing: after any sequence of edits,
// in any of the files.

import { deepEqual } from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import { lineColumn } from '../../src/source/source-file.ts';
import type { Span } from '../../src/source/source-file.ts';
import { createWorkspace, type Workspace } from '../../src/query/workspace.ts';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import { checkProgram } from '../../src/semantic/check-program.ts';
import type { Project } from '../../src/semantic/project.ts';
import { stdFiles } from '../../src/std.generated.ts';
import { policies } from '../syntax/corpus.ts';

const small = [
  {
    path: 'a.rdp',
    text: `package p
import std.pii
import q as other

surface Chat: llm {}
surface Api: api { host "x" }

/// Hosts.
set hosts = ["a", "b"]
set more = ["c"]
fn ours(host: string) -> bool = host in hosts || also(host)
fn also(host: string) -> bool = host in more
pattern one = re"A-[0-9]+"
pattern both = one | other.two

detect Found on Chat.request {
  find both, pii.email in prompts[*].text
  message "{count} in {model}"
}
detect Mine on Chat.request { when model in hosts && !ours(client.id) }
defend Stop on Chat.request { when Found || Mine  block 403 "no {model}" }
defend Strip on Chat.request { when Found  redact Found with "[x]" }
defend Never on Api.request { when method == "A" && method == "B" block }
defend Same on Api.request { when method == "A" block }
defend Twin on Api.request { when method == "A" block }
exempt Stop { when ours(client.id) until 2027-01-01 owner "o" reason "r" }
test "one" on Chat.request {
  given { model: "a", prompts: [{ role: "user", text: "A-1" }] }
  expect Found, not Mine, blocked by Stop
}
`,
  },
  {
    path: 'deep/b.rdp',
    text: `package q
pattern two = words ["two", "drei"]
set names = ["n"]
type Line { name: string = "x"  count: int = 1  count: int  more: Other = Other {} }
type Other { a: bool = true }
use crd "crd/thing.yaml"
data blocked: set<string> from "blocked.json"
inventory thing { name: string  line: Line }
event added on net { line: Line = Line {} }
threats own.v1 { A1 "First" }
provider mine { hosts ["h"] map request { model: body.model } }
surface Egress: net {}
discover Seen on Egress.connection { when destination.host in names  record thing { name: destination.host } }
detect Added on Egress.added { covers own.v1.A1  when line.name in names && line.count > 2 }
`,
  },
  {
    path: 'c.rdp',
    text: `package p
import std.secrets

surface Cluster: k8s {}
pack base(limit: int = 3) on k8s {
  detect Many on admission { when object is Pod && size(object.spec.containers) > limit }
  defend Deny on admission { when Many block }
}
apply base to Cluster as strict { limit 2 }
defend Big on Cluster.admission { when strict.Many && object is Pod  set object.spec.hostNetwork = false }
defend Other on Cluster.admission { when object is Pod  set object.spec.hostNetwork = true }
detect Late on Chat.response { find secrets.any, one in completions[*].text }
defend Clean on Chat.response { redact Late }
deploy production {
  namespace "n"
  clusters { eks "c" {} }
  Chat via gateway {}
}
`,
  },
];

/** More for a long run. */
const runs = Number(process.env['RUNS'] ?? 40);

function projectOf(files: readonly { readonly path: string; readonly text: string }[]): Project {
  return { files, documents: new Map(), std: stdFiles, today: '2026-11-22' };
}

/** A diagnostic with its places as text, so that two of different states can be compared. */
function plain({ span, labels, fixes, ...rest }: Diagnostic): object {
  const at = ({ file, start, end }: Span): string => {
    const { line, column } = lineColumn(file, start);
    return `${file.path}:${line}:${column}+${end - start}`;
  };
  return {
    ...rest,
    at: at(span),
    labels: labels.map((label) => ({ at: at(label.span), text: label.text })),
    fixes: fixes.map((fix) => ({ ...fix, edits: fix.edits.map((edit) => ({ at: at(edit.span), text: edit.text })) })),
  };
}

const replacement = fc.oneof(
  fc.constantFrom('', ' ', '\n', 'x', '"', '{', '}', 'hosts', 'more', 'Found', 'Mine', 'ours', 'both', 'one', 'other.'),
  fc.constantFrom(
    'set z = ["q"]\n',
    '\ndefend More on Chat.request { when Mine block }\n',
    'import std.ai\n',
    '// c\n',
  ),
  fc.constantFrom('detect', 'defend', 'Stop', 'model', 'method == "A"', 'Chat', 'Api.request', '["a", "a"]', '/// d\n'),
  fc.string({ maxLength: 3 }),
);
const edit = fc.record({
  file: fc.nat(10),
  place: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.oneof(fc.constant(0), fc.nat(3), fc.nat(60)),
  replacement,
  /** Whether the next state goes on from this one, or from the one ahead: what was typed is taken back. */
  keep: fc.boolean(),
  /** After so many steps the check stops; it is gone on with, or the next edit comes first. */
  stop: fc.option(fc.record({ steps: fc.nat(20), then: fc.constantFrom('go on', 'let go') }), { freq: 2 }),
});

/** Throws with the seed and the shortest sequence of edits after which the two differ. */
function checkEdits(start: Project['files'], numRuns: number): void {
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 12 }), (edits) => {
      let workspace = createWorkspace(projectOf(start));
      workspace.diagnostics();
      for (const { file, place, length, replacement: text, keep, stop } of edits) {
        const before = workspace.project.files[file % start.length];
        if (before === undefined) continue;
        const at = Math.floor(place * before.text.length);
        const after = before.text.slice(0, at) + text + before.text.slice(at + length);
        const next = workspace.withFile({ path: before.path, text: after });
        if (keep) workspace = next;
        let steps = 0;
        const early = stop && next.diagnosticsUntil(() => ++steps > stop.steps);
        if (stop && early === undefined && stop.then === 'let go') continue;
        const found = next.diagnostics().map(plain);
        const files = next.project.files.map(({ path, text: source }) => ({ path, text: source }));
        deepEqual(found, checkProgram(projectOf(files)).diagnostics.map(plain));
      }
    }),
    { numRuns },
  );
}

test('after any edits of several files the diagnostics are those of a fresh check', (t) => {
  t.notThrows(() => checkEdits(small, runs));
});

for (const [index, text] of policies.slice(0, 3).entries()) {
  test(`after any edits of policy ${index + 1} the diagnostics are those of a fresh check`, (t) => {
    t.notThrows(() => checkEdits([{ path: 'policy.rdp', text }], runs / 4));
  });
}

test('a type of the library that only rules use stays the same type', (t) => {
  const text = `package p\nsurface Api: api { host "h" }\ndefend Guard on Api.request { when path.template == "/a" block }\n`;
  let workspace = createWorkspace(projectOf([{ path: 'a.rdp', text }]));
  t.deepEqual(workspace.diagnostics(), []);
  for (const typed of ['// one\n', '// one\n// two\n', 'set a = ["b"]\n', '']) {
    workspace = workspace.withFile({ path: 'a.rdp', text: text + typed });
    workspace.diagnostics();
  }
  for (const typed of ['x', '']) {
    const now = text.replace('template', `template${typed}`);
    workspace = workspace.withFile({ path: 'a.rdp', text: now });
    t.deepEqual(
      workspace.diagnostics().map(plain),
      checkProgram(projectOf([{ path: 'a.rdp', text: now }])).diagnostics.map(plain),
    );
  }
});

test('typing in one rule looks at that rule alone', (t) => {
  const rules = Array.from({ length: 300 }, (_, i) => `defend R${i} on Chat.request { when model == "m${i}" block }\n`);
  const text = `package p\nsurface Chat: llm {}\n${rules.join('')}`;
  let workspace = createWorkspace(projectOf([{ path: 'a.rdp', text }]));
  t.deepEqual(workspace.diagnostics(), []);
  const at = text.indexOf('"m150"') + 1;
  workspace = workspace.withFile({ path: 'a.rdp', text: `${text.slice(0, at)}m149" || modle == "${text.slice(at)}` });
  t.deepEqual(
    workspace.diagnostics().map(({ code }) => code),
    ['unknown-name'],
  );
});

test('a check stops between declarations, goes on, and keeps what it found when another state comes first', (t) => {
  const rules = Array.from({ length: 500 }, (_, i) => `defend R${i} on Chat.request { when model == "m${i}" block }\n`);
  const text = `package p\nsurface Chat: llm {}\n${rules.join('')}`;
  const stepsOf = (workspace: Workspace, most: number): number => {
    let steps = 0;
    workspace.diagnosticsUntil(() => ++steps >= most);
    return steps;
  };
  let workspace = createWorkspace(projectOf([{ path: 'a.rdp', text }]));
  t.is(
    workspace.diagnosticsUntil(() => true),
    undefined,
  );
  t.is(stepsOf(workspace, 60), 60);
  workspace = workspace.withFile({ path: 'a.rdp', text: text.replace('"m7"', '"m8"') });
  t.is(stepsOf(workspace, 20), 20);
  t.is(
    workspace.withFile({ path: 'a.rdp', text: `${text} x` }).diagnosticsUntil(() => true),
    undefined,
  );
  t.deepEqual(
    workspace.diagnostics().map(({ code }) => code),
    ['duplicate-rule'],
  );
  t.is(
    workspace.diagnosticsUntil(() => true),
    workspace.diagnostics(),
  );
});
