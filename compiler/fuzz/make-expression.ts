// Random expressions of a wanted type, as source text, over the fields of an event and bound variables. Most are well typed;
// the checker is the judge of the rest.

import type { Random } from './random.ts';
import type { RecordShape, Shape } from './shapes.ts';

/** The patterns that every random policy has, beside `digits` and `word` those that keep only some of what they find. */
export const patternText = `
pattern digits = re"\\d{1,4}"
pattern word = re"(?i)\\b[a-z]+\\b"
pattern card = re"\\b\\d{4}(?: ?\\d{4}){3}\\b" where luhn(match)
pattern ssn = re"\\b\\d{3}-\\d{2}-\\d{4}\\b" near "ssn", "social security" within 6
pattern phrase = words ["ignore all", "é", "a"]
pattern either = digits | phrase
`;
export const patternNames: readonly string[] = ['digits', 'word', 'card', 'ssn', 'phrase', 'either'];

/** What an expression can name. */
export interface ExpressionScope {
  readonly random: Random;
  readonly values: readonly { readonly text: string; readonly shape: Shape }[];
  readonly records: readonly RecordShape[];
  /** Rules of the same event that may be named here. */
  readonly rules: readonly string[];
  /** `careful` expressions nearly always have a value; `bold` ones fail often. */
  readonly temper: 'careful' | 'bold';
  /** Variables that were bound so far, for fresh names. */
  readonly bound: number;
}

const words = [
  '',
  'a',
  'ab',
  'a1',
  'é',
  'ß😀',
  'x\\ty',
  'SSN 536-90-4399',
  '4111 1111 1111 1111',
  'Ignore  all',
  '/v1/users/42?x=1',
  '/a%2Fb//550e8400-e29b-41d4-a716-446655440000/9f8e7d6c5b4a39281/?a=1&b=%41+x&a=2&&c#f',
  '%zz%41%ff',
  'GB82 WEST 1234 5698 7654 32',
  '12',
  '-7',
  '1.5',
  'true',
  '2024-02-29T12:00:00Z',
  '90m',
];

/** Source text of type `kind`. */
export function makeExpression(scope: ExpressionScope, kind: Shape['kind'], depth: number): string {
  const { random } = scope;
  const known = valuesOf(scope, kind);
  if (depth <= 0 || (known.length > 0 && random.chance(0.3)))
    return known.length > 0 ? random.pick(known) : literal(random, kind);
  const forms = formsOf(scope, kind, depth - 1);
  return forms.length > 0 ? random.pick(forms)() : literal(random, kind);
}

/** Every way to the kind through fields, without calls. */
function valuesOf(scope: ExpressionScope, kind: Shape['kind']): readonly string[] {
  return reachable(scope).flatMap(({ text, shape }) => (shape.kind === kind ? [text] : []));
}

function reachable(scope: ExpressionScope): readonly { readonly text: string; readonly shape: Shape }[] {
  const found: { readonly text: string; readonly shape: Shape }[] = [...scope.values];
  for (let i = 0; i < found.length && found.length < 200; i++) {
    const value = found[i];
    if (value?.shape.kind !== 'record') continue;
    for (const field of value.shape.record.fields)
      found.push({
        text: `${value.text}.${field.name}`,
        shape: field.presence === 'optional' ? { kind: 'optional', of: field.shape } : field.shape,
      });
  }
  return found;
}

function literal(random: Random, kind: Shape['kind']): string {
  switch (kind) {
    case 'bool':
      return random.pick(['true', 'false']);
    case 'int':
      return random.pick(['0', '1', '2', '-1', '7', '100', '0x1F', '9223372036854775807', '(-9223372036854775807)']);
    case 'uint':
      return random.pick(['0u', '1u', '7u', '18446744073709551615u']);
    case 'float':
      return random.pick(['0.0', '1.5', '-2.25', '1e3', '0.1', '1e300', '123456789.125']);
    case 'string':
      return `"${random.pick(words)}"`;
    case 'bytes':
      return random.pick(["b'ab'", "b''", "b'\\xff'"]);
    case 'timestamp':
      return random.pick([
        'timestamp("2024-02-29T12:34:56.789Z")',
        'timestamp("1970-01-01T00:00:00Z")',
        'timestamp("9999-12-31T23:59:59Z")',
      ]);
    case 'duration':
      return random.pick(['30s', '1h', '500ms', 'duration("1h30m")', 'duration("-1.5s")']);
    case 'dyn':
      return random.pick(['dyn(1)', 'dyn("a")', 'dyn([1, 2])', 'dyn({"k": 1})', 'dyn(1.5)', 'dyn(null)', 'dyn(true)']);
    default:
      return '[]';
  }
}

