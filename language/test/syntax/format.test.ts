// What the style is, by example: each text and how it is written.

import { readFileSync } from 'node:fs';
import test from 'ava';
import { format } from '../../src/syntax/format.ts';

const root = new URL('../../../', import.meta.url);

function formatted(text: string): string {
  const result = format({ path: 'policy.rdp', text });
  return 'text' in result ? result.text : result.diagnostics.map(({ message }) => message).join('\n');
}

test('the checkout example is in the style already', (t) => {
  const text = readFileSync(new URL('examples/checkout/checkout.rdp', root), 'utf8');
  t.is(formatted(text), text);
});

const cases: Readonly<Record<string, readonly [string, string]>> = {
  'values of clauses stand in one column': [
    'package a\ndetect A on B.c {\nseverity   high\n  covers x.y\nwhen a  ==  b\n}\n',
    'package a\ndetect A on B.c {\n  severity high\n  covers   x.y\n  when     a == b\n}\n',
  ],
  'a clause in braces takes part when another follows': [
    'package a\ndiscover A on B.c {\n  when x\n  record y.z { a: b }\n}\ndiscover D on B.c {\n  when x\n  record y.z { a: b }\n  flow p -> q\n}\n',
    'package a\ndiscover A on B.c {\n  when x\n  record y.z { a: b }\n}\ndiscover D on B.c {\n  when   x\n  record y.z { a: b }\n  flow   p -> q\n}\n',
  ],
  'scores keep out of columns': [
    'package a\ndetect A on B.c {\n  severity high\n  score 4 when x\n  threshold 5\n}\n',
    'package a\ndetect A on B.c {\n  severity high\n  score 4 when x\n  threshold 5\n}\n',
  ],
  'a blank line or comment ends a column': [
    'package a\ndefend A on B.c {\n  when x\n\n\n  // why\n  redact R\n  quarantine y\n}\n',
    'package a\ndefend A on B.c {\n  when x\n\n  // why\n  redact     R\n  quarantine y\n}\n',
  ],
  'sets have their signs in one column': [
    'package a\nset long_name=["x"]\nset b = ["y"]\n\nset c = [1]\n',
    'package a\nset long_name = ["x"]\nset b         = ["y"]\n\nset c = [1]\n',
  ],
  'one line stays one line': [
    'package a\nsurface  E:net{ }\ndetect A on B.c { severity high   when x }\n',
    'package a\nsurface E: net {}\ndetect A on B.c { severity high when x }\n',
  ],
  'braces with a break in them open up': [
    'package a\nsurface E: mcp { servers ["x",\n"y"], default deny\n on_malformed alert }\n',
    'package a\nsurface E: mcp {\n  servers ["x",\n    "y"], default deny\n  on_malformed alert\n}\n',
  ],
  'marks with two meanings': [
    'package a\nfn f( a:set< string >,b : int? )->[ int ]=a ?-b:c [ 0 ]+x [?1]\nfn g() = - 1 - 2 < .x && !( y )\n',
    'package a\nfn f(a: set<string>, b: int?) -> [int] = a ? -b : c[0] + x[?1]\nfn g() = -1 - 2 < .x && !(y)\n',
  ],
  'what goes on is one level further in': [
    'package a\ndefend A on B.c {\nwhen x ||\ny.exists(z,\nz == 1)\nblock 403 "no"\n}\n',
    'package a\ndefend A on B.c {\n  when x ||\n    y.exists(z,\n      z == 1)\n  block 403 "no"\n}\n',
  ],
  'comments keep their places': [
    '// top\n\n\npackage a // name\n/// doc\nset b = [ // first\n1, // one\n\n// two\n2 ]\n// end',
    '// top\n\npackage a // name\n/// doc\nset b = [ // first\n  1, // one\n\n  // two\n  2\n]\n// end\n',
  ],
  'line ends of other systems': ['package a\r\nset b = [1]\r\n', 'package a\nset b = [1]\n'],
};

for (const [name, [text, expected]] of Object.entries(cases)) {
  test(name, (t) => {
    t.is(formatted(text), expected);
    t.is(formatted(expected), expected);
  });
}

test('a file with faults is left alone', (t) => {
  t.deepEqual(Object.keys(format({ path: 'policy.rdp', text: 'package a\nset = [1' })), ['diagnostics']);
});
