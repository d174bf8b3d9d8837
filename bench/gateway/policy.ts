// The policies of the gateway bench.

/** What people set up first: personal data does not leave and does not come back, and nobody reads the orders of others. */
const rules = `
detect Pii on Chat.request { severity high find pii.us_ssn, pii.credit_card, pii.email in prompts[*].text }
defend Redact on Chat.request { when Pii redact Pii with "[{kind}]" }
defend Approved on Chat.request { when model not in ["gpt-5.2", "claude-sonnet-5"] block "this model is not approved" }
detect Leak on Chat.response { severity high find pii.us_ssn, pii.credit_card in completions[*].text }
defend Mask on Chat.response { when Leak redact Leak with mask("*") }
defend Own on Shop.request { when path.text.startsWith("/v1/admin/") && client.subject != "operator" block }
defend Few on Shop.request { limit 1_000_000_000 requests per 1h by client.id }
defend Hide on Shop.response { when status == 500 block 502 "the shop has failed" }`;

/** A policy's text; `without` has no rule on what passes. */
export function policyOf(side: 'with' | 'without'): string {
  return `package bench.gateway
import std.ai
import std.pii
surface Chat: llm { providers [ai.openai] }
surface Shop: api { host "shop.example" }
surface Other: api { host "other.example" }
defend Never on Other.request { when path.text == "/never" block }
${side === 'with' ? rules : ''}`;
}
