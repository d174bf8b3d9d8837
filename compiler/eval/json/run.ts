// Runs the cases of JSONTestSuite in a folder (`node compiler/eval/json/run.ts FOLDER`) through both modules: `y_` files
// must be read, `n_` files refused, as free JSON of a field, as a skipped field, and as a host's data document.

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { entrypointOf, field, generatedReader, readerModule, record } from '../../test/wasm/read-module.ts';
import type { Reading } from '../../test/wasm/read-module.ts';

const read = entrypointOf(record('Read', [field('value', { kind: 'dyn' })]));
const skipped = entrypointOf(record('Skipped', [field('other', { kind: 'dyn' }, { presence: 'optional' })]));

const files = readdirSync(process.argv[2] ?? '.', { recursive: true, withFileTypes: true })
  .filter((entry) => /^[yn]_.*\.json$/.test(entry.name))
  .toSorted((a, b) => (a.name < b.name ? -1 : 1));

let wrong = 0;
let runs = 0;
for (const target of ['scalar', 'simd'] as const) {
  const readers = [generatedReader(read, target), generatedReader(skipped, target)];
  for (const file of files) {
    const bytes = readFileSync(join(file.parentPath, file.name));
    const document = Buffer.concat([Buffer.from('{"value":'), bytes, Buffer.from('}')]);
    // One NUL at the end belongs to the host, not to the text.
    const verdicts = [
      ...readers.map((reader) => isRead(reader(document))),
      ...(bytes.at(-1) === 0 ? [] : [parses(target, bytes)]),
    ];
    for (const accepted of verdicts) {
      runs++;
      if (accepted === file.name.startsWith('y_')) continue;
      wrong++;
      console.log(`${target}: ${file.name} was ${accepted ? 'read' : 'refused'}`);
    }
  }
}
console.log(`${files.length} files, ${runs} runs, ${wrong} wrong`);
process.exitCode = wrong === 0 && files.length > 0 ? 0 : 1;

/** A repeated key is a fault of its own where a document is read; the suite's files with one are well-formed. */
function isRead(reading: Reading): boolean {
  return 'value' in reading || reading.reason === 'duplicate_key';
}

function parses(target: 'scalar' | 'simd', bytes: Uint8Array): boolean {
  const memory = new WebAssembly.Memory({ initial: 4 });
  const module = new WebAssembly.Module(readerModule(read, target));
  const { exports } = new WebAssembly.Instance(module, { env: { memory, opa_abort: () => undefined } });
  type Call = (...values: readonly number[]) => number;
  const address = (exports['opa_malloc'] as Call)(bytes.length); // its type in the ABI
  new Uint8Array(memory.buffer).set(bytes, address);
  return (exports['opa_json_parse'] as Call)(address, bytes.length) !== 0; // its type in the ABI
}
