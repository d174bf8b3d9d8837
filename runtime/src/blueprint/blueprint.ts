// The graph of what was discovered, as plain data.

import type { Sighting } from '../inventory/state.ts';
import type { Status } from './declared.ts';

export type NodeKind = 'workload' | 'api' | 'tools' | 'model' | 'provider' | 'store' | 'host' | 'other';

/** One thing on the page. Parts are what it consists of: endpoints of an API, tools of a server. */
export interface BlueprintNode {
  /** `model:openai/gpt-5.2` */
  readonly id: string;
  readonly kind: NodeKind;
  readonly label: string;
  readonly status: Status;
  readonly seen: Sighting | undefined;
  readonly parts: readonly BlueprintPart[];
  readonly risk: Risk;
}

export interface BlueprintPart {
  /** `GET /v1/orders`, `get_order` */
  readonly label: string;
  readonly status: Status;
  readonly seen: Sighting | undefined;
}

export interface BlueprintEdge {
  readonly from: string;
  readonly to: string;
  readonly seen: Sighting;
}

export interface Blueprint {
  /** Sorted by id. */
  readonly nodes: readonly BlueprintNode[];
  readonly edges: readonly BlueprintEdge[];
}

/** How much there is to look at in a thing. */
export interface Risk {
  /** 0 to 100. */
  readonly points: number;
  /** In the order of their points. */
  readonly reasons: readonly string[];
}
