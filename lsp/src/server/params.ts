// What clients send → whether it has the shape that the protocol gives it. What has not is the client's fault, and is told so,
// rather than failing somewhere inside of a feature. Only members are looked at that several requests have.

/** Members of requests, by their names in the protocol. */
export type Member =
  | 'textDocument'
  | 'position'
  | 'positions'
  | 'range'
  | 'ranges'
  | 'context'
  | 'item'
  | 'newName'
  | 'query'
  | 'uri'
  | 'ch'
  | 'previousResultIds'
  | 'ids'
  | 'entrypoint'
  | 'path'
  | 'text';

/** The first member that is not as it should be: one of `wanted` that is missing, or one whose shape is another. */
export function malformedMember(params: unknown, wanted: readonly Member[]): Member | undefined {
  const given = isObject(params) ? params : {};
  return members.find((name) => {
    const value = given[name];
    return value === undefined ? wanted.includes(name) : !shapes[name](value);
  });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

/** Those past the end of a text, or ahead of it, are moved there. */
function isPosition(value: unknown): boolean {
  return isObject(value) && Number.isInteger(value['line']) && Number.isInteger(value['character']);
}

function isRange(value: unknown): boolean {
  return isObject(value) && isPosition(value['start']) && isPosition(value['end']);
}

const shapes: Readonly<Record<Member, (value: unknown) => boolean>> = {
  textDocument: (value) => isObject(value) && isText(value['uri']),
  position: isPosition,
  positions: (value) => Array.isArray(value) && value.every(isPosition),
  range: isRange,
  ranges: (value) => Array.isArray(value) && value.every(isRange),
  context: isObject,
  item: (value) => isObject(value) && isText(value['uri']) && isRange(value['selectionRange']),
  newName: isText,
  query: isText,
  uri: isText,
  ch: isText,
  previousResultIds: (value) => Array.isArray(value) && value.every((one) => isObject(one) && isText(one['uri'])),
  ids: (value) => Array.isArray(value) && value.every(isText),
  entrypoint: isText,
  path: isText,
  text: isText,
};

const members = Object.keys(shapes) as readonly Member[]; // the keys of the record above
