// What comes out of a whole check: programs, order, facts, tests, entrypoints; and what must hold for any text.

import { readFileSync } from 'node:fs';
import test from 'ava';
import fc from 'fast-check';
import { parse as parseYaml } from 'yaml';
import { checkProgram } from '../../src/semantic/check-program.ts';
import { documentPath, documentPaths } from '../../src/semantic/bind/document-paths.ts';
import type { CheckResult, Project } from '../../src/semantic/project.ts';
import type { CoreExpr, CoreRule } from '../../src/semantic/core.ts';
import { someCore } from '../../src/semantic/walk-core.ts';
import { stdFiles } from '../../src/std.generated.ts';

const example = new URL('../../../examples/checkout/', import.meta.url);
const tour = { path: 'checkout.rdp', text: readFileSync(new URL('checkout.rdp', example), 'utf8') };
const documents = new Map(
  documentPaths([tour]).documents.map((path): readonly [string, unknown] => [
    path,
    parseYaml(readFileSync(new URL(path, example), 'utf8')),
  ]),
);

function check(text: string, change: Partial<Project> = {}): CheckResult {
  return checkProgram({ files: [{ path: 'policy.rdp', text }], documents: new Map(), std: stdFiles, ...change });
}

function checkTour(text: string): CheckResult {
  return check('', { files: [{ path: 'checkout.rdp', text }], documents, today: '2026-11-22' });
}

