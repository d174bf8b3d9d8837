// `rdpc drift`: what an inventory has seen against what a policy declares: ghosts, shadows, and what is declared and never seen. Writes
// the rules that the policy lacks as a patch.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hasErrors, type Model } from '@rdp/language';
import type { InventoryState } from '@rdp/runtime/inventory';
import { fileOf, missingRules, type MissingRule, type SeenThing } from '../../drift/write-rules.ts';
import { planSurfaces } from '../../ir/surface-plan.ts';
import { checkFiles } from '../check-files.ts';
import { exitCodes, refuse } from '../faults.ts';
import { verb, wordsOf, type Verb } from '../options.ts';
import { stdout } from '../output-stream.ts';
import { showDiagnostics } from '../show-diagnostics.ts';

/** Name of the file that a patch adds rules to. */
const driftFile = 'drift.rdp';

/** The verb `drift`. */
export function driftCommand(): Verb {
  return verb({
    command: 'drift [path]',
    describe: 'compare what was discovered with what a policy declares',
    options: {
      inventory: { type: 'string', describe: 'inventory as JSON, as `rdp-inventory export` and the gateway give it' },
      since: { type: 'string', describe: 'leave out what was not seen since this date' },
      format: {
        choices: ['text', 'json', 'patch'] as const,
        default: 'text' as const,
        describe: 'lines for people, a document, or the rules that are missing as a patch',
      },
    },
    examples: [
      ['$0 drift policies --inventory inventory.json', 'what was seen and is not declared, and the reverse'],
      ['$0 drift policies --inventory inventory.json --format patch | git apply', 'rules that watch it'],
    ],
    run: async (args) => {
      const path = wordsOf(args, 'path')[0] ?? '.';
      if (args.inventory === undefined) return refuse('nothing says what was seen', 'name a file: `--inventory FILE`');
      const state = await readInventory(args.inventory);
      const since = args.since === undefined ? 0 : Date.parse(args.since);
      if (Number.isNaN(since)) return refuse(`\`${args.since}\` is no date`, 'write it as 2027-03-31');
      const { root, result } = await checkFiles(path);
      const code = showDiagnostics(result.diagnostics, { format: 'text', root });
      if (hasErrors(result.diagnostics)) return code;
      const { things, unseen } = await compare(state, planSurfaces(result.programs ?? []), since);
      const missing = rulesFor(result.model, things);
      switch (args.format) {
        case 'json':
          stdout.write(`${JSON.stringify({ version: 1, undeclared: things, unseen }, null, 2)}\n`);
          break;
        case 'patch':
          stdout.write(await patchOf(root, missing));
          break;
        case 'text':
          stdout.write(textOf(things, unseen, missing));
      }
      return things.length === 0 ? exitCodes.fine : exitCodes.policy;
    },
  });
}

async function readInventory(path: string): Promise<InventoryState> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    return refuse(`\`${path}\` cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  const { isInventory } = await import('@rdp/runtime/blueprint');
  return isInventory(value)
    ? value
    : refuse(`\`${path}\` is no inventory`, 'make one: `rdp-inventory export --inventory FILE`');
}

interface Comparison {
  readonly things: readonly SeenThing[];
  /** Declared and not seen: `GET /v1/orders`, `provider gemini`. */
  readonly unseen: readonly string[];
}

async function compare(
  state: InventoryState,
  surfaces: ReturnType<typeof planSurfaces>,
  since: number,
): Promise<Comparison> {
  const { blueprintOf, declaredBy, statusOf } = await import('@rdp/runtime/blueprint');
  const declared = declaredBy(surfaces);
  const recent = state.assets.filter(({ last }) => last >= since);
  const day = (time: number): string => new Date(time).toISOString().slice(0, 10);
  const things = recent.flatMap(({ kind, fields, count, first, last, names }) => {
    const status = statusOf({ kind, fields }, declared);
    if (status !== 'ghost' && status !== 'shadow') return [];
    return [{ kind, fields, count, first: day(first), last: day(last), names, status }];
  });
  const { nodes } = blueprintOf({ ...state, assets: recent }, declared);
  const unseen = nodes.flatMap(({ kind, label, status, parts }) => [
    ...(status === 'declared' && parts.length === 0 ? [`${kind} ${label}`] : []),
    ...parts.filter((part) => part.status === 'declared').map((part) => `${label}: ${part.label}`),
  ]);
  return { things, unseen };
}

interface PackageRules {
  readonly package: string;
  readonly rules: readonly MissingRule[];
}

/** The rules that are not there yet, for the first package with a surface that sees them. */
function rulesFor(model: Model, things: readonly SeenThing[]): PackageRules | undefined {
  const [first] = model.surfaces;
  if (first === undefined) return undefined;
  const surfaces = model.surfaces.filter((surface) => surface.package === first.package);
  const there = new Set(model.rules.map(({ name }) => name));
  const rules = missingRules(things, surfaces).filter(({ name }) => !there.has(name));
  return rules.length === 0 ? undefined : { package: first.package, rules };
}

async function patchOf(root: string, missing: PackageRules | undefined): Promise<string> {
  if (missing === undefined) return '';
  const { createTwoFilesPatch } = await import('diff'); // one form of one verb needs it
  const before = await readFile(join(root, driftFile), 'utf8').catch(() => undefined);
  const after =
    before === undefined
      ? fileOf(missing.package, missing.rules)
      : [before.trimEnd(), '', ...missing.rules.map(({ text }) => text)].join('\n');
  const patch = createTwoFilesPatch(
    before === undefined ? '/dev/null' : `a/${driftFile}`,
    `b/${driftFile}`,
    before ?? '',
    after,
    '',
    '',
  );
  return patch.replace(/^=+\n/, '').replaceAll('\t\n', '\n');
}

function textOf(things: readonly SeenThing[], unseen: readonly string[], missing: PackageRules | undefined): string {
  const lines = [
    ...things.map(({ status, kind, fields, count, last, names }) => {
      const values = Object.values(fields)
        .filter((value) => value !== '')
        .join(' ');
      return `${status.padEnd(9)} ${kind.padEnd(14)} ${values}  ${count}×, last ${last}${names.length === 0 ? '' : `, ${names.join(', ')}`}`;
    }),
    ...unseen.map((what) => `${'unseen'.padEnd(9)} ${what}`),
    '',
    `${things.length} undeclared, ${unseen.length} declared and not seen`,
    ...(missing === undefined
      ? []
      : [
          `\`--format patch\` writes ${missing.rules.length === 1 ? '1 rule that watches it' : `${missing.rules.length} rules that watch them`}`,
        ]),
  ];
  return `${lines.join('\n')}\n`;
}
