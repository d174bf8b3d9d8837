// The one door of the runtime package: everything an enforcer needs from a bundle to a decision.
export { createEnforcer } from './enforce/enforcer.ts';
export type { Enforcer, EnforcerEvent, EnforcerOptions, EnforcerStats, LoadOutcome } from './enforce/enforcer.ts';
export { applyEdits } from './enforce/edits.ts';
export type { DocumentEdit } from './enforce/edits.ts';
export type { PolicyInput, PolicyLimits } from './enforce/policy.ts';
export type { ResponseStream, StreamRequest } from './stream/open-stream.ts';
export type { StreamOutput } from './stream/redaction-stream.ts';
export type { TextMatch } from './stream/text-scanner.ts';
export { fileSource } from './load/file-source.ts';
export type { FileSourceOptions } from './load/file-source.ts';
export { bytesSource } from './load/bytes-source.ts';
export { serviceSource } from './load/service-source.ts';
export type { ServiceSourceOptions } from './load/service-source.ts';
export type { Outcome, Problem, ProblemCode } from './load/problem.ts';
export type { BundleSource, Changed, SourceContent } from './load/source.ts';
export type { Verification, VerificationKey } from './load/verify.ts';
export type { BundleFiles } from './load/archive.ts';
export type { ActionName, BlockReason, Decision, Edit, Finding, Limit, Match } from './contract/index.ts';
