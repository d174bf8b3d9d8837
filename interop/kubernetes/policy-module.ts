// A policy → its programs, and what its module decides on the bytes of an AdmissionReview.

import { createEnforcer, bytesSource, type Decision } from '@rdp/runtime';
import type { CoreProgram, Model } from '@rdp/language';
import { buildBundle } from '../../compiler/src/cli/build-bundle.ts';
import { checkFiles } from '../../compiler/src/cli/check-files.ts';
import type { KubernetesObject } from './client.ts';

export interface PolicyModule {
  readonly programs: readonly CoreProgram[];
  readonly model: Model;
  /** Folder of the sources. */
  readonly root: string;
  /** Decides by the entrypoint; the namespace is put in as the enforcer does. */
  readonly decide: (entrypoint: string, review: Uint8Array, namespace: KubernetesObject | undefined) => Decision;
  readonly close: () => void;
}

/** Compiles the policy at `path`; throws when it has faults. */
export async function loadPolicyModule(path: string): Promise<PolicyModule> {
  const { result, root } = await checkFiles(path);
  const { programs, model, diagnostics } = result;
  if (programs === undefined) throw new Error(`${path}: ${diagnostics.map(({ message }) => message).join('; ')}`);
  const { bundle } = await buildBundle(programs, { root, revision: undefined, signing: undefined });
  const enforcer = createEnforcer({ source: bytesSource(bundle) });
  const loaded = await enforcer.ready;
  if (loaded.kind !== 'ok') throw new Error(`${path}: ${JSON.stringify(loaded)}`);
  return {
    programs,
    model,
    root,
    close: () => enforcer.close(),
    decide: (entrypoint, review, namespace) =>
      JSON.parse(enforcer.decideText(entrypoint, withNamespace(review, namespace))) as Decision, // what the contract says
  };
}

function withNamespace(review: Uint8Array, namespaceObject: KubernetesObject | undefined): Uint8Array {
  if (namespaceObject === undefined) return review;
  const document = JSON.parse(new TextDecoder().decode(review)) as { readonly request: object }; // an AdmissionReview
  const request = { ...document.request, namespaceObject };
  return new TextEncoder().encode(JSON.stringify({ ...document, request }));
}
