// An inventory and what policies declare → a graph of who uses what: workloads, APIs, tools, models, providers, stores and hosts, with
// what was seen of each and how much there is to look at.
//
// INVARIANT: every node and edge stands on sightings or on a declaration, and says which.

import type { Asset, FieldValue, InventoryState, Sighting } from '../inventory/state.ts';
import { mergeSightings } from '../inventory/state.ts';
import { providerAt, statusOf, type Declared, type Status } from './declared.ts';
import type { Blueprint, BlueprintEdge, BlueprintPart, NodeKind } from './blueprint.ts';
import { riskOf } from './risk.ts';

/** What is gathered of a node before its risk is known. */
interface Draft {
  readonly kind: NodeKind;
  readonly label: string;
  status: Status;
  seen: Sighting | undefined;
  readonly parts: Map<string, BlueprintPart>;
}

/** The graph. */
export function blueprintOf({ assets, flows }: InventoryState, declared: Declared): Blueprint {
  const drafts = new Map<string, Draft>();
  const edges = new Map<string, BlueprintEdge>();
  const node = (kind: NodeKind, label: string, status: Status, seen: Sighting | undefined): string => {
    const id = `${kind}:${label}`;
    const known = drafts.get(id);
    if (known === undefined) drafts.set(id, { kind, label, status, seen, parts: new Map() });
    else {
      known.status = graver(known.status, status);
      known.seen = both(known.seen, seen);
    }
    return id;
  };
  const edge = (from: string | undefined, to: string | undefined, seen: Sighting): void => {
    if (from === undefined || to === undefined || from === to) return;
    const key = JSON.stringify([from, to]);
    const known = edges.get(key);
    edges.set(key, { from, to, seen: known === undefined ? seen : mergeSightings(known.seen, seen) });
  };
  const part = (id: string, label: string, status: Status, seen: Sighting | undefined): void => {
    const parts = drafts.get(id)?.parts;
    const known = parts?.get(label);
    parts?.set(label, { label, status: graver(known?.status ?? status, status), seen: both(known?.seen, seen) });
  };
  const workload = (name: FieldValue | undefined, seen: Sighting): string | undefined =>
    typeof name === 'string' && name !== '' ? node('workload', name, 'observed', seen) : undefined;

  for (const { hosts, method, template } of declared.routes) {
    const id = node('api', hosts[0] ?? 'api', 'declared', undefined);
    part(id, `${method} ${template}`, 'declared', undefined);
  }
  for (const name of declared.servers) node('tools', name, 'declared', undefined);
  for (const { name } of declared.providers) node('provider', name, 'declared', undefined);
  for (const asset of assets) place(asset);
  for (const flow of flows) {
    const target = flow.to.includes('/') ? 'workload' : 'host';
    const provider = providerAt(flow.to, declared);
    const to =
      provider === undefined ? node(target, flow.to, 'observed', flow) : node('provider', provider, 'observed', flow);
    edge(workload(flow.from, flow), to, flow);
  }

  function place(asset: Asset): void {
    const status = statusOf(asset, declared);
    const { kind, fields } = asset;
    const text = (name: string): string => (typeof fields[name] === 'string' ? fields[name] : '');
    switch (kind) {
      case 'api.endpoint': {
        const host = text('host') || declared.routes.find(({ hosts }) => hosts.length > 0)?.hosts[0] || 'api';
        const id = node('api', host, 'observed', asset);
        part(id, `${text('method')} ${text('path')}`, status, asset);
        return edge(workload(fields['caller'], asset), id, asset);
      }
      case 'ai.model': {
        const model = node('model', `${text('provider')}/${text('model')}`, status, asset);
        edge(workload(fields['workload'], asset), model, asset);
        return edge(model, node('provider', text('provider') || 'unknown', status, asset), asset);
      }
      case 'ai.endpoint': {
        const provider = providerAt(text('host'), declared);
        const id = node('provider', provider ?? text('host'), status, asset);
        return edge(workload(fields['workload'], asset), id, asset);
      }
      case 'mcp.server':
        return edge(workload(fields['workload'], asset), node('tools', text('name'), status, asset), asset);
      case 'mcp.tool': {
        const id = node('tools', text('server'), status, asset);
        part(id, text('name'), status, asset);
        return edge(workload(fields['workload'], asset), id, asset);
      }
      case 'data.store':
        return edge(workload(fields['workload'], asset), node('store', text('name'), status, asset), asset);
      case 'net.destination':
        return edge(workload(fields['workload'], asset), node('host', text('host'), status, asset), asset);
      case 'k8s.workload': {
        const name = [text('namespace'), text('name')].filter((word) => word !== '').join('/');
        node('workload', name, status, asset);
        return;
      }
      default: {
        const values = Object.entries(fields).filter(([name]) => name !== 'workload');
        const id = node('other', `${kind} ${values.map(([, value]) => String(value)).join(' ')}`, status, asset);
        return edge(workload(fields['workload'], asset), id, asset);
      }
    }
  }

  const nodes = [...drafts].map(([id, { parts, ...draft }]) => ({
    id,
    ...draft,
    parts: [...parts.values()].toSorted((a, b) => (a.label < b.label ? -1 : 1)),
  }));
  return {
    nodes: nodes
      .map((draft) => ({ ...draft, risk: riskOf(draft, [...edges.values()]) }))
      .toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    edges: [...edges.values()].toSorted((a, b) => (a.from + a.to < b.from + b.to ? -1 : 1)),
  };
}

/** What is seen is more than declared; what nobody declared is worse. */
const gravity: readonly Status[] = ['declared', 'observed', 'ghost', 'shadow'];

function graver(left: Status, right: Status): Status {
  return gravity.indexOf(right) > gravity.indexOf(left) ? right : left;
}

function both(left: Sighting | undefined, right: Sighting | undefined): Sighting | undefined {
  return left === undefined || right === undefined ? (left ?? right) : mergeSightings(left, right);
}
