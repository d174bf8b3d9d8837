// Words of a command line → what `rdp-inventory` is to do, or what is wrong with them.

import { reasonOf } from '../load/problem.ts';
import type { EnforcerOptions } from '../enforce/enforcer.ts';
import type { InventoryPlace } from '../inventory/index.ts';
import { inventoryOptionTable, inventoryPlace } from '../server/inventory-options.ts';
import { optionLines, readOptions, type OptionTable, type SaidOptions } from '../server/option-table.ts';
import { policyOptionTable, policySettings } from '../server/policy-options.ts';
import { recordReaders, type RecordForm } from './index.ts';

type Policy = Pick<EnforcerOptions, 'source' | 'verification' | 'hashKey'>;

/** What a call asks for. */
export type InventoryCall =
  | { readonly kind: 'help' }
  | { readonly kind: 'fault'; readonly message: string }
  | {
      readonly kind: 'import';
      readonly inventory: InventoryPlace;
      readonly form: RecordForm | 'records';
      readonly policy: Policy | undefined;
      readonly surface: string | undefined;
      /** `-` is standard input. */
      readonly files: readonly string[];
    }
  | {
      readonly kind: 'export';
      readonly inventory: InventoryPlace;
      readonly form: 'inventory' | 'graph' | 'svg' | 'cyclonedx';
      readonly policy: Policy | undefined;
      readonly since: string | undefined;
    }
  | { readonly kind: 'merge'; readonly inventory: InventoryPlace; readonly files: readonly string[] }
  | { readonly kind: 'prepare'; readonly inventory: InventoryPlace }
  | {
      readonly kind: 'serve';
      readonly inventory: InventoryPlace;
      readonly policy: Policy | undefined;
      readonly host: string;
      readonly port: number;
    };

const forms: readonly (RecordForm | 'records')[] = [...(Object.keys(recordReaders) as RecordForm[]), 'records']; // its own names
const exports = ['inventory', 'graph', 'svg', 'cyclonedx'] as const;

/** Every option; the help is made of the same table. */
const table = {
  ...inventoryOptionTable,
  ...policyOptionTable,
  bundle: { value: 'FILE|URL', text: 'policy that says what is noted, and what is declared' },
  format: { value: 'NAME', text: `import: ${forms.join(', ')}; export: ${exports.join(', ')}` },
  surface: { value: 'NAME', text: 'API that records without a host are of' },
  since: { value: 'DATE', text: 'export: mark what is new since then, and what was not seen again' },
  host: { value: 'ADDRESS', text: 'address to serve on; whoever reaches it sees everything', preset: '127.0.0.1' },
  port: { value: 'PORT', text: 'port to serve on', preset: '9091' },
} as const satisfies OptionTable;

/** Reads the words behind the name of the program. */
export function readInventoryCall(words: readonly string[]): InventoryCall {
  try {
    const said = readOptions(table, words, 'words');
    return said === 'help' ? { kind: 'help' } : callOf(said);
  } catch (error) {
    return { kind: 'fault', message: reasonOf(error) };
  }
}

function callOf(said: SaidOptions<keyof typeof table & string>): InventoryCall {
  const [verb, ...files] = said.words;
  const inventory = inventoryPlace(said);
  if (inventory === undefined) throw new Error('--inventory is missing');
  const policy = said.text('bundle') === undefined ? undefined : policySettings(said);
  switch (verb) {
    case 'import': {
      const form = said.choice('format', forms);
      if (policy === undefined && form !== 'records')
        throw new Error('--bundle is missing: its `discover` rules say what of a log is noted');
      return {
        kind: 'import',
        inventory,
        form,
        policy,
        surface: said.text('surface'),
        files: files.length === 0 ? ['-'] : files,
      };
    }
    case 'export':
      return {
        kind: 'export',
        inventory,
        form: said.text('format') === undefined ? 'inventory' : said.choice('format', exports),
        policy,
        since: said.text('since'),
      };
    case 'merge':
      if (files.length === 0) throw new Error('name the inventories to merge, as `export` writes them');
      return { kind: 'merge', inventory, files };
    case 'serve':
      return {
        kind: 'serve',
        inventory,
        policy,
        host: said.text('host') ?? '127.0.0.1',
        port: said.number('port', 65_535),
      };
    case 'prepare':
      return { kind: 'prepare', inventory };
    default:
      throw new Error(
        verb === undefined ? 'say what to do: import, export, merge, serve or prepare' : `there is no \`${verb}\``,
      );
  }
}

/** The text of `--help`. */
export function inventoryHelp(): string {
  return `rdp-inventory import|export|merge|serve|prepare --inventory FILE|URL [options] [FILE…]

import  reads access logs, flow logs, spans, or records of \`rdpc discover --format jsonl\`, and notes what the policy's rules say of them
export  writes the inventory, its graph, picture or bill of materials to standard output
merge   adds inventories that were exported elsewhere; each of them counts
serve   shows the blueprint in a browser
prepare makes the tables of a PostgreSQL inventory, or brings them to this version

${optionLines(table)}
  --help
`;
}
