// The page's files → a policy in force: checked, compiled to WebAssembly, loaded by the runtime. Kept until the files change, so
// that a new input costs a decision and no compile.

import { bundleFiles, compilePrograms, composeDataDocument } from '@rdp/compiler';
import { checkFiles, testHashKey, withTestKey, type CheckedProject } from '@rdp/compiler/tools';
import { createOrigins, hasErrors, type CoreProgram, type Origins } from '@rdp/language';
import { createPolicy, readBundle, type Policy } from '@rdp/runtime/policy';
import type { CompiledFacts, EventChoice } from '../protocol.ts';
import { mountFiles, readFileSync } from './node-fs.ts';

/** A project that was looked at, with its policy where it has no error. */
export interface LoadedProject {
  readonly project: CheckedProject;
  readonly origins: Origins;
  readonly events: readonly EventChoice[];
  readonly loaded: LoadedPolicy | undefined;
}

export interface LoadedPolicy {
  readonly programs: readonly CoreProgram[];
  readonly policy: Policy;
  /** The data document, with the key that tests hash under. */
  readonly data: string;
  readonly facts: CompiledFacts;
}

/** The path of what the page decides on, among its files. */
export const inputPath = { json: '.input.json', yaml: '.input.yaml' } as const;

const limits = {
  memoryLimit: 256 * 1024 * 1024,
  memoryKept: 8 * 1024 * 1024,
  inputLimit: 16 * 1024 * 1024,
  warmUp: 0,
} as const;

let known: { readonly key: string; readonly project: LoadedProject } | undefined;

/** Checks and compiles the files, or gives what came of the same ones before. */
export async function loadFiles(files: ReadonlyMap<string, string>): Promise<LoadedProject> {
  const key = JSON.stringify([...files].filter(([path]) => !path.startsWith('.')));
  mountFiles(files);
  if (known?.key === key) return known.project;
  const began = performance.now();
  const origins = createOrigins();
  const project = await checkFiles('/', origins);
  const checkTime = performance.now() - began;
  const { programs, diagnostics } = project.result;
  const sound = programs !== undefined && programs.length > 0 && !hasErrors(diagnostics);
  const loaded = sound ? await load(programs, began, checkTime) : undefined;
  const result: LoadedProject = { project, origins, events: eventsOf(project), loaded };
  known = { key, project: result };
  return result;
}

async function load(programs: readonly CoreProgram[], began: number, checkTime: number): Promise<LoadedPolicy> {
  const compiled = compilePrograms(programs, { internal: 'keep' });
  const data = withTestKey(readData(programs), testHashKey);
  const { wasm, simd, map, streams, admission, surfaces, entrypoints } = compiled;
  const packages = programs.map((program) => program.package);
  const content = { wasm, simd, map, streams, admission, surfaces, entrypoints, data, packages };
  const files = new Map(bundleFiles(content).map(({ name, bytes }) => [name, bytes]));
  const bundle = readBundle(files);
  if (bundle.kind === 'problem') throw new Error(bundle.problem.message);
  const policy = await createPolicy(bundle.value, limits, () => undefined);
  if (policy.kind === 'problem') throw new Error(policy.problem.message);
  const rules = new Set(
    programs
      .flatMap(({ entrypoints: own }) => own.flatMap((entrypoint) => entrypoint.rules))
      .map(({ span, name }) => `${span.file.path}:${span.start}:${name}`),
  );
  const facts = { compileTime: performance.now() - began, checkTime, size: wasm.length, rules: rules.size };
  return { programs, policy: policy.value, data, facts };
}

function readData(programs: readonly CoreProgram[]): string {
  const texts = programs.flatMap(({ data }) =>
    data.map(({ path, file }) => ({ path, file, text: String(readFileSync(`/${file}`, 'utf8')) })),
  );
  const composed = composeDataDocument(texts);
  if (composed.kind === 'problem') throw new Error(composed.message);
  return composed.text;
}

/** The events that rules decide on, in the order of the policy; exchanges as they were on the wire behind them. */
function eventsOf({ result }: CheckedProject): readonly EventChoice[] {
  const kinds = new Map(result.model.surfaces.map(({ package: own, name, kind }) => [`${own} ${name}`, kind]));
  return (result.programs ?? []).flatMap(({ package: own, entrypoints }) =>
    entrypoints
      .filter(({ internal, rules }) => internal !== true && rules.length > 0)
      .map(({ name, surface, event }) => ({
        name: `${surface}.${event}${name.endsWith('/http') ? '/http' : ''}`,
        entrypoint: name,
        kind: kinds.get(`${own} ${surface}`) ?? '',
      })),
  );
}
