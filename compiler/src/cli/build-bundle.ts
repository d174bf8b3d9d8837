// From a checked project to everything that a compile writes, in memory. Faults of data files and keys end the command;
// nothing has been written by then.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CoreProgram } from '@rdp/language';
import { mapFile, policyFile, simdFile, type AdmissionPlan } from '@rdp/runtime/contract';
import { compilePrograms } from '../compile.ts';
import { bundleFiles, packBundle } from '../emit/bundle.ts';
import { composeDataDocument } from '../emit/data-document.ts';
import { signBundle, type SigningAlgorithm } from '../emit/sign-bundle.ts';
import { assertReadable } from './confine-files.ts';
import { causeOf, refuse } from './faults.ts';

/** How a bundle is signed. */
export interface Signing {
  /** Path of the private key, or of the secret. */
  readonly key: string;
  readonly algorithm: SigningAlgorithm;
  readonly keyId: string;
  readonly scope: string | undefined;
}

export interface BuildOptions {
  readonly root: string;
  readonly revision: string | undefined;
  readonly signing: Signing | undefined;
  /** Entrypoints that only tests ask; left out unless said. */
  readonly internal?: 'keep' | 'omit';
}

/** The files of the output directory. */
export interface Built {
  readonly files: ReadonlyMap<string, Uint8Array | string>;
  readonly bundle: Uint8Array;
  /** What an admission server has to know of it. */
  readonly admission: readonly AdmissionPlan[];
  readonly entrypoints: readonly string[];
  readonly data: string;
}

/** Compiles programs that have no errors. */
export async function buildBundle(programs: readonly CoreProgram[], options: BuildOptions): Promise<Built> {
  const compiled = compilePrograms(programs, { internal: options.internal ?? 'omit' });
  const data = readData(programs, options.root);
  const content = bundleFiles({
    wasm: compiled.wasm,
    simd: compiled.simd,
    map: compiled.map,
    streams: compiled.streams,
    admission: compiled.admission,
    surfaces: compiled.surfaces,
    entrypoints: compiled.entrypoints,
    data,
    packages: programs.map((program) => program.package),
    ...(options.revision === undefined ? {} : { revision: options.revision }),
  });
  const bundle = packBundle(options.signing === undefined ? content : await sign(content, options.signing));
  return {
    files: new Map<string, Uint8Array | string>([
      [policyFile, compiled.wasm],
      [simdFile, compiled.simd],
      [mapFile, compiled.map],
      ['bundle.tar.gz', bundle],
    ]),
    bundle,
    admission: compiled.admission,
    entrypoints: compiled.entrypoints,
    data,
  };
}

async function sign(files: ReturnType<typeof bundleFiles>, signing: Signing): Promise<ReturnType<typeof bundleFiles>> {
  const { key: path, algorithm, keyId, scope } = signing;
  let key: string;
  try {
    key = readFileSync(path, 'utf8');
  } catch (error) {
    return refuse(`cannot read the key \`${path}\`: ${causeOf(error)}`, 'name a private key as PEM (PKCS #8) or JWK');
  }
  const signed = await signBundle(files, { key, algorithm, keyId, ...(scope === undefined ? {} : { scope }) });
  return signed.kind === 'signed'
    ? signed.files
    : refuse(`cannot sign with \`${path}\`: ${signed.message}`, 'see --signing-alg');
}

function readData(programs: readonly CoreProgram[], root: string): string {
  const texts = programs.flatMap(({ data }) =>
    data.map(({ path, file }) => {
      try {
        assertReadable(join(root, file));
        return { path, file, text: readFileSync(join(root, file), 'utf8') };
      } catch (error) {
        return refuse(`cannot read the data file \`${file}\`: ${causeOf(error)}`, 'a policy names it in a `data` line');
      }
    }),
  );
  const composed = composeDataDocument(texts);
  return composed.kind === 'document' ? composed.text : refuse(composed.message);
}
