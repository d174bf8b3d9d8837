// The door to what was discovered.
export { createInventory } from './inventory.ts';
export type { Inventory, InventoryOptions } from './inventory.ts';
export { observe } from './observe.ts';
export type { Occasion } from './observe.ts';
export { countOf } from './sketch.ts';
export { sqliteStore } from './sqlite-store.ts';
export type { Asset, Flow, InventoryState, Sighting } from './state.ts';
export { emptyState, mergeStates } from './state.ts';
export { memoryStore } from './store.ts';
export type { InventoryStore } from './store.ts';
