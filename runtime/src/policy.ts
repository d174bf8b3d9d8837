// The part of the runtime that needs nothing of Node: from the files of a bundle to decisions, for hosts such as a page. No signature
// is looked at and nothing is reloaded; `createEnforcer` does both.

export { createPolicy } from './enforce/policy.ts';
export type { Policy, PolicyLimits } from './enforce/policy.ts';
export { readBundle } from './load/bundle.ts';
export type { Bundle } from './load/bundle.ts';
export type { Outcome, Problem } from './load/problem.ts';
