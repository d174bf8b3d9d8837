// Web attacks: libinjection's corpora, the regression tests of OWASP's Core Rule Set, GoTestWAF's payloads, and ordinary
// requests and prompts, each text through the compiled module.

import { jsonTexts, percentDecoded } from './attack/decode-fields.ts';
import { createFixationPolicy } from './attack/fixation-policy.ts';
import { type RecordedRequest, reflectedTexts, requestTexts } from './attack/request-texts.ts';
import { createDetector, type Detector } from './detector.ts';
import type { Figure, Section } from './section.ts';
import type { Sets } from './sets.ts';

/** A row of labelled text; what else it holds is not looked at. */
interface TextRow {
  readonly text: string;
  readonly label: string;
}

/** A test of the Core Rule Set. */
interface RuleTest {
  readonly id: string;
  readonly cls: string;
  readonly label: string;
  readonly stages: readonly { readonly input: RecordedRequest }[];
}

/** By the class's number: its name, and the patterns that answer for it. */
const classes: readonly (readonly [number: string, title: string, ...patterns: readonly string[]])[] = [
  ['913', 'scanners', 'scanner_user_agent'],
  ['921', 'protocol attacks', 'protocol_attack'],
  ['930', 'local file inclusion', 'local_file_inclusion'],
  ['931', 'remote file inclusion', 'remote_inclusion', 'ssrf', 'local_file_inclusion'],
  ['932', 'command injection', 'command_injection'],
  ['933', 'PHP', 'php_injection'],
  ['934', 'Node, Ruby, Perl, SSRF, templates', 'server_side_injection'],
  ['941', 'XSS', 'xss'],
  ['942', 'SQL and NoSQL injection', 'sql_injection', 'nosql_injection'],
  ['943', 'session fixation', 'session_fixation'],
  ['944', 'Java', 'java_injection'],
  ['950', 'data leakage', 'response'],
  ['951', 'SQL errors', 'response'],
  ['952', 'Java errors', 'response'],
  ['953', 'PHP errors', 'response'],
  ['954', 'IIS errors', 'response'],
  ['955', 'web shells', 'response'],
  ['956', 'Ruby errors', 'response'],
];

/** The figures of web attacks on the sets that are there. */
export async function measure(sets: Sets): Promise<readonly Section[]> {
  const sections = [await measureStrings(sets), await measureRules(sets), await measureOrdinary(sets)];
  return sections.filter(({ figures }) => figures.length > 0);
}

async function withDetector<T>(patterns: readonly string[], use: (flags: (text: string) => boolean) => T): Promise<T> {
  const detector: Detector = await createDetector(patterns.map((name) => `std.attack.${name}`));
  try {
    return use((text) => detector.detect(text).length > 0);
  } finally {
    detector.close();
  }
}

function share(what: string, cases: readonly boolean[], wanted?: Figure['wanted']): Figure {
  const value = { kind: 'share', hits: cases.filter(Boolean).length, total: cases.length } as const;
  return wanted === undefined ? { what, value } : { what, value, wanted };
}

async function measureStrings(sets: Sets): Promise<Section> {
  const rows = sets.rows('api-libinjection', 'cases.jsonl') as readonly TextRow[]; // the set's MANIFEST.md
  const of = (label: string): readonly string[] => rows.filter((row) => row.label === label).map(({ text }) => text);
  const sqli = await withDetector(['sql_injection'], (flags) => of('sqli').map(flags));
  const xss = await withDetector(['xss'], (flags) => of('xss').map(flags));
  const benign = await withDetector(['sql_injection', 'xss'], (flags) => of('benign').map(flags));
  const benignAny = await withDetector(['request'], (flags) => of('benign').map(flags));
  const figures = [
    share('SQL injection strings found', sqli, { atLeast: 0.98 }),
    share('XSS strings found', xss, { atLeast: 0.9 }),
    share('benign strings flagged as SQL injection or XSS', benign, { atMost: 0.05 }),
    share('benign strings flagged by any pattern for requests', benignAny),
  ];
  return {
    title: 'Web attacks: injection strings',
    protocol:
      '`api-libinjection`: strings by label. A string counts as found when `attack.sql_injection` (`attack.xss`) has a match in it; ' +
      'benign ones are its known false positives, search phrases that look like SQL.',
    figures: rows.length === 0 ? [] : figures,
  };
}

interface ClassFigures {
  readonly number: string;
  readonly found: Figure;
  readonly flagged: Figure;
}

async function measureRules(sets: Sets): Promise<Section> {
  const tests = sets.rows('api-crs', 'cases.jsonl') as readonly RuleTest[]; // the set's MANIFEST.md
  const measured: ClassFigures[] = [];
  for (const [number, title, ...patterns] of classes) {
    const ofClass = tests.filter(({ cls }) => cls.includes(`-${number}-`));
    if (ofClass.length === 0) continue;
    const flagged =
      number === '943' ? await fixations(ofClass) : await withDetector(patterns, flagTests(number, ofClass));
    const only = (label: string): readonly boolean[] => flagged.filter((_, i) => ofClass[i]?.label === label);
    measured.push({
      number,
      found: share(`${number} ${title}`, only('positive')),
      flagged: share(`${number} ${title}`, only('negative')),
    });
  }
  const attacks = measured.filter(({ number }) => number >= '930' && number <= '944');
  return {
    title: 'Web attacks: the Core Rule Set’s regression tests',
    protocol:
      '`api-crs`: a test whose rule must fire counts as found when a pattern of the same class has a match in one of the request’s texts: ' +
      'target, path, names and values of arguments, header lines, cookies, body and its fields (form, JSON, multipart, XML values), each as ' +
      'sent and percent-decoded once and twice. Class 943 is a policy with `attack.same_host` beside the pattern. For the classes 950–956 the text is the answer that the test’s back end reflects. ' +
      'Negatives are tests in which only a rule must not fire; many of them are attacks that another rule of the class is there for.',
    figures:
      attacks.length === 0
        ? []
        : [macro(attacks.map(({ found }) => found)), pooled(attacks.map(({ flagged }) => flagged))],
    details: [
      { title: 'Found', figures: measured.map(({ found }) => found) },
      { title: 'Negatives flagged', figures: measured.map(({ flagged }) => flagged) },
    ],
  };
}

