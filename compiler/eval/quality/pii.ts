// Personal data: the detectors of std.pii in sentences, and the identifiers of std.identifiers as whole values, on the tables
// of other projects. Which of their kinds are claimed says pii-kinds.ts.

import { callingCodes } from './calling-codes.ts';
import { createDetector, type Detector, type Found } from './detector.ts';
import { type KindTable, presidioEntities, sentenceTypes, stdnumModules, validatorNames } from './pii-kinds.ts';
import type { Figure, Section } from './section.ts';
import type { Sets } from './sets.ts';

interface PresidioRow {
  readonly entity: readonly string[];
  readonly text: string;
  readonly n: number;
  /** None where only the number was written down. */
  readonly spans: readonly (readonly [number, number])[] | null;
}

interface SentenceRow {
  readonly full_text: string;
  readonly spans: readonly {
    readonly entity_type: string;
    readonly start_position: number;
    readonly end_position: number;
  }[];
}

interface StdnumRow {
  readonly kind: string;
  readonly number: string;
  readonly valid: boolean;
}

interface ValidatorRow {
  readonly validator: string;
  readonly args: readonly unknown[] | null;
  readonly value: string;
  readonly valid: boolean;
}

interface PhoneRow {
  readonly country: string;
  readonly national: string;
}

/** Spans that are right, that are none, and that were missed. */
interface Tally {
  right: number;
  wrong: number;
  missed: number;
}

/** Figures on all sets of personal data. */
export async function measure(sets: Sets): Promise<readonly Section[]> {
  const identifiers = await createDetector(['std.identifiers']);
  const pii = await createDetector(['std.pii.any']);
  const sections = [
    presidio(rowsOf<PresidioRow>(sets, 'pii-presidio'), identifiers),
    sentences(rowsOf<SentenceRow>(sets, 'pii-presidio-research'), pii),
    values(sets, identifiers),
    phones(sets, pii),
    ordinary(sets, pii),
  ];
  identifiers.close();
  pii.close();
  return sections.filter(({ figures }) => figures.length > 0);
}

/** The rows of a set, whose format its manifest gives. */
function rowsOf<Row>(sets: Sets, set: string): readonly Row[] {
  return sets.rows(set, 'cases.jsonl') as readonly Row[]; // the format of the set
}

/** Places of the kinds that are wanted, each once, whichever kind found it; what lies inside a longer one is no place of its own. */
function spansOf(all: readonly Found[], kinds: readonly string[]): readonly string[] {
  const found = all.filter(({ kind }) => kinds.includes(kind));
  const longest = found.filter(
    ({ start, end }) =>
      !found.some((other) => other.start <= start && other.end >= end && other.end - other.start > end - start),
  );
  return [...new Set(longest.map(({ start, end }) => `${start}-${end}`))];
}

function count(tally: Tally, found: readonly string[], expected: readonly string[]): void {
  const right = found.filter((span) => expected.includes(span)).length;
  tally.right += right;
  tally.wrong += found.length - right;
  tally.missed += expected.length - right;
}

function f1(what: string, { right, wrong, missed }: Tally, atLeast?: number): Figure {
  const value = { kind: 'f1' as const, right, wrong, missed };
  return atLeast === undefined ? { what, value } : { what, value, wanted: { atLeast } };
}

function share(what: string, hits: number, total: number, atLeast?: number): Figure {
  const value = { kind: 'share' as const, hits, total };
  return atLeast === undefined ? { what, value } : { what, value, wanted: { atLeast } };
}

const newTally = (): Tally => ({ right: 0, wrong: 0, missed: 0 });

function tallyOf(tallies: Map<string, Tally>, name: string): Tally {
  const known = tallies.get(name) ?? newTally();
  tallies.set(name, known);
  return known;
}

