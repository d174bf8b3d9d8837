// A compiled policy → an OPA bundle: a gzip tar that every OPA host reads, with our SIMD module and source map beside it.
//
// INVARIANT: same input, same bytes, on every machine: files in OPA's order, no time stamps, no owner, and a compressor that is
// part of the build rather than of the platform. Signing is left to sign-bundle, reading to the runtime.

import {
  admissionFile,
  mapFile,
  policyFile,
  signaturesFile,
  simdFile,
  streamsFile,
  surfacesFile,
  type AdmissionPlan,
  type StreamPlan,
  type SurfacePlan,
} from '@rdp/runtime/contract';
import { gzipSync } from 'fflate';

import { compareText } from './compare-text.ts';
import { writeTar } from './write-tar.ts';

/** One file of a bundle; `name` has no leading slash. */
export interface BundleFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface BundleContent {
  /** The scalar module, which every OPA host loads. */
  readonly wasm: Uint8Array;
  /** The same policy with SIMD128, for our runtime. */
  readonly simd?: Uint8Array;
  /** Text of `policy.map.json`. */
  readonly map: string;
  readonly streams?: readonly StreamPlan[];
  readonly admission?: readonly AdmissionPlan[];
  readonly surfaces?: readonly SurfacePlan[];
  /** Names of the module's entrypoints, as `shop/checkout/Chat/request`. */
  readonly entrypoints: readonly string[];
  /** JSON text of the data document, `{}` when the policy reads no data. */
  readonly data: string;
  /** The policy's packages with dots, as `shop.checkout`. */
  readonly packages: readonly string[];
  readonly revision?: string;
}

/** Written into each manifest; the same as in package.json. */
export const compilerVersion: string = '0.1.0';

/** A compiled policy as the bytes of an unsigned bundle. */
export function emitBundle(content: BundleContent): Uint8Array {
  return packBundle(bundleFiles(content));
}

/** The files of an unsigned bundle. */
export function bundleFiles(content: BundleContent): readonly BundleFile[] {
  const encoder = new TextEncoder();
  const simd = content.simd === undefined ? [] : [{ name: simdFile, bytes: content.simd }];
  const { streams = [], admission = [], surfaces = [] } = content;
  const reviews =
    admission.length === 0 ? [] : [{ name: admissionFile, bytes: encoder.encode(admissionText(admission)) }];
  const plans = streams.length === 0 ? [] : [{ name: streamsFile, bytes: encoder.encode(streamsText(streams)) }];
  const known = surfaces.length === 0 ? [] : [{ name: surfacesFile, bytes: encoder.encode(surfacesText(surfaces)) }];
  return [
    { name: 'data.json', bytes: encoder.encode(content.data) },
    { name: policyFile, bytes: content.wasm },
    ...simd,
    { name: mapFile, bytes: encoder.encode(content.map) },
    ...plans,
    ...reviews,
    ...known,
    { name: '.manifest', bytes: encoder.encode(JSON.stringify(manifest(content))) },
  ];
}

/** Text of `policy.streams.json`. */
export function streamsText(streams: readonly StreamPlan[]): string {
  return `${JSON.stringify({ version: 1, streams }, null, 1)}\n`;
}

/** Text of `policy.admission.json`. */
function admissionText(admission: readonly AdmissionPlan[]): string {
  return `${JSON.stringify({ version: 1, admission }, null, 1)}\n`;
}

/** Text of `policy.surfaces.json`. */
function surfacesText(surfaces: readonly SurfacePlan[]): string {
  return `${JSON.stringify({ version: 1, surfaces }, null, 1)}\n`;
}

/** Files as gzip tar, in OPA's order: data, modules, signature, manifest. Names get the leading slash that OPA writes. */
export function packBundle(files: readonly BundleFile[]): Uint8Array {
  const ordered = files.toSorted(
    (left, right) => rank(left.name) - rank(right.name) || compareText(left.name, right.name),
  );
  const archive = writeTar(ordered.map(({ name, bytes }) => ({ name: `/${name}`, bytes })));
  // Level 9 takes six times as long, and makes modules smaller by two percent.
  return gzipSync(archive, { level: 2, mem: 4, mtime: 0 });
}

function rank(name: string): number {
  const position = ['data.json', policyFile, simdFile, mapFile].indexOf(name);
  if (position >= 0) return position;
  if (name === '.manifest') return 6;
  return name === signaturesFile ? 5 : 4;
}

function manifest(content: BundleContent): unknown {
  return {
    revision: content.revision ?? '',
    roots: rootsOf(content.packages, JSON.parse(content.data)),
    wasm: content.entrypoints.map((entrypoint) => ({ entrypoint, module: `/${policyFile}` })),
    metadata: { rdp: { abi: '1.3', compiler: compilerVersion, decision: 1 } },
  };
}

/** What the bundle owns in OPA's document: its packages, and every place outside of them where its data stands. */
function rootsOf(packages: readonly string[], data: unknown): readonly string[] {
  const paths = packages.map((name) => name.replaceAll('.', '/'));
  const own = new Set(paths.filter((path) => !paths.some((other) => path.startsWith(`${other}/`))));
  return [...own, ...placesOutside(own, data, '')].toSorted(compareText);
}

function placesOutside(own: ReadonlySet<string>, data: unknown, parent: string): readonly string[] {
  if (typeof data !== 'object' || data === null) return [];
  return Object.entries(data).flatMap(([key, value]) => {
    const path = parent + key;
    if (own.has(path)) return [];
    const above = [...own].some((root) => root.startsWith(`${path}/`));
    return above ? placesOutside(own, value, `${path}/`) : [path];
  });
}
