// The door for tools that do what the command does, with a project in files: the playground's worker (whose files are in memory) and
// tests of it. The same functions, so that the answers are the same.

export { plansOf } from '../deploy/native-emitters.ts';
export { reportOf } from '../deploy/report.ts';
export type { Report } from '../deploy/report.ts';
export { judge } from '../testing/judge.ts';
export { testHashKey, withTestKey } from '../testing/test-key.ts';
export { buildBundle } from './build-bundle.ts';
export type { Built } from './build-bundle.ts';
export { buildProxy } from './build-proxy.ts';
export { checkFiles } from './check-files.ts';
export type { CheckedProject } from './check-files.ts';
export { emitManifests } from './emit-manifests.ts';
export { CommandFault } from './faults.ts';
export { readInputs } from './parse-input.ts';
export { testInputs } from './test-inputs.ts';