type Form = () => string;

/** Forms that may have no value: of a careful expression only now and then. */
function fallible({ random, temper }: ExpressionScope, forms: readonly Form[]): readonly Form[] {
  return temper === 'bold' || random.chance(0.05) ? forms : [];
}

function formsOf(scope: ExpressionScope, kind: Shape['kind'], depth: number): readonly Form[] {
  const make = (wanted: Shape['kind']): string => makeExpression(scope, wanted, depth);
  const { random } = scope;
  const general: Form[] = [
    () => `(${make('bool')} ? ${make(kind)} : ${make(kind)})`,
    ...optionalForms(scope, kind, make),
    ...elementForms(scope, kind, make),
  ];
  switch (kind) {
    case 'bool':
      return [...general, ...boolForms(scope, depth), ...boolForms(scope, depth)];
    case 'int':
      return [
        ...general,
        ...fallible(scope, [
          () => `(${make('int')} ${random.pick(['+', '-', '*', '/', '%'])} ${make('int')})`,
          () => `int(${make(random.pick(['uint', 'float', 'string', 'dyn'] as const))})`,
          () => `math.${random.pick(['bitShiftLeft', 'bitShiftRight'])}(${make('int')}, ${make('int')})`,
          () => `math.abs(${make('int')})`,
        ]),
        () => `int(${make('timestamp')})`,
        () => `size(${random.pick([make('string'), make('bytes'), collection(scope) ?? make('string')])})`,
        () => `${make('string')}.${random.pick(['indexOf', 'lastIndexOf'])}(${make('string')})`,
        () =>
          `${make('timestamp')}.${random.pick(['getHours', 'getFullYear', 'getMonth', 'getDayOfYear', 'getDayOfWeek', 'getDate', 'getMilliseconds'])}(${random.pick(['', '"+02:30"', '"UTC"'])})`,
        () => `${make('duration')}.${random.pick(['getHours', 'getMinutes', 'getSeconds', 'getMilliseconds'])}()`,
        () => `math.${random.pick(['greatest', 'least', 'bitAnd', 'bitOr', 'bitXor'])}(${make('int')}, ${make('int')})`,
        () => `math.${random.pick(['sign', 'bitNot'])}(${make('int')})`,
        ...scope.rules.map(
          (rule): Form =>
            () =>
              `${rule}.${random.pick(['count', 'score'])}`,
        ),
      ];
    case 'uint':
      return [
        ...general,
        () => `math.${random.pick(['greatest', 'least', 'bitAnd'])}(${make('uint')}, ${make('uint')})`,
        ...fallible(scope, [
          () => `(${make('uint')} ${random.pick(['+', '-', '*', '/', '%'])} ${make('uint')})`,
          () => `uint(${make(random.pick(['int', 'float', 'string', 'dyn'] as const))})`,
        ]),
      ];
    case 'float':
      return [
        ...general,
        () => `(${make('float')} ${random.pick(['+', '-', '*', '/'])} ${make('float')})`,
        () => `double(${make(random.pick(['int', 'uint'] as const))})`,
        ...fallible(scope, [() => `double(${make(random.pick(['string', 'dyn'] as const))})`]),
        () => `math.${random.pick(['abs', 'ceil', 'floor', 'round', 'trunc', 'sign'])}(${make('float')})`,
        () => `math.${random.pick(['greatest', 'least'])}(${make('float')}, ${make('float')})`,
      ];
    case 'string':
      return [...general, ...stringForms(scope, make)];
    case 'bytes':
      return [
        ...general,
        () => `bytes(${make('string')})`,
        () => `(${make('bytes')} + ${make('bytes')})`,
        ...fallible(scope, [() => `base64.decode(${make('string')})`]),
      ];
    case 'timestamp':
      return [
        ...general,
        ...fallible(scope, [
          () => `(${make('timestamp')} ${random.pick(['+', '-'])} ${make('duration')})`,
          () => `timestamp(${make(random.pick(['string', 'int'] as const))})`,
        ]),
      ];
    case 'duration':
      return [
        ...general,
        () => `(${make('duration')} ${random.pick(['+', '-'])} ${make('duration')})`,
        () => `(${make('timestamp')} - ${make('timestamp')})`,
        ...fallible(scope, [() => `duration(${make('string')})`]),
      ];
    case 'dyn':
      return [
        ...general,
        () => `dyn(${make(random.pick(['int', 'string', 'bool', 'float', 'uint', 'timestamp'] as const))})`,
        ...fallible(scope, [
          () => `${make('dyn')}.${random.pick(['k', 'a', 'name'])}`,
          () => `${make('dyn')}[${random.pick(['0', '"k"', '1', '1.0'])}]`,
          () => `(${make('dyn')} ${random.pick(['+', '-', '*', '/', '%'])} ${make('dyn')})`,
        ]),
      ];
    default:
      return [];
  }
}

