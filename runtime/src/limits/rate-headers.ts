// States of limits → the header fields that tell clients: `RateLimit-Policy` and `RateLimit` as in draft-ietf-httpapi-ratelimit-headers-10
// (lists of structured fields, RFC 9651), and `Retry-After` in whole seconds (RFC 9110, 10.2.3).
//
// INVARIANT: keys, which may name people, are not sent: `pk`, the partition key, is left out. Times are rounded up, so that who
// waits as long as told is not refused for having come early.

import type { LimitState } from './limit-store.ts';

/** Header fields by lower-case name; empty without limits. */
export function rateHeaders(states: readonly LimitState[]): Readonly<Record<string, string>> {
  if (states.length === 0) return {};
  const policies = states.map(
    ({ charge }) => `${quoted(charge.rule)};q=${charge.amount}${quotaUnit(charge.unit)};w=${charge.window}`,
  );
  const left = states.map(
    ({ charge, remaining, reset }) => `${quoted(charge.rule)};r=${Math.max(0, remaining)};t=${wholeSeconds(reset)}`,
  );
  return { 'ratelimit-policy': policies.join(', '), ratelimit: left.join(', ') };
}

/** What a client is told that came too early: the longest wait of the limits that it is over. */
export function retryAfter(over: readonly LimitState[]): Readonly<Record<string, string>> {
  const seconds = Math.max(1, ...over.map(({ reset }) => wholeSeconds(reset)));
  return { 'retry-after': String(seconds) };
}

/** Rounded up, but for what adding floating-point numbers leaves behind. */
function wholeSeconds(seconds: number): number {
  return Math.ceil(seconds - 1e-6);
}

/** The draft has `requests` (what is meant without a word), `content-bytes` and `concurrent-requests`; others are our own. */
function quotaUnit(unit: string): string {
  switch (unit) {
    case 'requests':
      return '';
    case 'size':
      return ';qu="content-bytes"';
    case 'usd':
      return ';qu="micro-usd"';
    default:
      return `;qu="${unit}"`;
  }
}

/** A policy's name is its rule: letters, digits, dots and underscores. */
function quoted(rule: string): string {
  return `"${rule.replaceAll(/[^\w.-]/g, '_')}"`;
}
