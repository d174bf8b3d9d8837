// A policy of about as many lines as asked for, of declarations as people write them: sets, functions, patterns, rules of three
// verbs on four kinds of surfaces, rules that name rules, tests. Without faults.

const header = `/// A large policy.
package large

import std.ai
import std.injection
import std.owasp
import std.pii

surface Chat: llm {
  providers [ai.openai, ai.anthropic]
}

surface Api: api {
  host "api.example.com"
}

surface Egress: net {}

surface Cluster: k8s {
  namespaces ["shop-*"]
}

detect Injection on Chat.request {
  severity high
  covers   owasp.llm.v2026.LLM01
  when     prompts.exists(p, p.text.contains_any(injection.override_phrases))
}

detect Personal on Chat.request {
  find pii.email, pii.phone in prompts[*].text
}
`;

/** The text of the policy. */
export function largePolicy(lines: number): string {
  const parts = [header];
  let count = header.split('\n').length;
  for (let group = 0; count < lines; group++) {
    const part = declarations(group);
    parts.push(part);
    count += part.split('\n').length - 1;
  }
  return parts.join('\n');
}

function declarations(n: number): string {
  return `/// Models of team ${n}.
set models_${n} = ["model-${n}-a", "model-${n}-b", "model-${n}-c"]

/// Whether a host is one of team ${n}.
fn is_internal_${n}(host: string) -> bool =
  host == "shop${n}.example" || host.endsWith(".shop${n}.example")

pattern order_${n} = re"\\bORD${n}-[0-9A-Z]{4}-[0-9]{4}\\b"

/// A model that nobody approved for team ${n}.
detect Unapproved${n} on Chat.request {
  severity medium
  covers   owasp.llm.v2026.LLM04
  when     model not in models_${n} && client.workload == "team-${n}"
  message  "the model {model} is not one of team ${n}"
}

detect Orders${n} on Chat.response {
  severity high
  covers   owasp.llm.v2026.LLM02
  find     order_${n} in completions[*].text
}

discover Where${n} on Egress.connection {
  when !is_internal_${n}(destination.host) && destination.port == ${n}
  flow source.workload -> destination.host
}

/// Stops what was found.
defend Stop${n} on Chat.request {
  when  Unapproved${n}
  block 403 "the model {model} is not approved"
}

defend Guard${n} on Api.request {
  when  path.template == "/v1/teams/${n}" && method == "POST"
  when  !client.id.startsWith("team-${n}-")
  block 403 "this path is not yours"
}

detect Images${n} on Cluster.admission {
  severity low
  when     object is Pod && object.spec.containers.exists(c, c.image.startsWith("registry${n}.example/"))
  message  "an image of registry ${n}"
}

test "team ${n}" on Chat.request {
  given {
    model: "model-${n}-x",
    prompts: [{ role: "user", text: "hello" }],
    client: { workload: "team-${n}" }
  }
  expect Unapproved${n}, blocked by Stop${n}
}
`;
}
