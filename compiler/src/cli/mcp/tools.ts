// The tools: a name, the words of the call that each makes of its arguments, and how what is printed becomes an answer with text and
// structure. Whoever adds an option to a verb adds it here.

import { format } from '@rdp/language';
import type { CallCommand, Called } from './call-command.ts';

/** JSON that arguments and answers are made of. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The answer of a tool. */
export interface ToolAnswer {
  readonly text: string;
  readonly structured?: JsonObject;
  /** The call could not be carried out, or the policy is at fault where it must not be. */
  readonly isError?: boolean;
}

export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** JSON Schemas. */
  readonly input: { readonly type: 'object'; readonly properties: JsonObject; readonly required?: readonly string[] };
  readonly output?: { readonly type: 'object'; readonly properties: JsonObject; readonly required?: readonly string[] };
  readonly run: (args: JsonObject, call: CallCommand) => Promise<ToolAnswer> | ToolAnswer;
}

const path = {
  type: 'string',
  description: 'a policy file, or a folder with every policy below it; the first folder of the server unless said',
} as const;

const list = { type: 'array', items: { type: 'object' } } as const;

/** Every tool, in the order in which one writes a policy. */
export const tools: readonly Tool[] = [
  {
    name: 'check',
    title: 'Check a policy',
    description:
      'Reports everything that is wrong in a policy: code, message, place, help and fixes of each diagnostic. `explain` has the page of a code. Call it after every change.',
    input: { type: 'object', properties: { path } },
    output: {
      type: 'object',
      properties: { ok: { type: 'boolean', description: 'no error' }, diagnostics: list },
      required: ['ok', 'diagnostics'],
    },
    run: async (args, call) => {
      const called = await call(['check', ...wordsOf(args['path']), '--format', 'json']);
      if (isFault(called)) return faultOf(called);
      const diagnostics = JSON.parse(called.stdout) as readonly CheckedDiagnostic[]; // what `check` prints
      const text = diagnostics.length === 0 ? 'no problems' : diagnostics.map(lineOf).join('\n');
      return { text, structured: { ok: called.code === 0, diagnostics } };
    },
  },
  {
    name: 'explain',
    title: 'Explain a diagnostic or a rule',
    description:
      'The page of a diagnostic code with examples that fire it and that do not, or what a rule of a policy decides and when.',
    input: {
      type: 'object',
      properties: {
        what: { type: 'string', description: 'a code such as `unhandled-optional`, or the name of a rule' },
        path,
      },
      required: ['what'],
    },
    run: async (args, call) => plainAnswer(await call(['explain', text(args['what']), ...wordsOf(args['path'])])),
  },
  {
    name: 'eval',
    title: 'Decide on a document',
    description:
      'Compiles the policy and decides on a document: action, findings with places, edits, limits and reasons. With `why` also a tree of every rule with its conditions and the values that they had; text that is sensitive is hidden in it.',
    input: {
      type: 'object',
      properties: {
        event: {
          type: 'string',
          description: '`Chat.request`; `Chat.request/http` for an exchange as it was on the wire',
        },
        input: { description: 'the document: a JSON value, or its text; manifests of Kubernetes may be YAML' },
        path,
        operation: { enum: ['CREATE', 'UPDATE', 'DELETE'], description: 'what is done with the objects of manifests' },
        why: { type: 'boolean', description: 'say why' },
      },
      required: ['event', 'input'],
    },
    output: { type: 'object', properties: { decisions: list, why: { type: 'string' } }, required: ['decisions'] },
    run: runEval,
  },
  {
    name: 'test',
    title: 'Run the tests of a policy',
    description:
      'Runs the `test` blocks and the examples of patterns on the compiled module. With `coverage` also which rules and branches no test exercises.',
    input: { type: 'object', properties: { path, coverage: { type: 'boolean' } } },
    output: {
      type: 'object',
      properties: { passed: { type: 'boolean' }, tests: list, patterns: list, coverage: list },
      required: ['passed', 'tests', 'patterns'],
    },
    run: async (args, call) => {
      const words = ['test', ...wordsOf(args['path']), ...(args['coverage'] === true ? ['--coverage'] : [])];
      const called = await call([...words, '--format', 'json']);
      if (isFault(called) || called.stdout === '') return faultOf(called);
      const run = JSON.parse(called.stdout) as TestedProject; // what `test` prints
      const results = [...run.tests, ...run.patterns];
      const failed = results.filter(({ passed }) => !passed);
      const lines = failed.flatMap(({ name, failures }) => [
        `FAIL ${name}`,
        ...failures.map(({ at, message }) => `     ${at}  ${message}`),
      ]);
      const open = run.coverage.flatMap(({ rule, fired, branches }) => [
        ...(fired ? [] : [`no test makes ${rule} fire`]),
        ...branches.flatMap(({ what, held, failed: not }) => [
          ...(held ? [] : [`${rule}: ${what} never holds`]),
          ...(not ? [] : [`${rule}: ${what} never fails`]),
        ]),
      ]);
      return {
        text: [...lines, ...open, `${results.length - failed.length} passed, ${failed.length} failed`].join('\n'),
        structured: { passed: failed.length === 0, ...run },
      };
    },
  },
  {
    name: 'format',
    title: 'Format a policy',
    description: 'The text of a policy in the one style. Writes no file: put the text where it belongs.',
    input: {
      type: 'object',
      properties: { text: { type: 'string', description: 'the whole text of one policy file' } },
      required: ['text'],
    },
    output: {
      type: 'object',
      properties: { text: { type: 'string' }, changed: { type: 'boolean' } },
      required: ['text', 'changed'],
    },
    run: (args) => {
      const given = text(args['text']);
      const formatted = format({ path: 'policy.rdp', text: given });
      if ('diagnostics' in formatted) {
        const [first] = formatted.diagnostics;
        return { text: `it cannot be read: ${first?.message ?? ''}`, isError: true };
      }
      return { text: formatted.text, structured: { text: formatted.text, changed: formatted.text !== given } };
    },
  },
  {
    name: 'coverage',
    title: 'Threat coverage',
    description:
      'Which threats of the editions that a policy names (OWASP lists and the like) are covered: by which rules, tests and enforcers, and what is left.',
    input: { type: 'object', properties: { path } },
    output: { type: 'object', properties: { threats: list }, required: ['threats'] },
    run: async (args, call) => {
      const called = await call(['coverage', ...wordsOf(args['path']), '--format', 'json']);
      if (isFault(called)) return faultOf(called);
      const threats = JSON.parse(called.stdout) as readonly CoveredThreat[]; // what `coverage` prints
      const lines = threats.map(
        ({ threat, title, rules }) => `${threat}  ${title}: ${rules.length === 0 ? 'no rule' : rules.join(', ')}`,
      );
      return { text: lines.join('\n') || 'no rule says which threats it covers', structured: { threats } };
    },
  },
];

