// What a gateway has to know of each surface to tell whose an exchange is, where it goes and who decides on it: plain data in a bundle.

import type { ProviderPlan } from './provider-plan.ts';

/** Name of the file in a bundle that has the plans: `{"version":1,"surfaces":[…]}`. */
export const surfacesFile = 'policy.surfaces.json';

/** One event of a surface that has rules. */
export interface EventPlan {
  /** `request` */
  readonly event: string;
  /** `shop/checkout/Chat/request` */
  readonly entrypoint: string;
  /** The entrypoint that takes the exchange as it was on the wire; none where no gateway sees the event in HTTP. */
  readonly exchange?: string;
  /** `unread`: neither its rules nor what becomes of a decision look into the body, so that it need not be there to decide. */
  readonly body: 'read' | 'unread';
}

/** What an agent may be told of a tool. */
export interface ToolPin {
  readonly server?: string;
  readonly name: string;
  readonly description: string;
  /** Of its arguments: JSON, keys sorted. */
  readonly schema: string;
}

/** One surface. */
export interface SurfacePlan {
  /** `shop.checkout.Chat` */
  readonly surface: string;
  /** `api`, `llm`, `mcp`, `k8s`, `net` or `data`. */
  readonly kind: string;
  /** Names that it answers at, in small letters. */
  readonly hosts: readonly string[];
  /** URLs of the service, as its OpenAPI document has them; with a scheme. */
  readonly addresses: readonly string[];
  /** Names of the servers of tools that it lists. */
  readonly servers: readonly string[];
  /** Tools as the policy's lists describe them: of a server, or of whichever; other descriptions are of other tools. */
  readonly tools: readonly ToolPin[];
  /** What its OpenAPI document describes: methods in capital letters, templates as `path.template` has them. */
  readonly routes: readonly { readonly method: string; readonly template: string }[];
  readonly default: 'allow' | 'deny';
  /** What becomes of an exchange that has not the shape of its event. */
  readonly onMalformed: 'block' | 'alert' | 'allow';
  /** Of a surface of models: those that may answer, in the order in which they are asked whose an exchange is. */
  readonly providers: readonly ProviderPlan[];
  readonly events: readonly EventPlan[];
}
