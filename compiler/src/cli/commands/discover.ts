// `rdpc discover`: what runs in a cluster or stands in a folder of manifests, as records of an inventory. Beside what is found in
// every object, the `discover` rules of a policy record what they look for.

import { checkProgram, hasErrors, type CheckResult } from '@rdp/language';
import { stdFiles } from '@rdp/language/std';
import { inventoryOf, sortedRecords, type InventoryRecord } from '../../discover/inventory.ts';
import { isJson, type Json } from '../../discover/json-path.ts';
import { admissionReviews } from '../admission-reviews.ts';
import { checkFiles } from '../check-files.ts';
import { loadProject } from '../decide-project.ts';
import { exitCodes, refuse } from '../faults.ts';
import { verb, wordsOf, type Verb } from '../options.ts';
import { stderr, stdout } from '../output-stream.ts';
import { readKubeconfig } from '../read-kubeconfig.ts';
import { objectsOfCluster, objectsOfFolder, type ReadObjects } from '../read-objects.ts';
import { showDiagnostics } from '../show-diagnostics.ts';

/** The verb `discover`. */
export function discoverCommand(): Verb {
  return verb({
    command: 'discover [folder]',
    describe: 'list what runs in a cluster or in a folder of manifests',
    options: {
      kubeconfig: { type: 'string', describe: 'file that says how to reach a cluster' },
      context: { type: 'string', describe: 'context of that file, when not its current one' },
      policy: { type: 'string', describe: 'policy whose `discover` rules record what they find' },
      format: {
        choices: ['text', 'json', 'jsonl'] as const,
        default: 'text' as const,
        describe: 'lines for people, a document, or a record a line',
      },
    },
    examples: [
      ['$0 discover manifests', ''],
      ['$0 discover --kubeconfig ~/.kube/config --context eks-shop --format jsonl', ''],
      ['$0 discover manifests --policy policies', 'with what the policy looks for'],
    ],
    run: async (args) => {
      const [folder] = wordsOf(args, 'folder');
      const { objects, problems } = await readFrom(folder, args.kubeconfig, args.context);
      const library = checkProgram({
        files: [{ path: 'discover.rdp', text: libraryRules }],
        documents: new Map(),
        std: stdFiles,
      });
      const own = args.policy === undefined ? undefined : await checkFiles(args.policy);
      if (own !== undefined) {
        const code = showDiagnostics(own.result.diagnostics, { format: 'text', root: own.root });
        if (hasErrors(own.result.diagnostics)) return code;
      }
      const hosts = library.model.surfaces.flatMap((surface) => (surface.kind === 'llm' ? surface.hosts() : []));
      const records = sortedRecords([
        ...inventoryOf(objects, { hosts }),
        ...(await recordsOf(library, '.', objects)),
        ...(own === undefined ? [] : await recordsOf(own.result, own.root, objects)),
      ]);
      stdout.write(render(records, args.format));
      for (const problem of problems) stderr.write(`not in the inventory: ${problem}\n`);
      return problems.length === 0 ? exitCodes.fine : exitCodes.policy;
    },
  });
}

/** What the library looks for by itself, and the hosts of all providers. */
const libraryRules = `package discover
import std.k8s.models
surface Cluster: k8s {}
surface Models: llm {}
apply models.known to Cluster
`;

async function readFrom(
  folder: string | undefined,
  kubeconfig: string | undefined,
  context: string | undefined,
): Promise<ReadObjects> {
  const remedy = 'name a folder of manifests, or `--kubeconfig FILE`';
  if (folder === undefined && kubeconfig === undefined) return refuse('nothing says what to look at', remedy);
  if (folder !== undefined && kubeconfig !== undefined)
    return refuse('a folder and a cluster are two inventories', remedy);
  if (context !== undefined && kubeconfig === undefined) return refuse('`--context` needs `--kubeconfig`');
  if (kubeconfig === undefined) return objectsOfFolder(folder ?? '.');
  return objectsOfCluster(await readKubeconfig(kubeconfig, context));
}

/** What the `discover` rules record when each object is created. */
async function recordsOf(
  { programs = [] }: CheckResult,
  root: string,
  objects: readonly Json[],
): Promise<readonly InventoryRecord[]> {
  const entrypoints = programs.flatMap((program) =>
    program.entrypoints
      .filter(({ surfaceKind, event }) => surfaceKind === 'k8s' && event === 'admission')
      .map(({ name }) => name),
  );
  if (entrypoints.length === 0) return [];
  const { enforcer } = await loadProject(programs, root);
  const encoder = new TextEncoder();
  const records = admissionReviews(objects, 'CREATE').flatMap((document) => {
    const review = encoder.encode(JSON.stringify(document));
    return entrypoints.flatMap((entrypoint) => enforcer.decide(entrypoint, review).records ?? []);
  });
  enforcer.close();
  return records.map(({ kind, fields }) => ({ kind, fields: isJson(fields) ? fields : {} }));
}

function render(records: readonly InventoryRecord[], format: 'text' | 'json' | 'jsonl'): string {
  switch (format) {
    case 'json':
      return `${JSON.stringify({ version: 1, records }, null, 2)}\n`;
    case 'jsonl':
      return records.map((record) => `${JSON.stringify(record)}\n`).join('');
    case 'text':
      return records.map(({ kind, fields }) => `${kind.padEnd(18)} ${textOf(fields)}\n`).join('');
  }
}

function textOf(fields: InventoryRecord['fields']): string {
  return Object.entries(fields)
    .filter(([, value]) => value !== '' && !(Array.isArray(value) && value.length === 0))
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
}
