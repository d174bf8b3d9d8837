// An example as the tests use it: checked as of one day, lowered, with its data document and its requests.

import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { CoreProgram, Origins, TestModel } from '@rdp/language';
import { checkProgram, createOrigins } from '@rdp/language';
import { stdFiles } from '@rdp/language/std';
import { readProject } from '../../src/cli/read-project.ts';
import { testInputs } from '../../src/cli/test-inputs.ts';
import { composeDataDocument } from '../../src/emit/data-document.ts';
import type { Ir } from '../../src/ir/ir.ts';
import { lowerProgram } from '../../src/ir/lower.ts';
import { withTestKey } from '../../src/testing/test-key.ts';

const root = join(import.meta.dirname, '..', '..', '..', 'examples');

/** The folders of all examples, those of scenarios among them. */
export const exampleNames: readonly string[] = foldersIn('.').flatMap((name) =>
  name === 'scenarios' ? foldersIn(name).map((scenario) => join(name, scenario)) : [name],
);

function foldersIn(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
}

export interface Example {
  readonly folder: string;
  readonly program: CoreProgram;
  readonly ir: Ir;
  /** Where its expressions stand. */
  readonly origins: Origins;
  /** The data document: JSON text. */
  readonly data: Uint8Array;
  readonly tests: readonly { readonly test: TestModel; readonly inputs: readonly Uint8Array[] }[];
  /** What `requests/events.json` lists. */
  readonly requests: readonly {
    readonly file: string;
    readonly entrypoint: string;
    readonly input: Uint8Array;
    /** Path of the decision that is expected. */
    readonly golden: string;
  }[];
}

/** Reads and checks one example; it must be without fault. */
export async function loadExample(name: string): Promise<Example> {
  const folder = join(root, name);
  const origins = createOrigins();
  const { programs, model, diagnostics } = checkProgram({
    ...(await readProject(folder)),
    std: stdFiles,
    origins,
    today: '2026-11-22',
  });
  const [program] = programs ?? [];
  if (program === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  const data = composeDataDocument(
    program.data.map(({ path, file }) => ({ path, file, text: readFileSync(join(folder, file), 'utf8') })),
  );
  if (data.kind === 'problem') throw new Error(data.message);
  const tests = await Promise.all(model.tests.map(async (test) => ({ test, inputs: await testInputs(test, folder) })));
  return {
    folder,
    program,
    origins,
    ir: lowerProgram(program),
    data: new TextEncoder().encode(withTestKey(data.text)),
    tests,
    requests: requestsOf(folder, program),
  };
}

function requestsOf(folder: string, program: CoreProgram): Example['requests'] {
  const list = join(folder, 'requests', 'events.json');
  if (!existsSync(list)) return [];
  const events = JSON.parse(readFileSync(list, 'utf8')) as Readonly<Record<string, string>>; // the example's own file
  return Object.entries(events).map(([file, event]) => ({
    file,
    entrypoint: `${program.package}.${event}`.replaceAll('.', '/'),
    input: readFileSync(join(folder, 'requests', file)),
    golden: join(folder, 'requests', file.replace(/\.json$/, '.decision.json')),
  }));
}