interface CheckedDiagnostic {
  readonly code: string;
  readonly severity: string;
  readonly message: string;
  readonly path: string;
  readonly start: { readonly line: number; readonly column: number };
  readonly note?: string;
  readonly help?: string;
  readonly fixes: readonly { readonly title: string; readonly safety: string }[];
}

interface TestedProject extends JsonObject {
  readonly tests: readonly TestedThing[];
  readonly patterns: readonly TestedThing[];
  readonly coverage: readonly {
    readonly rule: string;
    readonly fired: boolean;
    readonly branches: readonly { readonly what: string; readonly held: boolean; readonly failed: boolean }[];
  }[];
}

interface TestedThing {
  readonly name: string;
  readonly passed: boolean;
  readonly failures: readonly { readonly at: string; readonly message: string }[];
}

interface CoveredThreat {
  readonly threat: string;
  readonly title: string;
  readonly rules: readonly string[];
}

async function runEval(args: JsonObject, call: CallCommand): Promise<ToolAnswer> {
  const { input, operation } = args;
  const document = typeof input === 'string' ? input : JSON.stringify(input ?? null);
  const words = [
    'eval',
    ...wordsOf(args['path']),
    '--event',
    text(args['event']),
    '--no-pretty',
    ...(typeof operation === 'string' ? ['--operation', operation] : []),
  ];
  const called = await call(words, document);
  if (called.code !== 0) return faultOf(called);
  const decisions = called.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line));
  const shown = decisions.map((decision) => JSON.stringify(decision, null, 2)).join('\n');
  if (args['why'] !== true) return { text: shown, structured: { decisions } };
  const explained = await call([...words, '--why'], document);
  if (explained.code !== 0) return faultOf(explained);
  return { text: `${explained.stdout}\n${shown}`, structured: { decisions, why: explained.stdout } };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** A path as a word of a call; one that begins like an option is a path all the same. */
function wordsOf(value: unknown): readonly string[] {
  if (typeof value !== 'string' || value === '') return [];
  return [value.startsWith('-') ? `./${value}` : value];
}

function lineOf({ code, severity, message, path: file, start, note, help, fixes }: CheckedDiagnostic): string {
  return [
    `${file}:${start.line}:${start.column}: ${severity}[${code}] ${message}`,
    ...[note, help].flatMap((more) => (more === undefined ? [] : [`  ${more}`])),
    ...fixes.map(({ title, safety }) => `  fix (${safety}): ${title}`),
  ].join('\n');
}

/** Whether the call itself failed; a policy at fault is an answer. */
function isFault({ code }: Called): boolean {
  return code !== 0 && code !== 1;
}

function faultOf({ stdout, stderr }: Called): ToolAnswer {
  return { text: stderr.trim() || stdout.trim() || 'the call was ended', isError: true };
}

function plainAnswer(called: Called): ToolAnswer {
  return called.code === 0 || (called.code === 1 && called.stdout !== '') ? { text: called.stdout } : faultOf(called);
}
