// What the views show, worked out from the server's answers without an editor.

import test from 'ava';
import type { CoveredRuleAnswer, DecidedAnswer, TestItem } from '@rdp/lsp/previews';
import { renderDecision } from '../src/preview/render.ts';
import { sampleInput } from '../src/preview/sample-input.ts';
import { reportNodes, reportSummary, threatNodes, type ReportRow } from '../src/report/rows.ts';
import { statusText } from '../src/status-text.ts';
import { countsByFile } from '../src/tests/coverage-counts.ts';
import { groupByFile } from '../src/tests/test-tree.ts';

const range = (line: number): TestItem['range'] => ({ start: { line, character: 0 }, end: { line, character: 4 } });
const location = (line: number, uri = 'file:///a.rdp'): CoveredRuleAnswer['location'] => ({ uri, range: range(line) });

test('the status bar says the worst', (t) => {
  const facts = { state: 'running', errors: 0, warnings: 0, tests: 0 } as const;
  t.deepEqual(statusText(facts), { text: '$(shield) rdp', tooltip: 'rdp: nothing is wrong' });
  t.deepEqual(statusText({ ...facts, errors: 1, warnings: 2, tests: 3 }), {
    text: '$(error) rdp 1',
    tooltip: 'rdp: 1 error, 2 warnings, 3 tests',
  });
  t.is(statusText({ ...facts, warnings: 1 }).text, '$(warning) rdp 1');
  t.is(statusText({ ...facts, state: 'starting' }).text, '$(sync~spin) rdp');
  t.is(statusText({ ...facts, state: 'stopped', errors: 4 }).text, '$(error) rdp');
});

test('tests stand below their files, in the order of the text', (t) => {
  const item = (uri: string, name: string, line: number): TestItem => ({
    id: `${uri}#${name}`,
    name,
    event: 'A.b',
    uri,
    range: range(line),
  });
  const files = groupByFile([
    item('file:///b.rdp', 'x', 1),
    item('file:///a.rdp', 'z', 9),
    item('file:///a.rdp', 'y', 2),
  ]);
  t.deepEqual(
    files.map(({ uri, tests }) => [uri, tests.map(({ name }) => name)]),
    [
      ['file:///a.rdp', ['y', 'z']],
      ['file:///b.rdp', ['x']],
    ],
  );
});

test('coverage counts rules that fired and outcomes that were seen', (t) => {
  const branch = (held: boolean, failed: boolean): CoveredRuleAnswer['branches'][number] => ({
    what: 'when',
    location: location(2),
    held,
    failed,
  });
  t.deepEqual(
    countsByFile([
      { rule: 'A', location: location(1), fired: true, branches: [branch(true, false)] },
      { rule: 'B', location: location(4), fired: false, branches: [branch(false, false)] },
      { rule: 'C', location: location(1, 'file:///b.rdp'), fired: true, branches: [] },
    ]),
    [
      { uri: 'file:///a.rdp', rules: { covered: 1, total: 2 }, branches: { covered: 1, total: 4 } },
      { uri: 'file:///b.rdp', rules: { covered: 1, total: 1 }, branches: { covered: 0, total: 0 } },
    ],
  );
});

const decided: DecidedAnswer = {
  action: 'redact',
  head: { tone: 'redact', text: 'Redacted, within a limit' },
  decision: { action: 'redact', message: 'a <b> & "c"' },
  why: 'redact  a/b',
  places: [{ kind: 'edit', start: 14, end: 25, rule: 'Redact', text: '[us_ssn]' }],
  fired: [{ rule: 'Redact', location: location(7), effects: ['1 edit'] }],
};

test('a decision shows what takes the place of what, and escapes it', (t) => {
  const text = '{\n  "text": "<536-90-4399>"\n}';
  const start = text.indexOf('536');
  const place = {
    ...decided.places[0],
    kind: 'edit',
    start,
    end: start + 11,
    rule: 'Redact',
    text: '[us_ssn]',
  } as const;
  const html = renderDecision({
    label: 'Chat.request',
    text,
    answer: { kind: 'decided', documents: [{ ...decided, places: [place] }] },
  });
  t.true(
    html.includes('&quot;text&quot;: &quot;&lt;<del>536-90-4399</del><ins title="Redact">[us_ssn]</ins>&gt;&quot;'),
  );
  t.true(html.includes('a &lt;b&gt; &amp; &quot;c&quot;'));
  t.true(html.includes('data-uri="file:///a.rdp" data-line="7">Redact</button>'));
  t.false(html.includes('<b>'));
});

test('where there is no decision, the reason stands in its place', (t) => {
  const html = renderDecision({
    label: 'A.b',
    text: '',
    answer: { kind: 'problem', message: 'the policy has <1> error' },
  });
  t.true(html.includes('The policy has &lt;1&gt; error.'));
  t.true(html.includes('no decision'));
});

test('every kind of surface has an input to begin with', (t) => {
  for (const surfaceKind of ['llm', 'api', 'mcp', 'k8s', 'net', 'data']) {
    t.not(sampleInput({ label: 'A.request', surfaceKind }), '{}\n');
  }
});

const row = (rule: string, status: ReportRow['status'], cluster: string | null = 'eu'): ReportRow => ({
  package: 'p',
  rule,
  verb: 'defend',
  on: 'A.b',
  cluster,
  point: status === 'gap' ? null : 'admission webhook',
  status,
  reason: status === 'gap' ? 'nothing carries it' : null,
});

test('the report has gaps first, and clusters below their rules', (t) => {
  const nodes = reportNodes([
    row('B', 'enforced'),
    row('B', 'enforced', 'us'),
    row('A', 'enforced'),
    row('C', 'gap', null),
  ]);
  t.deepEqual(
    nodes.map(({ label, description, status }) => [label, description, status]),
    [
      ['C', 'gap · A.b', 'gap'],
      ['A', 'enforced · A.b', 'enforced'],
      ['B', '2 × enforced · A.b', 'enforced'],
    ],
  );
  t.deepEqual(
    nodes[0]?.children.map(({ label, description }) => [label, description]),
    [['no cluster', 'nothing carries it']],
  );
  t.is(reportSummary([row('A', 'enforced'), row('B', 'gap'), row('C', 'gap')]), '1 enforced, 2 gaps');
});

test('threats that nothing stands against come first', (t) => {
  const threat = { title: 'x', rules: ['A'], enforced: ['eu: webhook'], observed: [], gaps: [] };
  const nodes = threatNodes([
    { ...threat, threat: 'owasp.llm.v2026.LLM01' },
    { ...threat, threat: 'owasp.llm.v2026.LLM02', rules: [], enforced: [] },
  ]);
  t.deepEqual(
    nodes.map(({ label, status }) => [label, status]),
    [
      ['LLM02:2026', 'gap'],
      ['LLM01:2026', 'enforced'],
    ],
  );
});
