// Placeholder until generated.
import type { CelCase } from './cases.ts';
import type { Elaborated } from './elaborate.ts';
export type ModuleEngine = (test: CelCase, elaborated: Elaborated) => string | undefined;
export async function openModuleEngine(): Promise<ModuleEngine> {
  return () => undefined;
}
