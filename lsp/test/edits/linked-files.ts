// A project of several policies that name each other, and documents: what random edits begin with.

/** A file of it, by its path in the folder. */
export interface LinkedFile {
  readonly path: string;
  readonly text: string;
}

/** Policies, in which edits are made. */
export const policies: readonly LinkedFile[] = [
  {
    path: 'chat.rdp',
    text: `/// What may go to models.
package shop

import std.owasp
import std.pii
import lists as other

surface Chat: llm {}

set hosts = ["a.example", "b.example"]
fn ours(host: string) -> bool = host in hosts || other.known(host)
pattern order = re"\\bORD-[0-9A-Z]{4}\\b" where luhn(match) { example "ORD-12AB" }
pattern both = order | other.ticket

/// Finds an order — “ß” 😀.
detect Found on Chat.request {
  severity high
  covers   owasp.llm.v2026.LLM02
  find     both, pii.email in prompts[*].text
  message  "{count} 😀 orders to {model}"
}
detect Mine on Chat.request { when model in hosts && prompts.exists(p, p.role == "user" && !ours(p.text)) }
defend Stop on Chat.request { when Found || Mine  block 403 "no {model}" }
defend Cut on Chat.request { when Found  redact Found with "[x]" }
`,
  },
  {
    path: 'deep/lists.rdp',
    text: `package lists

/// Names that we know.
set names: set<string> = ["n", "é"]
fn known(host: string) -> bool = host in names && size(host) > 2
pattern ticket = words ["T-1", "T-2"]
type Line { name: string = "x"  count: int = 1 }
`,
  },
  {
    path: 'pods.rdp',
    text: `package shop

surface Cluster: k8s {}
surface Shop: api { openapi "shop.yaml" }

defend Host on Cluster.admission {
  when object is Pod && (object.spec.hostNetwork ?? false)
  block "no {namespace}"
}
detect Order on Shop.request { when route is createOrder && ours(body.coupon) }
pack base(limit: int = 3) on k8s {
  detect Many on admission { when object is Pod && size(object.spec.containers) > limit }
}
apply base to Cluster as strict { limit 2 }
defend Big on Cluster.admission { when strict.Many block }
`,
  },
  {
    path: 'tests.rdp',
    text: `package shop

exempt Stop { when ours(client.id) until 2027-01-01 owner "team@shop.example" reason "moves" }
test "an order" on Chat.request {
  given { model: "a", prompts: [{ role: "user", text: "ORD-12AB" }] }
  expect Found, not Mine, blocked by Stop
}
`,
  },
];

/** Documents that they name. */
export const documents: readonly LinkedFile[] = [
  {
    path: 'shop.yaml',
    text: `openapi: 3.1.0
info: { title: shop, version: "1" }
paths:
  /orders:
    post:
      operationId: createOrder
      requestBody:
        required: true
        content: { application/json: { schema: { type: object, required: [coupon], properties: { coupon: { type: string, description: A code. } } } } }
      responses: { "200": { description: ok } }
`,
  },
];