function stringForms(scope: ExpressionScope, make: (kind: Shape['kind']) => string): readonly Form[] {
  const { random } = scope;
  return [
    () => `(${make('string')} + ${make('string')})`,
    () => `${make('string')}.${random.pick(['lowerAscii', 'upperAscii', 'trim', 'reverse'])}()`,
    ...fallible(scope, [
      () => `${make('string')}.substring(${make('int')}${random.chance(0.5) ? `, ${make('int')}` : ''})`,
      () => `${make('string')}.charAt(${make('int')})`,
      () => `string(${make(random.pick(['bytes', 'dyn'] as const))})`,
      () => `(${make('string')}.indexOf(${make('string')}, ${make('int')}) > 0 ? "a" : "b")`,
    ]),
    () =>
      `${make('string')}.replace(${make('string')}, ${make('string')}${random.chance(0.3) ? `, ${make('int')}` : ''})`,
    () => `${make('string')}.split(${random.pick(['","', '" "', '""', '"a"'])}).join(${random.pick(['', '"-"'])})`,
    () => `string(${make(random.pick(['int', 'uint', 'float', 'bool', 'timestamp', 'duration'] as const))})`,
    () => `"%s %d %x".format([${make('string')}, ${make('int')}, ${make('int')}])`,
    () => `"%.2f %e".format([${make('float')}, ${make('float')}])`,
    () => `strings.quote(${make('string')})`,
    () => `${random.pick(['path_only', 'normalized_path'])}(${make('string')})`,
    () => `path_segment(${make('string')}, ${make('int')})`,
    () => `base64.encode(${make('bytes')})`,
  ];
}

function boolForms(scope: ExpressionScope, depth: number): readonly Form[] {
  const { random } = scope;
  const make = (wanted: Shape['kind']): string => makeExpression(scope, wanted, depth);
  const ordered = ['int', 'uint', 'float', 'string', 'timestamp', 'duration', 'bool', 'bytes', 'dyn'] as const;
  const same = (operators: readonly string[], kinds: readonly Shape['kind'][]): string => {
    const kind = random.pick(kinds);
    return `${make(kind)} ${random.pick(operators)} ${make(kind)}`;
  };
  const wholes = reachable(scope).filter(({ shape }) => ['record', 'list', 'map', 'optional'].includes(shape.kind));
  return [
    () => `(${make('bool')} && ${make('bool')})`,
    () => `(${make('bool')} || ${make('bool')})`,
    () => `!(${make('bool')})`,
    () => `(${same(['==', '!='], ordered)})`,
    () =>
      `(${same(
        ['<', '<=', '>', '>='],
        ordered.filter((kind) => kind !== 'dyn'),
      )})`,
    ...fallible(scope, [() => `(${make('dyn')} < ${make('dyn')})`]),
    () => `has(dyn({"k": ${make('int')}}).k)`,
    () => `${make('string')}.${random.pick(['startsWith', 'endsWith', 'contains'])}(${make('string')})`,
    () => asked(random, make('string')),
    () => asked(random, make('string')),
    () => `(${make('int')} ${random.pick(['in', 'not in'])} [${make('int')}, 1, 2])`,
    () =>
      `(${make('string')} ${random.pick(['in', 'not in'])} ${random.pick(['known', '["a", "ab"]', `[${make('string')}]`])})`,
    () => `(${make('string')} in blocked)`,
    () =>
      `${random.pick(['luhn', 'iban', 'us_ssn_area', 'verhoeff', 'mod11_2', 'mod37_36', 'base58check', 'bech32'])}(${make('string')})`,
    () => `(entropy(${make('string')}) > ${make('float')})`,
    () => `query_params(${make('string')}).exists(k${scope.bound}, k${scope.bound} == ${make('string')})`,
    () => `(query_params(${make('string')})[?"a"] ?? "") == ${make('string')}`,
    () => `query_values(${make('string')}, "a").exists(k${scope.bound}, k${scope.bound} == ${make('string')})`,
    ...scope.rules.map(
      (rule): Form =>
        () =>
          rule,
    ),
    ...wholes.map(
      ({ text, shape }): Form =>
        () =>
          shape.kind === 'optional'
            ? `(${text} != none)`
            : `(${text} == ${random.pick(wholes.filter((other) => JSON.stringify(other.shape) === JSON.stringify(shape))).text})`,
    ),
    ...loopForms(scope, depth),
  ];
}

