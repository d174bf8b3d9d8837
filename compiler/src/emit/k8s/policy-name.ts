// A rule → the name of its policy: a label of DNS (RFC 1123), at most 63 characters, the same in every compile. Words are those of
// package, surface and rule; what is too long, or would not be told apart from another rule, ends with a part of its digest.

import type { CoreEntrypoint } from '@rdp/language';
import { sha256 } from '../../ir/interpret/sha256.ts';

const longest = 63;
const digestLength = 8;

/** Names of an entrypoint's rules, in their order: `shop-checkout-cluster-no-privileged`. */
export function policyNames({ name, rules }: CoreEntrypoint): readonly string[] {
  const [event = ''] = name.split('/').slice(-1);
  const before = name.split('/').slice(0, -1).map(kebab).join('-');
  // There is one event whose rules become policies; another one would say so in its names.
  const start = event === 'admission' ? before : `${before}-${kebab(event)}`;
  const names = rules.map((rule) => `${start}-${kebab(rule.name)}`);
  return names.map((plain, index) => {
    const isTaken = names.some((other, at) => other === plain && at !== index);
    return plain.length > longest || isTaken ? shortened(plain, `${name}/${rules[index]?.name ?? ''}`) : plain;
  });
}

/** `NoHostPath` → `no-host-path`, `K8sAPIKeys` → `k8s-api-keys`. */
function kebab(text: string): string {
  return text
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, '$1-$2')
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .toLowerCase();
}

function shortened(plain: string, whole: string): string {
  const digest = [...sha256(new TextEncoder().encode(whole))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
  const kept = plain.slice(0, longest - digestLength - 1).replace(/-+$/, '');
  return `${kept}-${digest.slice(0, digestLength)}`;
}
