// The one door of the admission server, for programs that run it and for those that measure it.
export { createReviewer } from './decide-review.ts';
export type { LoggedDecisions, NamespaceLookup, Reviewer, ReviewReply, ReviewRequest } from './decide-review.ts';
export { createMetrics } from '../telemetry/metrics.ts';
export type { Metrics } from '../telemetry/metrics.ts';
export { objectPatch } from './json-patch.ts';
export type { ObjectPatch, PatchOperation } from './json-patch.ts';
export { logLines, openLog } from '../telemetry/log-lines.ts';
export type { LogEntry, LogLines } from '../telemetry/log-lines.ts';
export { quarantineLabel } from './quarantine.ts';
export { admissionHelp, readAdmissionCall } from './read-options.ts';
export type { AdmissionCall } from './read-options.ts';
export type { AnswerPolicy, ReviewPhase, Verdict } from './review-answer.ts';
export { serveAdmission } from './serve-admission.ts';
export type { AdmissionOptions, AdmissionServer } from './serve-admission.ts';
export { noNamespaces, watchNamespaces } from './watch-namespaces.ts';
export type { NamespaceSource } from './watch-namespaces.ts';
