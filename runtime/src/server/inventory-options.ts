// The options by which every program is told where the inventory is, and the file with its password, because secrets do not belong on a
// command line.

import { isPostgres } from '../inventory/index.ts';
import type { InventoryPlace } from '../inventory/index.ts';
import type { OptionText, SaidOptions } from './option-table.ts';
import { secretIn } from './policy-options.ts';

/** Their names. */
export type InventoryOption = 'inventory' | 'inventory-password';

/** Their table. */
export const inventoryOptionTable: Readonly<Record<InventoryOption, OptionText>> = {
  inventory: {
    value: 'FILE|URL',
    text: 'what is discovered: an SQLite file for this process, or a database that several share (postgres://…)',
  },
  'inventory-password': { value: 'FILE', text: 'file with the password of that database; or PGPASSWORD' },
};

/** What was said; undefined when nothing was. Throws what is wrong with it. */
export function inventoryPlace({ text }: SaidOptions<InventoryOption>): InventoryPlace | undefined {
  const address = text('inventory');
  const file = text('inventory-password');
  if (file !== undefined && !isPostgres(address ?? ''))
    throw new Error('--inventory-password needs an --inventory that begins with postgres://');
  if (address === undefined || address === '') return undefined;
  return { address, ...(file === undefined ? {} : { password: secretIn(file) }) };
}