function loopForms(scope: ExpressionScope, depth: number): readonly Form[] {
  const { random } = scope;
  return reachable(scope).flatMap(({ text, shape }): readonly Form[] => {
    const item = `v${scope.bound}`;
    const element: Shape | undefined =
      shape.kind === 'list' || shape.kind === 'set' ? shape.of : shape.kind === 'map' ? { kind: 'string' } : undefined;
    if (!element) return [];
    const inner: ExpressionScope = {
      ...scope,
      values: [...scope.values, { text: item, shape: element }],
      bound: scope.bound + 1,
    };
    const body = (): string => makeExpression(inner, 'bool', depth);
    return [
      () => `${text}.${random.pick(['exists', 'all', 'exists_one'])}(${item}, ${body()})`,
      () => `(size(${text}.filter(${item}, ${body()})) > ${random.below(3)})`,
      () =>
        `${text}.map(${item}, ${makeExpression(inner, 'int', depth)}).exists(w${scope.bound}, w${scope.bound} == 1)`,
      ...(element.kind === 'string' ? [() => `("a" in ${text})`] : []),
    ];
  });
}

/** `??`, `?.` and narrowing, where a field may be missing. */
function optionalForms(
  scope: ExpressionScope,
  kind: Shape['kind'],
  make: (kind: Shape['kind']) => string,
): readonly Form[] {
  return reachable(scope).flatMap(({ text, shape }): readonly Form[] => {
    if (shape.kind !== 'optional') return [];
    if (shape.of.kind === kind)
      return [() => `(${text} ?? ${make(kind)})`, () => `(${text} != none ? ${text} : ${make(kind)})`];
    if (shape.of.kind !== 'record') return [];
    return shape.of.record.fields
      .filter((field) => field.shape.kind === kind)
      .map(
        (field): Form =>
          () =>
            `(${text}?.${field.name} ?? ${make(kind)})`,
      );
  });
}

/** `x[i]`, `x[?i]`, `m["k"]`. */
function elementForms(
  scope: ExpressionScope,
  kind: Shape['kind'],
  make: (kind: Shape['kind']) => string,
): readonly Form[] {
  return reachable(scope).flatMap(({ text, shape }): readonly Form[] => {
    if (shape.kind === 'list' && shape.of.kind === kind)
      return [
        ...fallible(scope, [() => `${text}[${make('int')}]`]),
        () => `(${text}[?${make('int')}] ?? ${make(kind)})`,
      ];
    if (shape.kind === 'map' && shape.value.kind === kind)
      return [...fallible(scope, [() => `${text}["k"]`]), () => `(${text}[?${make('string')}] ?? ${make(kind)})`];
    if (shape.kind === 'list' && shape.of.kind === 'record' && scope.temper === 'bold')
      return shape.of.record.fields
        .filter((field) => field.shape.kind === kind && field.presence !== 'optional')
        .map(
          (field): Form =>
            () =>
              `${text}[${scope.random.pick(['0', '1', make('int')])}].${field.name}`,
        );
    return [];
  });
}

function collection(scope: ExpressionScope): string | undefined {
  const found = reachable(scope).filter(({ shape }) => shape.kind === 'list' || shape.kind === 'map');
  return found.length > 0 ? scope.random.pick(found).text : undefined;
}

/** A question for patterns in a text: as it is, or in a view. */
function asked(random: Random, text: string): string {
  const of = random.pick([text, text, text, `normalized(${text})`, `normalized(${text}, leet)`]);
  if (random.chance(0.2)) return `${of}.contains_any(${random.pick(['["a", "ab"]', '["1", "é", "."]', 'word'])})`;
  return `${of}.matches(${random.pick(['re"a+\\d?"', 're"(?i)[a-c]|x$"', 're"^\\s*$"', 're"é|1"', ...patternNames])})`;
}
