// What a trace says: the decision that the policy makes, rule by rule, with the values that its expressions had, and nothing that a
// message could not carry.

import test from 'ava';
import { makeDocument } from '../../fuzz/make-document.ts';
import { makePolicy } from '../../fuzz/make-policy.ts';
import { randomFrom } from '../../fuzz/random.ts';
import { interpret } from '../../src/ir/interpret/interpret.ts';
import { lowerProgram } from '../../src/ir/lower.ts';
import { renderTrace } from '../../src/trace/render-trace.ts';
import { traceDecision } from '../../src/trace/trace-decision.ts';
import { defaultTraceLimits } from '../../src/trace/trace.ts';
import { exampleNames, loadExample } from '../examples/load-example.ts';
import { traceable, traceOf, withoutSources } from './trace-source.ts';

const chat = `
import std.pii
surface Chat: llm {}
fn is_new(model: string) -> bool = model.startsWith("new-")
detect Pii on Chat.request { severity high find pii.us_ssn in prompts[*].text }
detect Weak on Chat.request {
  severity low
  score 2 when prompts.exists(p, p.role == "system" && p.text.contains("x"))
  score 3 when size(prompts) > 1
  threshold 4
}
defend Hide on Chat.request { when Pii redact Pii with "[{kind}]" }
defend Stop on Chat.request { when is_new(model) || provider == "other" block 403 "no {model}" }
defend Rest on Chat.request { mode warn when !Pii || model != "m" block "rest" }
exempt Stop { when client.workload == "trial" until 2099-01-01 owner "o@shop.example" reason "r" }
`;
const document = {
  provider: 'openai',
  model: 'new-1',
  prompts: [{ role: 'user', text: 'SSN 536-90-4399' }],
  client: { workload: 'web' },
};

test('a tree for each rule, those that fired first', (t) => {
  t.is(
    renderTrace(traceOf(chat, document)),
    `block 403 "no new-1"  t/Chat/request
● detect Pii  p.rdp:6:8
  ├─ find pii.us_ssn in prompts[*].text = 1 match
  ├─ us_ssn at /prompts/0/text 4–15
  └─ → finding, high
● defend Hide  p.rdp:13:8
  ├─ when Pii = true
  └─ → 1 edit: /prompts/0/text
● defend Stop  p.rdp:14:8
  ├─ when is_new(model) || provider == "other" = true
  │  ├─ is_new(model) = true
  │  │  └─ model = "new-1"
  │  └─ provider == "other"  not evaluated
  ├─ exempt when client.workload == "trial" = false
  │  └─ client.workload = "web"
  └─ → block 403: "no new-1"
● defend Rest mode warn  p.rdp:15:8
  ├─ when !Pii || model != "m" = true
  │  ├─ !Pii = false
  │  │  └─ Pii = true
  │  └─ model != "m" = true
  │     └─ model = "new-1"
  └─ → would block: "rest"; mode warn
○ detect Weak  p.rdp:7:8  it scores 0 of 4
  ├─ score 2 when prompts.exists(p, p.role == "system" && p.text.contains("x")) = false
  │  ├─ prompts = [{role: "user", text: ‹15 characters›}]
  │  └─ p = {role: "user", text: ‹15 characters›}
  │     └─ p.role == "system" && p.text.contains("x") = false
  │        ├─ p.role == "system" = false
  │        │  └─ p.role = "user"
  │        └─ p.text.contains("x")  not evaluated
  └─ score 3 when size(prompts) > 1 = false
     └─ size(prompts) = 1
        └─ prompts = [{role: "user", text: ‹15 characters›}]
`,
  );
});

test('why a rule does not fire', (t) => {
  const outcomes = (given: object): unknown =>
    traceOf(chat, { ...document, ...given }).rules.map(({ name, outcome }) => [name, outcome.kind]);
  t.deepEqual(outcomes({ client: { workload: 'trial' }, prompts: [], model: 'm' }), [
    ['Pii', 'nothing-found'],
    ['Weak', 'score-too-low'],
    ['Hide', 'condition-false'],
    ['Stop', 'condition-false'],
    ['Rest', 'fired'],
  ]);
  t.deepEqual(traceOf(chat, { ...document, client: { workload: 'trial' } }).rules[3]?.outcome, {
    kind: 'exempt',
    index: 0,
  });
});

