// `rdpc eval`: decides on one document, or on one a line.

import { readFileSync } from 'node:fs';
import { createOrigins, hasErrors, nearestName, type CoreProgram, type Model, type Origins } from '@rdp/language';
import { withTestKey } from '../../testing/test-key.ts';
import { renderTrace } from '../../trace/render-trace.ts';
import { traceDecision } from '../../trace/trace-decision.ts';
import { manifestOperations } from '../admission-reviews.ts';
import { checkFiles } from '../check-files.ts';
import { loadProject } from '../decide-project.ts';
import { causeOf, exitCodes, refuse, refuseWithoutRules } from '../faults.ts';
import { verb, wordsOf, type Verb } from '../options.ts';
import { stdout } from '../output-stream.ts';
import { readInputs } from '../parse-input.ts';
import { showDiagnostics } from '../show-diagnostics.ts';
import { paletteFor } from '../terminal.ts';

/** The verb `eval`. */
export function evalCommand(): Verb {
  return verb({
    command: 'eval [path]',
    describe: 'decide on a document',
    options: {
      event: {
        type: 'string',
        demandOption: true,
        describe: 'event to decide on, e.g. Chat.request (Chat.request/http: as it was on the wire), or an entrypoint',
      },
      input: {
        type: 'string',
        nargs: 1, // without it yargs takes `-` for an option without a name
        default: '-',
        describe:
          'document: JSON, or YAML in a .yaml file (- for standard input); Kubernetes manifests may hold several',
      },
      'hash-key': { type: 'string', describe: 'file with the secret for `hash` in redactions, at least 16 bytes' },
      operation: {
        choices: manifestOperations,
        describe: 'what is done with the objects of Kubernetes manifests (CREATE unless said)',
      },
      jsonl: { type: 'boolean', default: false, describe: 'one document a line, one decision a line' },
      why: {
        type: 'boolean',
        default: false,
        describe: 'say why: each rule with its conditions and the values that they had, instead of the decision',
      },
      'show-sensitive': { type: 'boolean', default: false, describe: 'with --why: show text that is sensitive, too' },
      pretty: { type: 'boolean', default: stdout.isTTY, describe: 'indent the decision' },
    },
    examples: [
      ['$0 eval policies --event Chat.request --input request.json', ''],
      ['$0 eval policies --event Cluster.admission --input pod.yaml', 'a manifest is put into an AdmissionReview'],
      ['cat requests.jsonl | $0 eval policies --event Chat.request --jsonl', ''],
    ],
    run: async (args) => {
      const path = wordsOf(args, 'path')[0] ?? '.';
      const origins = args.why ? createOrigins() : undefined;
      const { root, result } = await checkFiles(path, origins);
      const code = showDiagnostics(result.diagnostics, { format: 'text', root });
      if (hasErrors(result.diagnostics) || result.programs === undefined) return code;
      if (result.programs.length === 0) return refuseWithoutRules(path);
      const entrypoint = entrypointOf(
        args.event,
        result.model,
        result.programs.flatMap(({ entrypoints }) =>
          entrypoints.flatMap(({ name, aliases = [] }) => [name, ...aliases]),
        ),
      );
      const hashKey = args['hash-key'] === undefined ? undefined : readHashKey(args['hash-key']);
      const { enforcer, data } = await loadProject(result.programs, root, { hashKey });
      const kind = result.model.surfaces.find(({ events }) =>
        events.some((event) => event.entrypoint === entrypoint),
      )?.kind;
      const { operation = 'CREATE' } = args;
      const inputs = await readInputs(
        args.input,
        kind === 'k8s' && !args.jsonl ? { kind: 'admission', operation } : { kind: 'document', keys: [] },
      );
      const asked = args.jsonl ? inputs.flatMap(linesOf) : inputs;
      // One decision a line is for programs, which count.
      const named = asked.length > 1 && kind === 'k8s' && !args.jsonl && (args.pretty || args.why);
      for (const document of asked) {
        if (named) stdout.write(`${paletteFor(stdout).strong(objectName(document))}\n`);
        if (origins !== undefined) {
          const { programs } = result;
          const sensitive = args['show-sensitive'] ? 'show' : 'mask';
          stdout.write(explained({ programs, origins, entrypoint, document, data, hashKey, sensitive }));
          continue;
        }
        const text = enforcer.decideText(entrypoint, document);
        stdout.write(`${args.pretty && !args.jsonl ? JSON.stringify(JSON.parse(text), null, 2) : text}\n`);
      }
      enforcer.close();
      return exitCodes.fine;
    },
  });
}

