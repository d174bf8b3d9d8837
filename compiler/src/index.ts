// The one door of the compiler package.
export { bundleFiles, compilerVersion, emitBundle, packBundle } from './emit/bundle.ts';
export type { BundleContent, BundleFile } from './emit/bundle.ts';
export { composeDataDocument } from './emit/data-document.ts';
export type { DataDocument, DataText } from './emit/data-document.ts';
export { signBundle, signingAlgorithms } from './emit/sign-bundle.ts';
export type { SignedBundle, SigningAlgorithm, SigningOptions } from './emit/sign-bundle.ts';
export { compilePrograms, lowerPrograms } from './compile.ts';
export type { Compiled } from './compile.ts';
export { lowerProgram } from './ir/lower.ts';
export { interpret } from './ir/interpret/interpret.ts';
export type { Question, RuleTrace } from './ir/interpret/interpret.ts';
export { renderTrace, wordsOf } from './trace/render-trace.ts';
export type { TraceStyle } from './trace/render-trace.ts';
export { traceDecision } from './trace/trace-decision.ts';
export type { TraceQuestion } from './trace/trace-decision.ts';
export { defaultTraceLimits } from './trace/trace.ts';
export type {
  ShownMember,
  ShownValue,
  Trace,
  TraceClause,
  TraceLimits,
  TraceMatch,
  TraceNode,
  TraceOutcome,
  TraceRule,
} from './trace/trace.ts';
export { printIr } from './ir/print.ts';
export { judge } from './testing/judge.ts';
export type { Decided, Failure } from './testing/judge.ts';
export { coverageOfInputs } from './testing/clause-coverage.ts';
export type { BranchCoverage, RuleCoverage } from './testing/clause-coverage.ts';
export { testHashKey, withTestKey } from './testing/test-key.ts';
export { costOf, printSteps } from './ir/cost.ts';
export type { EntrypointCost } from './ir/cost.ts';
export { plansOf } from './deploy/native-emitters.ts';
export { reportOf } from './deploy/report.ts';
export type { Report as EnforcementReport, ReportRow } from './deploy/report.ts';
export { checkExamples, exampleGroups } from './testing/check-examples.ts';
export type { ExampleFailure } from './testing/check-examples.ts';
export { scanEntrypoint, scanProgram } from './scan/scan-program.ts';
export type { ScanGroup } from './scan/scan-program.ts';
