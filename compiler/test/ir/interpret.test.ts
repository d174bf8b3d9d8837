// What a decision says: the oracle's own tests. Everything else is compared with it.

import test from 'ava';
import { decideOn, lowerSource } from './lower-source.ts';

const event = `
type Part { text: string = ""  size: int = 0 }
event probe on data { s: string  n: int = 0  o: int?  parts: [Part] = []  m: map<string, int> = {}  d: dyn  }
surface S: data {}
pattern digits = re"[0-9]+"
pattern pair = re"[0-9a-z]{2}"
`;
const valid = '{"s":"a","d":null}';

function decision(rules: string, document: string, data?: unknown): Record<string, unknown> {
  return decideOn(lowerSource(event + rules), document, data) as Record<string, unknown>; // decisions are objects
}

const readsAll =
  'detect R on S.probe { when s == "" && n == 1 && o != none && m == m && d == null && parts.exists(p, p.size > 0 && p.text != "") }';

const malformed: readonly (readonly [document: string, reason: string, path: string, byte: number, field?: string])[] =
  [
    ['', 'invalid_json', '', 0],
    ['{"s":"\xff","d":1}', 'invalid_utf8', '', 0],
    ['[]', 'wrong_type', '', 0],
    ['null', 'wrong_type', '', 0],
    ['{"d":1}', 'missing_field', '', 0, 's'],
    ['{"s":null,"d":1}', 'wrong_type', '/s', 5],
    ['{"s":1,"d":1}', 'wrong_type', '/s', 5],
    ['{"s":"a","d":1,"n":1.0}', 'wrong_type', '/n', 19],
    ['{"s":"a","d":1,"n":9223372036854775808}', 'out_of_range', '/n', 19],
    ['{"s":"a","d":1,"n":01}', 'invalid_json', '/n', 19],
    ['{"s":"a","\\u0073":"b","d":1}', 'duplicate_key', '', 0],
    ['{"s":"a","d":{"k":1,"k":2}}', 'duplicate_key', '/d', 13],
    ['{"s":"a","d":1,"parts":[{"text":"x"},{"size":"1"}]}', 'wrong_type', '/parts/1/size', 45],
    ['{"s":"a","d":1,"parts":[{"text":"x"} 1]}', 'invalid_json', '/parts', 23],
    ['{"s":"a","d":1,"m":{"k":true}}', 'wrong_type', '/m', 19],
    ['{"s":"\\ud800","d":1}', 'invalid_json', '/s', 5],
    ['{"s":"a","d":1,"a/b":{"x":tru}}', 'invalid_json', '/a~1b', 21],
    ['{"s":"a","d":1,}', 'invalid_json', '', 0],
    ['{"s":"a","d":1}x', 'invalid_json', '', 0],
    [`{"s":"a","d":${'['.repeat(512)}`, 'too_deep', '/d', 13],
  ];

for (const [document, reason, path, byte, field] of malformed) {
  test(`malformed: ${document.slice(0, 60)}`, (t) => {
    const bytes = Buffer.from(document, document.includes('\xff') ? 'latin1' : 'utf8');
    t.deepEqual(decideOn(lowerSource(event + readsAll), bytes), {
      version: 1,
      action: 'block',
      reason: 'malformed_input',
      status: 400,
      message: reason,
      path,
      byte,
      ...(field === undefined ? {} : { field }),
    });
  });
}

test('what no rule reads is skipped, one NUL at the end is let through', (t) => {
  t.is(
    decision('detect R on S.probe { when s == "b" }', ' {"n":"x","s":"a","d":{"k":1,"k":1}}\n\0')['action'],
    'allow',
  );
});

test('on_malformed says what a malformed document comes to', (t) => {
  const text = event.replace('data {}', 'data { on_malformed alert }');
  t.deepEqual(decideOn(lowerSource(`${text}detect R on S.probe { when s == "" }`), '{}'), {
    version: 1,
    action: 'alert',
    reason: 'malformed_input',
    message: 'missing_field',
    path: '',
    byte: 0,
    field: 's',
  });
});

const errors: readonly (readonly [string, string])[] = [
  ['9223372036854775807 + n > 0', 'overflow'],
  ['1 / (n - n) > 0', 'division_by_zero'],
  ['m["k"] > 0', 'no_such_key'],
  ['parts[3].size > 0', 'out_of_range'],
  ['d.k == 1', 'no_such_overload'],
  ['int(s) > 0', 'invalid_argument'],
];

for (const [condition, word] of errors) {
  test(`an error value blocks: ${condition}`, (t) => {
    t.deepEqual(decision(`detect R on S.probe { when ${condition} }`, '{"s":"a","n":1,"d":1}'), {
      version: 1,
      action: 'block',
      reason: 'evaluation_error',
      status: 500,
      message: word,
      because: [{ rule: 'R', at: 'p.rdp:8:8' }],
    });
  });
}

