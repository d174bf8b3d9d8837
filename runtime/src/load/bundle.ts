// A bundle's files → what an enforcer needs of them: modules, entrypoints, data, revision.
//
// INVARIANT: manifest and data can be read in one way only, and the one module that the manifest names is there. Signature and
// WebAssembly are left to verify.ts and module.ts.

import { policyFile, simdFile, type AdmissionPlan, type StreamPlan, type SurfacePlan } from '../contract/index.ts';
import type { BundleFiles } from './archive.ts';
import { ok, problem } from './problem.ts';
import { readAdmission } from './read-admission.ts';
import { isObject, isTextList, parseStrictly } from './read-json.ts';
import { readStreams } from './read-streams.ts';
import { readSurfaces } from './read-surfaces.ts';
import type { Outcome } from './problem.ts';

export interface Bundle {
  /** Empty when the manifest names none. */
  readonly revision: string;
  readonly entrypoints: readonly string[];
  /** The module that runs everywhere. */
  readonly policy: Uint8Array;
  /** The same policy for hosts with SIMD128. */
  readonly simd: Uint8Array | undefined;
  /** JSON text of the data document, UTF-8. */
  readonly data: Uint8Array;
  /** How responses that stream are decided on. */
  readonly streams: readonly StreamPlan[];
  /** The entrypoints that decide on AdmissionReviews, and what they need. */
  readonly admission: readonly AdmissionPlan[];
  /** Whose exchanges are whose, for a gateway. */
  readonly surfaces: readonly SurfacePlan[];
}

/** Checks manifest and data, finds the modules. */
export function readBundle(files: BundleFiles): Outcome<Bundle> {
  const manifest = readManifest(files);
  if (manifest.kind === 'problem') return manifest;
  const data = readData(files);
  if (data.kind === 'problem') return data;
  const streams = readStreams(files);
  if (streams.kind === 'problem') return streams;
  const admission = readAdmission(files);
  if (admission.kind === 'problem') return admission;
  const surfaces = readSurfaces(files);
  if (surfaces.kind === 'problem') return surfaces;
  const policy = files.get(manifest.value.module);
  if (policy === undefined) {
    return problem('missing_policy', `the bundle has no \`${manifest.value.module}\`, which its manifest names`);
  }
  const simd = manifest.value.module === policyFile ? files.get(simdFile) : undefined;
  return ok({
    revision: manifest.value.revision,
    entrypoints: manifest.value.entrypoints,
    policy,
    simd,
    data: data.value,
    streams: streams.value,
    admission: admission.value,
    surfaces: surfaces.value,
  });
}

interface Manifest {
  readonly revision: string;
  readonly entrypoints: readonly string[];
  readonly module: string;
}

const bad = (message: string): Outcome<never> => problem('bad_manifest', message);

function readManifest(files: BundleFiles): Outcome<Manifest> {
  const bytes = files.get('.manifest');
  if (bytes === undefined)
    return bad('the bundle has no `.manifest`: `rdpc compile` writes a bundle.tar.gz that has one');
  const value = parseStrictly(bytes);
  if (!isObject(value)) return bad('`.manifest` is not a JSON object, or has a key twice');
  const { revision = '', roots = [''], wasm = [] } = value;
  if (typeof revision !== 'string') return bad('`revision` in `.manifest` is not a string');
  if (!isTextList(roots)) return bad('`roots` in `.manifest` is not a list of strings');
  if (!Array.isArray(wasm) || !wasm.every(isResolver)) return bad('`wasm` in `.manifest` is not a list of entrypoints');
  const modules = [...new Set(wasm.map((resolver) => resolver.module.replace(/^\/+/, '')))];
  const [module, ...others] = modules;
  if (module === undefined) return problem('missing_policy', 'the manifest names no WebAssembly module');
  if (others.length > 0) return bad('the manifest names more than one WebAssembly module');
  const entrypoints = wasm.map((resolver) => resolver.entrypoint);
  const stray = entrypoints.find((entrypoint) => !roots.some((root) => contains(root, entrypoint)));
  if (stray !== undefined) return bad(`the entrypoint \`${stray}\` is outside of the bundle's roots`);
  return ok({ revision, entrypoints, module });
}

function readData(files: BundleFiles): Outcome<Uint8Array> {
  for (const name of files.keys()) {
    const base = name.slice(name.lastIndexOf('/') + 1);
    if (base === 'patch.json') return problem('bad_data', 'this is a delta bundle, which cannot carry a policy');
    if (/^data\.ya?ml$/.test(base) || (base === 'data.json' && base !== name)) {
      return problem('bad_data', `data is read from \`data.json\` at the top of a bundle, not from \`${name}\``);
    }
  }
  const data = files.get('data.json') ?? new TextEncoder().encode('{}');
  return isObject(parseStrictly(data))
    ? ok(data)
    : problem('bad_data', '`data.json` is not a JSON object, or has a key twice');
}

function isResolver(value: unknown): value is { readonly entrypoint: string; readonly module: string } {
  return isObject(value) && typeof value['entrypoint'] === 'string' && typeof value['module'] === 'string';
}

function contains(root: string, entrypoint: string): boolean {
  const prefix = root.replace(/^\/+|\/+$/g, '');
  return prefix === '' || entrypoint === prefix || entrypoint.startsWith(`${prefix}/`);
}
