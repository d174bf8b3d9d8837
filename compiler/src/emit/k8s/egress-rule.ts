// A rule about connections → what a network policy can say of it: the names that may be reached while everything else may not, or the
// addresses that may not. Anything else is refused with the reason; nothing is said in part.
//
// A condition is read as a conjunction. Of `block when A && !B && !C` the positive parts say which workloads are meant, the negated
// ones which destinations are let through: what is blocked is the rest.

import type { CoreExpr, CoreRule } from '@rdp/language';

/** Names of hosts: one, or all below one, with any number of labels ahead of it. */
export interface HostNames {
  readonly kind: 'exact' | 'below';
  /** Small letters, no final dot. */
  readonly name: string;
}

/** What a rule asks of the network. */
export type EgressRule =
  | {
      readonly kind: 'allow-names';
      readonly names: readonly HostNames[];
      /** Workloads of the cluster may be reached as well. */
      readonly cluster: boolean;
      /** The namespaces whose workloads are meant; empty means all. */
      readonly namespaces: readonly string[];
    }
  | { readonly kind: 'deny-addresses'; readonly networks: readonly string[]; readonly namespaces: readonly string[] }
  /** One line, lower-case, no final stop. */
  | { readonly kind: 'refused'; readonly reason: string; /** This version lacks it. */ readonly absent?: true };

/** Reads a rule on `connection`. */
export function egressRule(rule: CoreRule): EgressRule {
  const { action, condition, exemptions, finds, scores } = rule;
  if (action?.kind === 'quarantine') {
    return {
      ...refused('this version has nothing that sees connections, so nobody sets the label of the quarantine'),
      absent: true,
    };
  }
  if (action === undefined) return refused('a network policy reports nothing');
  if (action.kind !== 'block') return refused(`a network policy cannot \`${action.kind}\``);
  if (exemptions.length > 0) return refused('a network policy has no exemptions');
  if (finds.length > 0 || scores.length > 0)
    return refused('a network policy looks for no patterns and adds no scores');
  if (condition === undefined) return { kind: 'allow-names', names: [], cluster: false, namespaces: [] };
  const namespaces: string[] = [];
  const names: HostNames[] = [];
  const networks: string[] = [];
  let cluster = false;
  for (const part of conjunction(condition, true)) {
    const read = readPart(part);
    switch (read.kind) {
      case 'namespaces':
        if (namespaces.length > 0) return refused('a network policy cannot ask twice for the namespace');
        namespaces.push(...read.values);
        break;
      case 'names':
        names.push(...read.names);
        break;
      case 'networks':
        networks.push(...read.networks);
        break;
      case 'cluster':
        cluster = true;
        break;
      case 'refused':
        return read;
    }
  }
  if (networks.length === 0) return { kind: 'allow-names', names: unique(names), cluster, namespaces };
  if (names.length > 0 || cluster) return refused('a network policy cannot deny addresses but for some names');
  return { kind: 'deny-addresses', networks: [...new Set(networks)].toSorted(), namespaces };
}

interface Part {
  readonly expr: CoreExpr;
  readonly holds: boolean;
}

/** The parts that all have to hold. */
function conjunction(expr: CoreExpr, holds: boolean): readonly Part[] {
  if (expr.op === 'not') return conjunction(expr.of, !holds);
  if (expr.op === (holds ? 'and' : 'or')) {
    return [...conjunction(expr.left, holds), ...conjunction(expr.right, holds)];
  }
  return [{ expr, holds }];
}

type Read =
  | { readonly kind: 'namespaces'; readonly values: readonly string[] }
  | { readonly kind: 'names'; readonly names: readonly HostNames[] }
  | { readonly kind: 'networks'; readonly networks: readonly string[] }
  | { readonly kind: 'cluster' }
  | { readonly kind: 'refused'; readonly reason: string };

function readPart({ expr, holds }: Part): Read {
  const membership = membershipOf(expr);
  if (membership !== undefined) {
    const { path, values } = membership;
    if (path === 'source.namespace' && holds) return { kind: 'namespaces', values };
    if (path === 'destination.workload' && holds && values.length === 1 && values[0] === '') return { kind: 'cluster' };
    if (path === 'destination.ip' && holds) return readNetworks(values);
    if (path === 'destination.host' && !holds) return readNames(values.map((name) => ({ kind: 'exact', name })));
    if (path === 'destination.host') return refused('a network policy denies no names, it only allows them');
    return refused(`a network policy cannot ask for \`${holds ? '' : '!'}${path}\` in this way`);
  }
  const names = namesOf(expr);
  if (names === undefined) return refused('a network policy knows hosts, addresses and namespaces in lists alone');
  return holds ? refused('a network policy denies no names, it only allows them') : readNames(names);
}

