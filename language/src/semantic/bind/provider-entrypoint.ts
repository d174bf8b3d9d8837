// A provider's mapping put to work: an entrypoint that takes the wire format (`{"body": …}`) and decides as the event's own
// does. For tests of recorded calls; and a check of every mapping in the file that declares it.

import type { ProviderDecl } from '../../syntax/ast.ts';
import type { CoreEntrypoint, CoreExpr } from '../core.ts';
import { unknownValue } from '../infer/context.ts';
import type { Declared, FileUnit, RuleDecl } from '../symbols.ts';
import type { Field, RecordType } from '../types.ts';
import { bindEntrypoint } from './bind-entrypoint.ts';
import type { SurfaceEvent } from './bind-event.ts';
import { bindMapping } from './bind-provider.ts';
import { bindRecord } from './bind-record.ts';
import type { TestProvider } from './bind-test.ts';
import type { Binder } from './binder.ts';
import { didYouMean, report } from './binder.ts';
import { findPackage } from './load-packages.ts';
import { fileScope } from './package-scope.ts';

const bodyField: Field = {
  name: 'body',
  wire: 'body',
  type: { kind: 'dyn' },
  presence: 'required',
  doc: 'The JSON body of the call, as it was on the wire.',
};

/** The record of a recorded call. */
function wireRecord(name: string): RecordType {
  const fields = new Map([['body', bodyField]]);
  return { name, doc: '', fields: () => fields };
}

/** The entrypoint `…/as/<provider>`, of an event that the provider maps. */
export function bindProviderEntrypoint(
  binder: Binder,
  options: {
    readonly name: string;
    readonly event: SurfaceEvent;
    readonly provider: TestProvider;
    readonly rules: readonly Declared<RuleDecl>[];
  },
): CoreEntrypoint {
  const { event, provider, rules, name } = options;
  const input = wireRecord(`${event.record.name}.wire`);
  const root: CoreExpr = { op: 'input', type: { kind: 'record', record: input } };
  const body: CoreExpr = { op: 'field', of: root, field: bodyField, type: bodyField.type };
  const mapping = { ...provider.found, event: event.decl.name.text, record: event.record, body };
  // Each use has its own locals, so each use maps its field anew.
  const source = (field: Field): CoreExpr =>
    bindMapping(binder, { ...mapping, only: field.name })?.get(field.name) ?? unknownValue;
  return bindEntrypoint(binder, event, { rules, mapped: { name, input, source } });
}

/** Checks the mappings of a provider against the events of `llm`. */
export function checkMappings(binder: Binder, decl: ProviderDecl, unit: FileUnit): void {
  const library = findPackage(binder, 'std.llm');
  const events = (library?.declared ?? []).flatMap(({ decl: event, unit: home }) =>
    event.kind === 'event' ? [{ event, home }] : [],
  );
  for (const mapping of decl.mappings) {
    if (mapping.event.text === '') continue;
    const found = events.find(({ event }) => event.name.text === mapping.event.text);
    if (found === undefined) {
      const known = events.map(({ event }) => event.name.text);
      const holes = { name: mapping.event.text, kind: 'llm', known: known.map((name) => `\`${name}\``).join(', ') };
      report(binder, 'unknown-event', { unit, node: mapping.event }, holes, didYouMean(unit, mapping.event, known));
      continue;
    }
    const { event, home } = found;
    const scope = fileScope(binder, home);
    const record = bindRecord(binder, {
      unit: home,
      name: event.name.text,
      doc: event.doc,
      fields: event.fields,
      scope,
    });
    const body: CoreExpr = { op: 'local', id: binder.nextLocal++, type: { kind: 'dyn' } };
    bindMapping(binder, { decl, unit, event: event.name.text, record, body });
  }
}