function presidio(rows: readonly PresidioRow[], detector: Detector): Section {
  const all = newTally();
  const byEntity = new Map<string, Tally>();
  let clean = 0;
  let negatives = 0;
  const entitiesOf = (row: PresidioRow): string => row.entity.join('+');
  const claimed = rows.filter((row) => Object.hasOwn(presidioEntities, entitiesOf(row)));
  for (const row of claimed) {
    const found = spansOf(detector.detect(row.text), presidioEntities[entitiesOf(row)] ?? []);
    // Without places a row counts as right as far as the number is.
    const expected = row.spans?.map(([start, end]) => `${start}-${end}`) ?? [
      ...found.slice(0, row.n),
      ...Array.from({ length: Math.max(0, row.n - found.length) }, (_, i) => `missed ${i}`),
    ];
    for (const tally of [all, tallyOf(byEntity, entitiesOf(row))]) count(tally, found, expected);
    if (row.n === 0) {
      negatives++;
      if (found.length === 0) clean++;
    }
  }
  const left = [...new Set(rows.filter((row) => !claimed.includes(row)).map(entitiesOf))].toSorted();
  return {
    title: 'Personal data: Presidio’s recognizers',
    protocol: `\`pii-presidio\`. Each text is one that a recognizer of Presidio is tested with, mostly a bare number, so \`std.identifiers\` looks for
it; the kinds of the row’s entity count, with their exact places (a place inside a longer one of the same entity is none). Rows without places count by number. ${claimed.length} of ${rows.length} rows are
of claimed entities; not claimed: ${left.join(', ') || 'none'}.`,
    figures:
      rows.length === 0
        ? []
        : [
            f1('exact spans of claimed entities, micro F1', all, 0.95),
            share('negatives without a match', clean, negatives),
          ],
    details: [{ title: 'By entity', figures: [...byEntity].toSorted().map(([entity, tally]) => f1(entity, tally)) }],
  };
}

function sentences(rows: readonly SentenceRow[], detector: Detector): Section {
  const all = newTally();
  const byType = new Map<string, Tally>();
  for (const { full_text: text, spans } of rows) {
    const found = detector.detect(text);
    const kindsSeen = new Set<string>();
    for (const [type, kinds] of Object.entries(sentenceTypes)) {
      if (kindsSeen.has(kinds.join())) continue;
      kindsSeen.add(kinds.join());
      const sameKinds = Object.keys(sentenceTypes).filter((name) => sentenceTypes[name]?.join() === kinds.join());
      const expected = spans
        .filter(({ entity_type }) => sameKinds.includes(entity_type))
        .map(({ start_position, end_position }) => `${start_position}-${end_position}`);
      for (const tally of [all, tallyOf(byType, type)]) count(tally, spansOf(found, kinds), expected);
    }
  }
  return {
    title: 'Personal data: labelled sentences',
    protocol: `\`pii-presidio-research\`. \`std.pii.any\` looks into every sentence; the exact places of the types with a shape count, over all sentences:
${Object.keys(sentenceTypes).join(', ')}. Names, addresses, organisations, years and postcodes are not claimed.`,
    figures: rows.length === 0 ? [] : [f1('exact spans, micro F1', all, 0.9)],
    details: [
      {
        title: 'By type',
        figures: [...byType]
          .filter(([, { right, wrong, missed }]) => right + wrong + missed > 0)
          .map(([type, tally]) => f1(type, tally)),
      },
    ],
  };
}

/** Whether one of the kinds covers the whole value. */
function isWhole(detector: Detector, text: string, kinds: readonly string[]): boolean {
  return spansOf(detector.detect(text), kinds).includes(`0-${[...text].length}`);
}

/** A number without what python-stdnum passes over: blanks, hyphens and dashes, dots, slashes, colons and commas. */
function compact(number: string): string {
  return number.replace(/[\s\p{Pd}./:,]/gu, '');
}

/** `isTaxID pt-BR` for a validator of a country; undefined where it is asked with options of its own. */
function validatorName({ validator, args }: ValidatorRow): string | undefined {
  const [first, ...rest] = args ?? [];
  if (first === undefined) return validator;
  return rest.length === 0 && typeof first === 'string' ? `${validator} ${first}` : undefined;
}