test('an error that cannot change the result is absorbed', (t) => {
  const rules = 'detect R on S.probe { when (1 / n > 0 && s == "b") || s == "a" || parts.exists(p, 1 / p.size > 0) }';
  t.is(decision(rules, '{"s":"a","d":1,"parts":[{},{"size":1}]}')['action'], 'allow');
});

test('of several failing rules the first in source order is named', (t) => {
  const rules = 'defend A on S.probe { when B || 1 / n > 0  block }\ndetect B on S.probe { when int(s) == 1 }';
  t.like(decision(rules, valid), { message: 'division_by_zero', because: [{ rule: 'A', at: 'p.rdp:8:8' }] });
});

test('an error in what is written replaces the decision', (t) => {
  const rules = 'detect A on S.probe { when s == "a" }\ndefend B on S.probe { when A  block "{1 / n}" }';
  t.like(decision(rules, valid), { reason: 'evaluation_error', because: [{ rule: 'B', at: 'p.rdp:9:8' }] });
});

test('matches have places in text and document, escapes or not', (t) => {
  const rules = 'detect R on S.probe { severity high  find digits in parts[*].text  message "{count}" }';
  t.deepEqual(decision(rules, '{"s":"a","d":1,"parts":[{"text":"é\\u0031\\n2 x"},{"text":"33"}]}')['findings'], [
    {
      rule: 'R',
      severity: 'high',
      message: '3',
      matches: [
        { kind: 'digits', path: '/parts/0/text', start: 1, end: 2, bytes: [35, 41] },
        { kind: 'digits', path: '/parts/0/text', start: 3, end: 4, bytes: [43, 44] },
        { kind: 'digits', path: '/parts/1/text', start: 0, end: 2, bytes: [58, 60] },
      ],
    },
  ]);
});

test('edits that overlap become one, with the text of the most severe', (t) => {
  const rules = `
    detect Low on S.probe { severity low  find pair in parts[*].text }
    detect High on S.probe { severity high  find digits in parts[*].text }
    defend A on S.probe { when Low  redact Low with "<{kind}>" }
    defend B on S.probe { when High  redact High with mask("*") }`;
  t.deepEqual(decision(rules, '{"s":"a","d":1,"parts":[{"text":"a1-22b"}]}')['edits'], [
    { rule: 'B', path: '/parts/0/text', start: 0, end: 2, bytes: [33, 35], text: '*' },
    { rule: 'B', path: '/parts/0/text', start: 3, end: 5, bytes: [36, 38], text: '**' },
  ]);
});

test('scores add up to the threshold; an exemption holds a rule back', (t) => {
  const rules = `
    detect R on S.probe { severity low  score 2 when n > 0  score 3 when s == "a"  threshold 4 }
    exempt R { when n == 9  until 2999-01-01  owner "o"  reason "r" }`;
  t.like(decision(rules, '{"s":"a","d":1,"n":1}'), { findings: [{ rule: 'R', score: 5 }] });
  t.is(decision(rules, '{"s":"a","d":1,"n":0}')['findings'], undefined);
  t.is(decision(rules, '{"s":"a","d":1,"n":9}')['findings'], undefined);
});

test('only what is permitted passes a surface with default deny', (t) => {
  const text = `${event.replace('data {}', 'data { default deny }')}defend P on S.probe { when n == 1  permit }`;
  t.is((decideOn(lowerSource(text), '{"s":"a","d":1,"n":1}') as { action: string }).action, 'allow'); // a decision
  t.deepEqual(decideOn(lowerSource(text), valid), {
    version: 1,
    action: 'block',
    reason: 'default_deny',
    status: 403,
    message: 'nothing permits this',
  });
});

test('a rule that only watches acts on nothing', (t) => {
  const rules = 'defend W on S.probe { mode warn  when s == "a"  block 451 "no" }';
  t.deepEqual(decision(rules, valid), {
    version: 1,
    action: 'allow',
    observed: [{ rule: 'W', action: 'block', mode: 'warn', message: 'no' }],
    because: [{ rule: 'W', at: 'p.rdp:8:8', facts: { s: 'a' } }],
  });
});

test('data comes from the bundle', (t) => {
  const rules = 'data blocked: set<string> from "data.json"\ndefend B on S.probe { when s in blocked  block }';
  t.is(decision(rules, valid, { t: { blocked: ['a'] } })['action'], 'block');
  t.is(decision(rules, valid, { t: { blocked: ['b'] } })['action'], 'allow');
  t.like(decision(rules, valid, {}), { reason: 'evaluation_error', message: 'no_such_key' });
});
