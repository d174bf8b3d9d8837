// A provider's mapping put to work: the event's record from the JSON body of a call. `…/as/<provider>` decides on `{"body": …}`
// as the event's own entrypoint does on the event: for tests of recorded calls. And a check of every mapping in the file that
// declares it.

import type { ProviderDecl } from '../../syntax/ast.ts';
import type { CoreEntrypoint, CoreExpr } from '../core.ts';
import { unknownValue } from '../infer/context.ts';
import { stringType } from '../relate-types.ts';
import type { FileUnit } from '../symbols.ts';
import type { Field, RecordType } from '../types.ts';
import type { SurfaceEvent } from './bind-event.ts';
import { fieldType } from './bind-event.ts';
import type { FoundProvider, MappedExchange } from './bind-provider.ts';
import { bindMapping } from './bind-provider.ts';
import { bindRecord } from './bind-record.ts';
import type { TestProvider } from './bind-test.ts';
import type { Binder } from './binder.ts';
import { didYouMean, report } from './binder.ts';
import { findPackage } from './load-packages.ts';
import { fileScope } from './package-scope.ts';

/** The JSON body of a call. */
export const bodyField: Field = {
  name: 'body',
  wire: 'body',
  type: { kind: 'dyn' },
  presence: 'required',
  doc: 'The JSON body of the call, as it was on the wire; a string where it is no JSON.',
};

/** The record of a document that is no event. */
export function wireRecord(name: string, fields: readonly Field[]): RecordType {
  const byName = new Map(fields.map((field) => [field.name, field]));
  return { name, doc: '', fields: () => byName };
}

/** What `prepare` reads: a field of the document. */
export function wireField(input: RecordType, field: Field): CoreExpr {
  return { op: 'field', of: { op: 'input', type: { kind: 'record', record: input } }, field, type: fieldType(field) };
}

/** The entrypoint `name` (`…/as/<provider>`), with the rules of the event's own. */
export function bindProviderEntrypoint(
  binder: Binder,
  plain: CoreEntrypoint,
  options: { readonly name: string; readonly event: SurfaceEvent; readonly provider: TestProvider },
): CoreEntrypoint {
  const { name, event, provider } = options;
  const input = wireRecord(`${event.record.name}.wire`, [bodyField]);
  const exchange = { body: wireField(input, bodyField), path: noText };
  const established = new Map([['provider', textConst(provider.found.decl.name.text)]]);
  const prepare = (): CoreExpr => mappedRecord(binder, { event, found: provider.found, exchange, established });
  return { ...plain, name, at: [], input, prepare, internal: true };
}

/** The event's record as `found` maps it from an exchange; `established` is known without its body. */
export function mappedRecord(
  binder: Binder,
  options: {
    readonly event: SurfaceEvent;
    readonly found: FoundProvider;
    readonly exchange: MappedExchange;
    readonly established: ReadonlyMap<string, CoreExpr>;
  },
): CoreExpr {
  const { event, found, exchange, established } = options;
  const { record } = event;
  const mapped = bindMapping(binder, { ...found, event: event.decl.name.text, record, exchange });
  const fields = new Map(
    [...record.fields().keys()].map((name) => [name, established.get(name) ?? mapped?.get(name) ?? unknownValue]),
  );
  return { op: 'record', record, fields, type: { kind: 'record', record } };
}

const textConst = (value: string): CoreExpr => ({ op: 'const', value: { kind: 'string', value }, type: stringType });

const noText = textConst('');

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
    bindMapping(binder, { decl, unit, event: event.name.text, record, exchange: { body, path: noText } });
  }
}