function flagTests(
  number: string,
  tests: readonly RuleTest[],
): (flags: (text: string) => boolean) => readonly boolean[] {
  const textsOf = number >= '950' ? reflectedTexts : requestTexts;
  return (flags) => tests.map(({ stages }) => stages.some(({ input }) => textsOf(input).some(flags)));
}

async function fixations(tests: readonly RuleTest[]): Promise<readonly boolean[]> {
  const { flags, close } = await createFixationPolicy();
  const flagged = tests.map(({ stages }) =>
    stages.some(({ input }) => requestTexts(input).some((text) => flags(input, text))),
  );
  close();
  return flagged;
}

function counts({ value }: Figure): { readonly hits: number; readonly total: number } {
  return value.kind === 'share' ? value : { hits: value.right, total: value.right + value.missed };
}

/** The mean of the classes' shares, as a share of ten thousand. */
function macro(figures: readonly Figure[]): Figure {
  const shares = figures.map(counts).filter(({ total }) => total > 0);
  const mean = shares.reduce((sum, { hits, total }) => sum + hits / total, 0) / Math.max(shares.length, 1);
  return {
    what: 'classes 930–944, mean of the classes (of 10,000)',
    value: { kind: 'share', hits: Math.round(mean * 10_000), total: 10_000 },
    wanted: { atLeast: 0.9 },
  };
}

function pooled(figures: readonly Figure[]): Figure {
  const all = figures.map(counts);
  const sum = (pick: 'hits' | 'total'): number => all.reduce((so, each) => so + each[pick], 0);
  return {
    what: 'classes 930–944, negatives flagged',
    value: { kind: 'share', hits: sum('hits'), total: sum('total') },
    wanted: { atMost: 0.1 },
  };
}

async function measureOrdinary(sets: Sets): Promise<Section> {
  const lines = ['apache.jsonl', 'nginxplus.jsonl']
    .flatMap((file) => sets.rows('api-accesslogs', file) as readonly { readonly line: string }[]) // the set's MANIFEST.md
    .map(({ line }) => line);
  const requests = lines.flatMap(loggedRequest);
  const payloads = sets.rows('api-gotestwaf', 'payloads.jsonl') as readonly GoTestWafRow[]; // the set's MANIFEST.md
  const prompts = ['inj-benign', 'inj-hardneg']
    .flatMap((set) => sets.rows(set, 'cases.jsonl') as readonly { readonly text?: unknown }[]) // the sets' MANIFEST.md
    .flatMap(({ text }) => (typeof text === 'string' ? [text] : []));
  const strings = [...new Set(sets.texts('perf-json', /\.json$/).flatMap(({ text }) => jsonTexts(text)))];
  return withDetector(['request'], (flags) => {
    const views = ({ payload }: GoTestWafRow): boolean =>
      [payload, percentDecoded(payload), percentDecoded(percentDecoded(payload))].some(flags);
    const files = [...new Set(payloads.map(({ file }) => file))].toSorted();
    const benign = payloads.filter(({ label }) => label === 'benign');
    const figures = [
      share('access-log lines flagged', lines.map(flags), { atMost: 0.005 }),
      share(
        'their requests flagged, text by text',
        requests.map((each) => requestTexts(each).some(flags)),
        { atMost: 0.005 },
      ),
      share('GoTestWAF: false-positive texts flagged', benign.map(views)),
      share('GoTestWAF: payloads found', payloads.filter(({ label }) => label !== 'benign').map(views)),
      share('names and strings of real JSON documents flagged', strings.map(flags)),
      share('ordinary and hard prompts flagged', prompts.map(flags)),
    ];
    return {
      title: 'Web attacks: ordinary traffic, and GoTestWAF',
      protocol:
        '`api-accesslogs`: whole lines of access logs; and target, referer and user agent of each as the texts of a request. `api-gotestwaf`: payloads as they are and percent-decoded once and twice. ' +
        '`perf-json`: every name and string of documents from public services. `inj-benign`, `inj-hardneg`: prompts, code among them. Looked for is `attack.request`.',
      figures: figures.filter((figure) => counts(figure).total > 0),
      details: [
        {
          title: 'GoTestWAF, flagged by file',
          figures: files.map((file) => share(file, payloads.filter((row) => row.file === file).map(views))),
        },
      ],
    };
  });
}

/** The request of a line in Apache's combined format; none for other lines. */
function loggedRequest(line: string): readonly RecordedRequest[] {
  const found = /"(?<method>\w+) (?<uri>\S+) [^"]*" \d+ \S+ "(?<referer>[^"]*)" "(?<agent>[^"]*)"/.exec(line)?.groups;
  if (found === undefined) return [];
  const { method = '', uri = '', referer = '', agent = '' } = found;
  return [{ method, uri, headers: { referer, 'user-agent': agent } }];
}

interface GoTestWafRow {
  readonly file: string;
  readonly label: string;
  readonly payload: string;
}
