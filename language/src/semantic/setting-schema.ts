// What settings (`name value value { block }`) are known of a declaration, and what their values have to be. `bind/settings.ts`
// checks them.

import type { Node, Setting } from '../syntax/ast.ts';

/** What a value has to be. `reference`: a qualified name; a set of words: one of them. */
export type SettingType =
  | 'text'
  | 'texts'
  | 'int'
  | 'number'
  | 'flag'
  | 'reference'
  | 'references'
  | { readonly words: readonly string[] }
  | TextShape;

/** Text in quotes of a certain form. */
export interface TextShape {
  readonly form: RegExp;
  /** What has that form, in words: "a name in quotes of small letters, digits and `-`". */
  readonly wanted: string;
}

export interface SettingShape {
  /** One type a value, in order; values after the first may be left out. */
  readonly values: readonly SettingType[];
  /** What it is for, in words, where the reference lists it. */
  readonly doc?: string;
  readonly block?: SettingSchema;
  /** The values, or the block, but not both; otherwise the values have to be there. */
  readonly form?: 'values or block';
  readonly required?: true;
  /** May stand more than once; the values are then a list. */
  readonly repeated?: true;
}
export type SettingSchema = Readonly<Record<string, SettingShape>>;

export interface SettingsCheck {
  readonly settings: readonly Setting[];
  readonly schema: SettingSchema;
  /** Where a missing setting is reported. */
  readonly owner: Node;
  /** Whose settings these are, in words: "a surface of kind `api`". */
  readonly what: string;
}
