// The record of one match of a detection, as rules read it through `Detection.matches`: what the finding in the decision says,
// and the text that was found. The text is sensitive, so that no rule can carry it where the finding would not.

import { intType, listOf, recordOf, sensitiveStringType, stringType } from './relate-types.ts';
import type { Field, RecordType, Type } from './types.ts';

function field(name: string, type: Type, doc: string): readonly [string, Field] {
  return [name, { name, wire: name, type, presence: 'required', doc }];
}

const fields: ReadonlyMap<string, Field> = new Map([
  field('kind', stringType, 'Name of the pattern that matched.'),
  field('path', stringType, 'JSON Pointer of the text in the document.'),
  field('start', intType, 'First code point of the text that belongs to the match.'),
  field('end', intType, 'First code point of the text behind the match.'),
  field('text', sensitiveStringType, 'What matched.'),
]);

/** One match of a detection. */
export const matchRecord: RecordType = { name: 'Match', doc: 'One match of a detection.', fields: () => fields };

/** The type of `Detection.matches`. */
export const matchesType: Type = listOf(recordOf(matchRecord));