/** `field == "a"` or `field in ["a", "b"]`. */
function membershipOf(expr: CoreExpr): { readonly path: string; readonly values: readonly string[] } | undefined {
  if (expr.op === 'in-set') {
    const path = pathOf(expr.value);
    const values = expr.set.flatMap((value) => (value.kind === 'string' ? [value.value] : []));
    return path !== undefined && values.length === expr.set.length ? { path, values } : undefined;
  }
  if (expr.op !== 'equal') return undefined;
  const [field, other] = pathOf(expr.left) === undefined ? [expr.right, expr.left] : [expr.left, expr.right];
  const path = pathOf(field);
  const value = textOf(other);
  return path === undefined || value === undefined ? undefined : { path, values: [value] };
}

/** The hosts that an expression is true of: an ending, or the hosts of providers. */
function namesOf(expr: CoreExpr): readonly HostNames[] | undefined {
  if (expr.op === 'call' && expr.builtin === 'string_ends_with') {
    const [of, ending] = expr.args;
    const text = ending === undefined ? undefined : textOf(ending);
    return of !== undefined && pathOf(of) === 'destination.host' && text?.startsWith('.') === true
      ? [{ kind: 'below', name: text.slice(1) }]
      : undefined;
  }
  // `provider_of(host) != none`: a table of names, then endings.
  if (expr.op !== 'is-some' || expr.of.op !== 'let' || expr.of.value.op !== 'lookup') return undefined;
  const { value: lookup, body } = expr.of;
  if (pathOf(lookup.key) !== 'destination.host' || body.op !== 'if' || body.condition.op !== 'is-some')
    return undefined;
  const endings = endingsOf(body.else);
  return endings === undefined
    ? undefined
    : [...[...lookup.table.keys()].map((name): HostNames => ({ kind: 'exact', name })), ...endings];
}

function endingsOf(expr: CoreExpr): readonly HostNames[] | undefined {
  if (expr.op === 'const' && expr.value.kind === 'none') return [];
  if (expr.op !== 'if') return undefined;
  const own = namesOf(expr.condition);
  const others = endingsOf(expr.else);
  return own === undefined || others === undefined ? undefined : [...own, ...others];
}

function readNames(names: readonly HostNames[]): Read {
  if (names.some(({ name }) => name === '')) {
    return refused('a network policy cannot tell connections without a name from others');
  }
  const wrong = names.find(
    ({ name }) => !/^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/u.test(name),
  );
  return wrong === undefined ? { kind: 'names', names } : refused(`\`${wrong.name}\` is no name of a host`);
}

function readNetworks(addresses: readonly string[]): Read {
  const networks = addresses.map((address) => {
    if (/^\d{1,3}(\.\d{1,3}){3}$/u.test(address)) return `${address}/32`;
    return /^[0-9a-f:]+$/u.test(address) && address.includes(':') ? `${address}/128` : undefined;
  });
  const known = networks.flatMap((network) => network ?? []);
  return known.length === addresses.length
    ? { kind: 'networks', networks: known }
    : refused('a network policy cannot tell connections without an address from others');
}

/** `destination.host` of `input.destination.host`. */
function pathOf(expr: CoreExpr): string | undefined {
  if (expr.op !== 'field') return undefined;
  if (expr.of.op === 'input') return expr.field.name;
  const outer = pathOf(expr.of);
  return outer === undefined ? undefined : `${outer}.${expr.field.name}`;
}

function textOf(expr: CoreExpr): string | undefined {
  return expr.op === 'const' && expr.value.kind === 'string' ? expr.value.value : undefined;
}

/** Sorted, without what stands twice. */
function unique(names: readonly HostNames[]): readonly HostNames[] {
  const byText = new Map(names.map((name) => [`${name.kind} ${name.name}`, name]));
  return [...byText.keys()].toSorted().flatMap((key) => byText.get(key) ?? []);
}

function refused(reason: string): { readonly kind: 'refused'; readonly reason: string } {
  return { kind: 'refused', reason };
}

/** A host of a provider, `*.` ahead of it for all below. */
export function hostNames(host: string): HostNames {
  return host.startsWith('*.') ? { kind: 'below', name: host.slice(2) } : { kind: 'exact', name: host };
}