function values(sets: Sets, detector: Detector): Section {
  const claims = (table: KindTable, name: string | undefined): readonly string[] =>
    name !== undefined && Object.hasOwn(table, name) ? (table[name] ?? []) : [];
  const groups = [
    {
      set: 'pii-stdnum',
      cases: rowsOf<StdnumRow>(sets, 'pii-stdnum').map(({ kind, number, valid }) => ({
        name: kind,
        kinds: claims(stdnumModules, kind),
        values: [number.trim(), compact(number)],
        valid,
      })),
    },
    {
      set: 'pii-validatorjs',
      cases: rowsOf<ValidatorRow>(sets, 'pii-validatorjs').map((row) => ({
        name: validatorName(row) ?? '',
        kinds: claims(validatorNames, validatorName(row)),
        values: [row.value.trim()],
        valid: row.valid,
      })),
    },
  ].filter(({ cases }) => cases.length > 0);
  const judged = groups.map(({ set, cases }) => ({
    set,
    all: cases.length,
    cases: cases
      .filter(({ kinds }) => kinds.length > 0)
      .map((row) => ({ ...row, right: row.values.some((value) => isWhole(detector, value, row.kinds)) === row.valid })),
  }));
  return {
    title: 'Personal data: identifiers as whole values',
    protocol: `\`pii-stdnum\` and \`pii-validatorjs\`. A value is called valid when a kind of \`std.identifiers\` that its module or validator is claimed for
covers it from the first character to the last, blanks around it aside; a number of \`pii-stdnum\` as it is written or, as its modules do,
without the separators in it. Claimed: ${judged
      .map(({ set, all, cases }) => `${cases.length} of ${all} rows of \`${set}\``)
      .join(', ')}.`,
    figures: judged.map(({ set, cases }) =>
      share(`${set}: judged as it is`, cases.filter(({ right }) => right).length, cases.length, 0.995),
    ),
    details: judged.map(({ set, cases }) => ({
      title: `${set}: kinds with a miss, and the rest together`,
      figures: byName(cases),
    })),
  };
}

interface Judged {
  readonly name: string;
  readonly right: boolean;
}

/** A figure for each name that was judged wrongly at least once, and one for all others. */
function byName(cases: readonly Judged[]): readonly Figure[] {
  const wrong = [...new Set(cases.filter(({ right }) => !right).map(({ name }) => name))].toSorted();
  const figure = (what: string, of: readonly Judged[]): Figure =>
    share(what, of.filter(({ right }) => right).length, of.length);
  const rest = cases.filter(({ name }) => !wrong.includes(name));
  return [
    ...wrong.map((name) =>
      figure(
        name,
        cases.filter((row) => row.name === name),
      ),
    ),
    figure(`${new Set(rest.map(({ name }) => name)).size} others`, rest),
  ];
}

function phones(sets: Sets, detector: Detector): Section {
  const numbers = rowsOf<PhoneRow>(sets, 'pii-phones').map(
    ({ country, national }) => `+${callingCodes.get(country) ?? ''}${national}`,
  );
  const mobiles = rowsOf<ValidatorRow>(sets, 'pii-validatorjs')
    .filter(({ validator, valid, value }) => validator === 'isMobilePhone' && valid && value.startsWith('+'))
    .map(({ value }) => value);
  const found = (number: string): boolean => {
    const before = 'Write to me, or ring ';
    const end = before.length + number.length;
    return spansOf(detector.detect(`${before}${number} after six.`), ['phone']).includes(`${before.length}-${end}`);
  };
  return {
    title: 'Personal data: telephone numbers',
    protocol: `\`pii-phones\`: \`+\`, calling code and national number in a sentence, to be found from end to end by \`std.pii.any\`. Also the valid numbers of
\`pii-validatorjs\` (isMobilePhone) that begin with \`+\`.`,
    figures: [
      ...(numbers.length === 0 ? [] : [share('found', numbers.filter(found).length, numbers.length, 1)]),
      ...(mobiles.length === 0 ? [] : [share('isMobilePhone with +', mobiles.filter(found).length, mobiles.length)]),
    ],
  };
}

/** Kinds that ordinary text has of itself: addresses of devices and sites. */
const everyday = new Set(['url', 'domain_name', 'ipv4', 'ipv6', 'email', 'mac_address']);

function ordinary(sets: Sets, detector: Detector): Section {
  const texts: readonly (readonly [what: string, texts: readonly string[]])[] = [
    ['inj-benign', rowsOf<{ readonly text: string }>(sets, 'inj-benign').map(({ text }) => text)],
    [
      'api-accesslogs',
      (sets.rows('api-accesslogs', 'apache.jsonl') as readonly { readonly line: string }[]) // the format of the set
        .map(({ line }) => line),
    ],
  ];
  const fires = (text: string): boolean => detector.detect(text).some(({ kind }) => !everyday.has(kind));
  return {
    title: 'Personal data: ordinary text',
    protocol: `\`inj-benign\` and \`api-accesslogs\`: how many texts have a match of \`std.pii.any\` that is no address of a site, mailbox or device, which
such texts do have. Some of the rest are true: prompts with a telephone number or a card in them.`,
    figures: texts
      .filter(([, all]) => all.length > 0)
      .map(([what, all]) => share(`${what}: texts with a match`, all.filter(fires).length, all.length)),
  };
}