/** `Pod shop/web`: the object that a review is about. */
function objectName(review: Uint8Array): string {
  const { request = {} } = JSON.parse(new TextDecoder().decode(review)) as {
    readonly request?: {
      readonly kind?: { readonly kind?: string };
      readonly namespace?: string;
      readonly name?: string;
    };
  }; // made of a manifest, or read as JSON before
  const { kind, namespace, name } = request;
  return `${kind?.kind ?? 'object'} ${[namespace, name].filter((part) => part !== undefined && part !== '').join('/')}`.trim();
}

/** Why the decision on a document comes out as it does. */
function explained(asked: {
  readonly programs: readonly CoreProgram[];
  readonly origins: Origins;
  readonly entrypoint: string;
  readonly document: Uint8Array;
  readonly data: string;
  readonly hashKey: string | undefined;
  readonly sensitive: 'mask' | 'show';
}): string {
  const { programs, origins, entrypoint, document, hashKey, sensitive } = asked;
  const data: unknown = JSON.parse(hashKey === undefined ? asked.data : withTestKey(asked.data, hashKey));
  const { strong, faint, good, error: bad } = paletteFor(stdout);
  const trace = traceDecision({ programs, origins, entrypoint, input: document, data, sensitive });
  return renderTrace(trace, { strong, faint, good, bad });
}

/** The secret in a file, without the line end behind it. */
function readHashKey(file: string): string {
  let key: string;
  try {
    key = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    return refuse(`cannot read the key in \`${file}\`: ${causeOf(error)}`, 'name a file with a secret');
  }
  if (Buffer.byteLength(key) >= 16) return key;
  return refuse(`the key in \`${file}\` is shorter than 16 bytes`, 'make one with `openssl rand -hex 32`');
}

function entrypointOf(event: string, model: Model, compiled: readonly string[]): string {
  if (compiled.includes(event)) return event;
  const events = model.surfaces.flatMap(({ name, kind, events: own }) =>
    own.flatMap((one) => {
      const short = `${name}.${one.name}`;
      const exchange = { short: `${short}/http`, entrypoint: `${one.entrypoint}/http` };
      const plain = { short, entrypoint: one.entrypoint };
      return kind === 'api' || kind === 'llm' ? [plain, exchange] : [plain];
    }),
  );
  const found = events.filter(({ short }) => short === event).map(({ entrypoint }) => entrypoint);
  const withRules = found.filter((entrypoint) => compiled.includes(entrypoint));
  if (withRules.length > 1)
    return refuse(`\`${event}\` is an event of several packages`, `name one of ${withRules.join(', ')}`);
  if (withRules[0] !== undefined) return withRules[0];
  const known = events.filter(({ entrypoint }) => compiled.includes(entrypoint)).map(({ short }) => short);
  if (found.length > 0)
    return refuse(`no rule of this policy is on \`${event}\``, `events with rules: ${known.join(', ')}`);
  const near = nearestName(event, known);
  return refuse(
    `this policy has no event \`${event}\``,
    near === undefined ? `its events are ${known.join(', ')}` : `did you mean \`${near}\`?`,
  );
}

function linesOf(bytes: Uint8Array): readonly Uint8Array[] {
  const lines: Uint8Array[] = [];
  for (let start = 0; start < bytes.length;) {
    const newline = bytes.indexOf(10, start);
    const end = newline < 0 ? bytes.length : newline;
    const line = bytes.subarray(start, end);
    if (line.some((byte) => byte > 32)) lines.push(line);
    start = end + 1;
  }
  return lines;
}
