// The one door of the contract: plain data that compiler, runtime and enforcers share.
export { admissionFile } from './admission-plan.ts';
export type { AdmissionPlan } from './admission-plan.ts';
export { actionsByStrength } from './decision.ts';
export type {
  ActionName,
  BlockReason,
  Decision,
  Edit,
  Finding,
  Limit,
  Match,
  Place,
  Severity,
  TokenUsage,
} from './decision.ts';
export { keyForm, notASecret } from './key-form.ts';
export type { KeyForm } from './key-form.ts';
export { decideExport, mapFile, policyFile, signaturesFile, simdFile, skimExport, streamExport } from './manifest.ts';
export type { ProviderPlan, RefusalShape, UsageAsk } from './provider-plan.ts';
export { streamsFile } from './stream-plan.ts';
export type {
  ProviderStream,
  StreamCall,
  StreamCase,
  StreamFormat,
  StreamGap,
  StreamPlan,
  StreamText,
  StreamUsage,
} from './stream-plan.ts';
export { surfacesFile } from './surface-plan.ts';
export type { EventPlan, SurfacePlan, ToolPin } from './surface-plan.ts';
export { canonicalJson, signedContent } from './signed-content.ts';