test('a condition without a value says why', (t) => {
  const policy = 'surface Chat: llm {}\ndefend D on Chat.request { when 1 / (size(prompts) - 1) == 1 block }';
  const trace = traceOf(policy, document);
  t.is(trace.decision.reason, 'evaluation_error');
  t.deepEqual(trace.rules[0]?.outcome, { kind: 'failed', word: 'division_by_zero' });
  t.true(renderTrace(trace).includes('1 / (size(prompts) - 1)  has no value: division_by_zero'));
});

test('a document without the shape of its event', (t) => {
  const trace = traceOf(chat, { provider: 1 });
  t.is(trace.decision.reason, 'malformed_input');
  t.deepEqual(
    trace.rules.map(({ outcome }) => outcome.kind),
    Array.from({ length: 5 }, () => 'not-evaluated'),
  );
  t.is(trace.event, undefined);
});

test('sensitive text is shown only when it is asked for', (t) => {
  const hidden = traceOf(chat, document);
  t.false(withoutSources(hidden).includes('536-90'));
  t.false(renderTrace(hidden).includes('536-90'));
  t.true(withoutSources(traceOf(chat, document, { sensitive: 'show' })).includes('536-90'));
});

test('a text in which something is found is sensitive, whatever its type', (t) => {
  const policy = `import std.secrets
surface Pay: api { host "api.shop.example" }
detect Secret on Pay.request { severity high when method != "" find secrets.any in texts(body) }`;
  const trace = traceOf(policy, {
    method: 'POST',
    host: 'api.shop.example',
    target: '/a',
    body: { key: 'AKIAQ7HD2LKZXWT3UV5N' },
  });
  t.is(trace.rules[0]?.matches.length, 1);
  t.false(withoutSources(trace).includes('AKIAQ7'));
});

test('a trace is bounded', (t) => {
  const prompts = Array.from({ length: 3000 }, (_, index) => ({ role: 'user', text: `text ${index}` }));
  const trace = traceOf(chat, { ...document, prompts });
  const [loop] = trace.rules[1]?.clauses[0]?.nodes ?? [];
  const rounds = loop?.children.filter(({ kind }) => kind === 'round') ?? [];
  t.is(rounds.length, defaultTraceLimits.rounds);
  t.is(loop?.omitted, 3000 - defaultTraceLimits.rounds);
  t.true(withoutSources(trace).length < 60_000, `${withoutSources(trace).length} characters`);
  const little = traceOf(chat, { ...document, prompts }, { limits: { ...defaultTraceLimits, nodes: 5 } });
  t.true(little.omitted > 0);
  t.is(little.decisionText, trace.decisionText);
});

test('the decision of a trace is the policy’s, for every example', async (t) => {
  for (const name of exampleNames) {
    const { ir, data, tests, requests, program, origins } = await loadExample(name);
    const cases = [
      ...tests.flatMap((own) => own.inputs.map((input) => ({ entrypoint: own.test.entrypoint, input }))),
      ...requests,
    ];
    for (const { entrypoint, input } of cases) {
      const trace = traceDecision({ programs: [program], origins, entrypoint, input, data });
      t.is(trace.decisionText, interpret({ ir, entrypoint, input, data }), `${name}: ${entrypoint}`);
      if (trace.decision.reason !== undefined && trace.decision.reason !== 'default_deny') continue;
      const fired = trace.rules.filter(({ outcome }) => outcome.kind === 'fired');
      t.deepEqual(
        fired.map((rule) => rule.name),
        (trace.decision.because ?? []).map(({ rule }) => rule),
        `${name}: ${entrypoint}`,
      );
    }
  }
});

test('noting origins changes no decision, for random policies', (t) => {
  const data = { fuzz: { p: { blocked: ['ab', 'é'] } }, rdp: { hash_key: 'a key that is known' } };
  for (let number = 0; number < 60; number++) {
    const random = randomFrom(7_000 + number);
    const { text, event } = makePolicy(random);
    const documents = new Map<string, unknown>([['blocked.json', ['ab']]]);
    const known = traceable(text, documents);
    if (!known) continue;
    const { program, origins } = known;
    const entrypoint = program.entrypoints[0]?.name ?? '';
    for (const closeness of ['valid', 'valid', 'near'] as const) {
      const input = makeDocument(random, event, closeness);
      const trace = traceDecision({ programs: [program], origins, entrypoint, input, data });
      t.is(trace.decisionText, interpret({ ir: lowerProgram(program), entrypoint, input, data }), text);
      const because = trace.decision.because?.map(({ rule }) => rule);
      if (trace.decision.reason === undefined && because)
        t.deepEqual(
          trace.rules.filter(({ outcome }) => outcome.kind === 'fired').map(({ name }) => name),
          because,
          text,
        );
    }
  }
});
