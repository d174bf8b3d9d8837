// The door to what was discovered.
export { createInventory } from './inventory.ts';
export type { Inventory, InventoryOptions } from './inventory.ts';
export { observe } from './observe.ts';
export type { Occasion } from './observe.ts';
export { isPostgres } from './postgres-connection.ts';
export { openStore } from './open-store.ts';
export type { InventoryPlace } from './open-store.ts';
export { countOf } from './sketch.ts';
export { sqliteStore } from './sqlite-store.ts';
export type { Asset, Flow, InventoryState, Sighting } from './state.ts';
export { emptyState, mergeStates } from './state.ts';
export { memoryStore } from './store.ts';
export type { BatchName, InventoryStore } from './store.ts';
