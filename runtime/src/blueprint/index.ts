// The door to the blueprint: what was discovered, as a graph that people look at.
export { answerBlueprint, inventoryPaths, plainGraph } from './answer.ts';
export type { BlueprintAnswer, BlueprintSource } from './answer.ts';
export { billOfMaterials } from './bill-of-materials.ts';
export { declaredBy, statusOf } from './declared.ts';
export type { Declared, Status } from './declared.ts';
export { everything, filterBlueprint } from './filter.ts';
export { blueprintOf } from './graph.ts';
export type { Blueprint, BlueprintEdge, BlueprintNode } from './blueprint.ts';
export { isInventory } from '../inventory/state.ts';
export { renderSvg } from './render-svg.ts';
