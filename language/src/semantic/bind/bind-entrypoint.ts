// All rules of one event to an entrypoint. Rules stand in order of file path and place; a rule's index is that order.

import type { CoreEntrypoint } from '../core.ts';
import type { Binding, Scope } from '../scope.ts';
import type { Declared, RuleDecl } from '../symbols.ts';
import { spanIn } from '../symbols.ts';
import type { EventScope, SurfaceEvent } from './bind-event.ts';
import { eventScope } from './bind-event.ts';
import { bindRule } from './bind-rule.ts';
import type { Binder } from './binder.ts';
import { httpAlias } from './http-alias.ts';
import { namespaceAnchor } from './namespace-anchor.ts';
import { fileScope } from './package-scope.ts';
import { reportCycles, ruleReferences } from './rule-references.ts';

/** The entrypoint of `event`: its rules on its own document. */
export function bindEntrypoint(
  binder: Binder,
  event: SurfaceEvent,
  options: { readonly rules: readonly Declared<RuleDecl>[] },
): CoreEntrypoint {
  const { rules } = options;
  const references = ruleReferences(rules);
  const anchor = event.surface.kind === 'k8s' ? namespaceAnchor(event) : undefined;
  const { settings } = event.surface;
  const byName = new Map<string, number>();
  for (const [index, { decl }] of rules.entries()) if (!byName.has(decl.name.text)) byName.set(decl.name.text, index);
  reportCycles(binder, rules, references);
  return {
    name: event.entrypoint,
    surface: event.surface.decl.name.text,
    surfaceKind: event.surface.kind,
    event: event.decl.name.text,
    at: event.at,
    input: event.record,
    ...(event.kinds ? { kinds: event.kinds.union } : {}),
    // The event of an API is the exchange as it was on the wire.
    ...(event.surface.kind === 'api' ? { aliases: [`${event.entrypoint}/http`, httpAlias(event.entrypoint)] } : {}),
    defaultDeny: settings.get('default') === 'deny',
    onMalformed: malformedAction(settings.get('on_malformed')),
    rules: rules.map((declared, index) => {
      const namesIn = (outer: Scope): EventScope =>
        eventScope(binder, event, { outer: rulesScope(binder, rules, { byName, outer }) });
      const names = namesIn(fileScope(binder, declared.unit));
      const { unit } = declared;
      return bindRule({ binder, unit, event, names, namesIn, rules, references, index, facts: new Map() }, anchor);
    }),
  };
}

function malformedAction(value: unknown): CoreEntrypoint['onMalformed'] {
  return value === 'alert' || value === 'allow' ? value : 'block';
}

/** The names of the event's rules over those of a file. A `defend` rule decides, it is no condition. */
function rulesScope(
  binder: Binder,
  rules: readonly Declared<RuleDecl>[],
  options: { readonly byName: ReadonlyMap<string, number>; readonly outer: Scope },
): Scope {
  const { byName, outer } = options;
  return {
    lookup: (name): Binding | undefined => {
      const index = byName.get(name);
      const declared = index === undefined ? undefined : rules[index];
      if (index === undefined || declared === undefined) return outer.lookup(name);
      const span = spanIn(declared.unit, declared.decl.name);
      if (declared.decl.kind === 'defend') return { kind: 'other', what: 'a `defend` rule', declared: span };
      binder.used.add(declared.decl);
      return { kind: 'rule', rule: index, name, declared: span };
    },
    names: function* () {
      for (const [name, index] of byName) if (rules[index]?.decl.kind !== 'defend') yield name;
      yield* outer.names();
    },
  };
}
