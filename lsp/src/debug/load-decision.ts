// What a debugger is asked to look at → the trace of the decision, or why there is none.

import { resolve } from 'node:path';
import { traceDecision, type Trace } from '@rdp/compiler';
import { buildBundle, checkFiles, CommandFault, readInputs, withTestKey } from '@rdp/compiler/tools';
import { createOrigins, hasErrors, renderShort, type Model } from '@rdp/language';

/** The arguments of `launch`. */
export interface DecisionToDebug {
  /** A policy, or a folder with policies. */
  readonly program: string;
  /** `Chat.request` */
  readonly event: string;
  /** The document's file: JSON, YAML, manifests of Kubernetes. */
  readonly input: string;
  /** Which of several documents in it, from 0. */
  readonly document: number;
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE';
  readonly showSensitive: 'mask' | 'show';
}

export type LoadedDecision =
  | { readonly kind: 'decision'; readonly trace: Trace; /** Absolute. */ readonly root: string }
  | { readonly kind: 'fault'; readonly message: string };

/** Reads, checks and decides. */
export async function loadDecision(asked: DecisionToDebug): Promise<LoadedDecision> {
  try {
    const origins = createOrigins();
    const { root, result } = await checkFiles(asked.program, origins);
    const { programs, diagnostics, model } = result;
    if (programs === undefined || hasErrors(diagnostics)) {
      const errors = diagnostics.filter(({ severity }) => severity === 'error');
      return fault(`the policy has errors:\n${errors.map((diagnostic) => renderShort(diagnostic)).join('\n')}`);
    }
    const found = findEvent(model, asked.event);
    const known = programs.flatMap(({ entrypoints }) =>
      entrypoints.flatMap(({ name, aliases = [] }) => [name, ...aliases]),
    );
    if (found === undefined || !known.includes(found.entrypoint))
      return fault(`no rule of this policy is on \`${asked.event}\``);
    const form =
      found.kind === 'k8s'
        ? ({ kind: 'admission', operation: asked.operation } as const)
        : ({ kind: 'document', keys: [] } as const);
    const documents = await readInputs(resolve(asked.input), form);
    const input = documents[asked.document];
    if (input === undefined) return fault(`\`${asked.input}\` has ${documents.length} documents`);
    const { data } = await buildBundle(programs, { root, revision: undefined, signing: undefined });
    const trace = traceDecision({
      programs,
      origins,
      entrypoint: found.entrypoint,
      input,
      data: JSON.parse(withTestKey(data)),
      sensitive: asked.showSensitive,
    });
    return { kind: 'decision', trace, root };
  } catch (error) {
    if (error instanceof CommandFault) return fault(error.detail.message);
    throw error;
  }
}

function fault(message: string): LoadedDecision {
  return { kind: 'fault', message };
}

function findEvent(model: Model, event: string): { readonly entrypoint: string; readonly kind: string } | undefined {
  for (const { name, kind, events } of model.surfaces)
    for (const one of events) {
      if (event === `${name}.${one.name}` || event === one.entrypoint) return { entrypoint: one.entrypoint, kind };
      if (event === `${name}.${one.name}/http`) return { entrypoint: `${one.entrypoint}/http`, kind };
    }
  return undefined;
}
