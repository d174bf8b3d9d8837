// An entrypoint for admission → what its enforcer has to add to a review, read off what the module reads of it.

import type { CoreEntrypoint } from '@rdp/language';
import type { AdmissionPlan } from '@rdp/runtime/contract';
import type { IrEntrypoint } from './ir.ts';

/** The plans of the entrypoints that decide on AdmissionReviews. */
export function planAdmission(
  core: readonly CoreEntrypoint[],
  lowered: readonly IrEntrypoint[],
): readonly AdmissionPlan[] {
  const names = new Set(core.filter(isAdmission).map(({ name }) => name));
  return lowered.flatMap(({ name, input }) => {
    if (!names.has(name)) return [];
    const reads = input.fields.some(({ wire }) => wire === 'namespaceObject');
    return [{ entrypoint: name, namespaceObject: reads ? 'read' : 'unread' } as const];
  });
}

function isAdmission({ surfaceKind, event }: CoreEntrypoint): boolean {
  return surfaceKind === 'k8s' && event === 'admission';
}