function seen(result: CheckResult): string {
  return JSON.stringify(result.programs, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
}

function rule(result: CheckResult, name: string): CoreRule | undefined {
  const rules = result.programs?.flatMap((program) => program.entrypoints.flatMap((entrypoint) => entrypoint.rules));
  return rules?.find((each) => each.name === name);
}

test('the tour has no diagnostics, and an entrypoint for each event with rules', (t) => {
  const result = checkTour(tour.text);
  t.deepEqual(result.diagnostics, []);
  const names = result.programs?.flatMap((program) => program.entrypoints.map((entrypoint) => entrypoint.name));
  t.deepEqual(names, [
    'shop/checkout/Chat/request',
    'shop/checkout/Chat/response',
    'shop/checkout/Checkout/request',
    'shop/checkout/Cluster/admission',
    'shop/checkout/Egress/connection',
    'shop/checkout/Tools/call',
    'shop/checkout/Chat/request/http',
    'shop/checkout/Chat/response/http',
    'shop/checkout/Chat/request/as/anthropic',
  ]);
});

test('the standard library has no diagnostics of its own', (t) => {
  const isModel = ({ path }: { readonly path: string }): boolean => path.endsWith('.json');
  const models = stdFiles.filter(isModel).map(({ path, text }): readonly [string, unknown] => [path, JSON.parse(text)]);
  const files = stdFiles.filter((file) => !isModel(file));
  const result = checkProgram({ files, documents: new Map(models) });
  t.deepEqual(
    result.diagnostics.map((diagnostic) => `${diagnostic.span.file.path} ${diagnostic.code} ${diagnostic.message}`),
    [],
  );
});

test('facts are the scalars that a condition reads, also through the rules that it names', (t) => {
  const result = checkTour(tour.text);
  t.deepEqual(
    rule(result, 'QuarantineShadowAi')?.facts.map((fact) => fact.name),
    ['destination.host'],
  );
  t.deepEqual(
    rule(result, 'PayRate')?.facts.map((fact) => fact.name),
    ['path.template'],
  );
  t.deepEqual(
    rule(result, 'CrmRead')?.facts.map((fact) => fact.name),
    ['tool.name', 'tool.server'],
  );
  // Prompts are sensitive, and no scalars.
  t.deepEqual(rule(result, 'Injection')?.facts, []);
});

test('rules of a package stand in order of file and place, and name one another by index', (t) => {
  const b = { path: 'b.rdp', text: 'package p\ndefend Stop on Chat.request { when Big block }' };
  const a = {
    path: 'a.rdp',
    text: 'package p\nsurface Chat: llm {}\ndetect Big on Chat.request { when model == "x" }',
  };
  const result = check('', { files: [b, a] });
  t.deepEqual(result.diagnostics, []);
  const rules = result.programs?.[0]?.entrypoints[0]?.rules ?? [];
  t.deepEqual(
    rules.map((each) => each.name),
    ['Big', 'Stop'],
  );
  t.like(rules[1]?.condition, { op: 'rule-fired', rule: 0 });
});

test('an exemption that ended is left out; its last day still counts', (t) => {
  const text = `package p
surface Chat: llm {}
defend Stop on Chat.request { when model == "x" block }
exempt Stop { when client.id == "lab" until 2026-06-30 owner "a" reason "b" }`;
  t.is(rule(check(text, { today: '2026-06-30' }), 'Stop')?.exemptions.length, 1);
  const after = check(text, { today: '2026-07-01' });
  t.is(rule(after, 'Stop')?.exemptions.length, 0);
  t.deepEqual(
    after.diagnostics.map((diagnostic) => diagnostic.code),
    ['expired-exemption'],
  );
  t.is(rule(check(text), 'Stop')?.exemptions.length, 1);
});

test('namespaces of a surface stand ahead of every condition', (t) => {
  const text = `package p
surface Cluster: k8s { namespaces ["shop-*", "lab", "*-x-*"] }
defend Stop on Cluster.admission { block }`;
  const condition = rule(check(text), 'Stop')?.condition;
  t.truthy(condition);
  const ops: string[] = [];
  const visit = (core: CoreExpr): boolean => {
    if (core.op === 'call') ops.push(core.builtin);
    else if (core.op === 'equal') ops.push('equal');
    else if (core.op === 'matches')
      ops.push(core.patterns[0]?.body.kind === 'regex' ? core.patterns[0].body.regex : '');
    return false;
  };
  if (condition) someCore(condition, visit);
  // Behind the globs stands that it is no request about a status.
  t.deepEqual(ops, ['string_starts_with', 'equal', '^.*-x-.*$', 'equal']);
});

test('custom kinds of `use crd` are kinds of objects', (t) => {
  const crd = parseYaml(`kind: CustomResourceDefinition
spec:
  group: shop.example
  names: { kind: Shop }
  versions:
    - name: v1
      served: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec: { type: object, properties: { open: { type: boolean } } }
`) as unknown;
  const text = `package p
use crd "shop.yaml"
surface Cluster: k8s {}
defend Stop on Cluster.admission { when object is Shop && (object.spec.open ?? false) block }`;
  const result = check(text, { documents: new Map([['shop.yaml', crd]]) });
  t.deepEqual(result.diagnostics, []);
});

test('what a condition establishes holds in messages and records', (t) => {
  const text = `package p
surface Api: api {}
defend Stop on Api.request {
  when  route != none && object_of(route.operation)
  block "no {route.operation}"
}
fn object_of(name: string) -> bool = name != ""`;
  t.deepEqual(check(text, {}).diagnostics, []);
});

test('documents are relative to the file that names them', (t) => {
  t.is(documentPath({ path: 'a/b/policy.rdp', text: '' }, '../x.yaml'), 'a/x.yaml');
  t.is(documentPath({ path: 'policy.rdp', text: '' }, './x.yaml'), 'x.yaml');
  t.deepEqual(documentPaths([tour]), {
    documents: ['openapi/checkout.yaml'],
    data: ['data/blocked.json'],
    tests: ['requests/anthropic-messages.json', 'requests/privileged-pod.yaml'],
  });
});

test('a program with an error is no program', (t) => {
  const result = check('package p\nsurface Chat: llm {}\ndefend Stop on Chat.request { when nothing block }');
  t.is(result.programs, undefined);
  t.is(result.model.surfaces.length, 1);
});

test('the same project gives the same result, whatever order its files have', (t) => {
  const files = [
    { path: 'b.rdp', text: 'package p\ndefend Stop on Chat.request { when model in bad block }' },
    { path: 'a.rdp', text: 'package p\nsurface Chat: llm {}\nset bad = ["x"]' },
  ];
  t.is(seen(check('', { files })), seen(check('', { files: files.toReversed() })));
});

test('checkProgram never throws, whatever is cut out of the tour or put into it', (t) => {
  const words = [
    '{',
    '}',
    '(',
    ')',
    '"',
    'when',
    'Chat',
    'block',
    '.',
    '[*]',
    'none',
    ' is ',
    ',',
    '5 usd',
    're"',
    '\n',
  ];
  const span = fc.tuple(fc.nat(tour.text.length), fc.nat(60));
  fc.assert(
    fc.property(fc.array(fc.tuple(span, fc.constantFrom('', ...words)), { minLength: 1, maxLength: 4 }), (changes) => {
      let { text } = tour;
      for (const [[at, length], word] of changes) text = text.slice(0, at) + word + text.slice(at + length);
      const result = checkTour(text);
      const errors = result.diagnostics.some((diagnostic) => diagnostic.severity === 'error');
      return errors === (result.programs === undefined);
    }),
    { numRuns: Number(process.env['RUNS'] ?? 150) },
  );
  t.pass();
});
