// The kinds that the documents of an event tell apart, so that `is` narrows them as it narrows Kubernetes objects: exchanges by
// the documented route that they take, tools by server and name. What a kind has is what its document describes, and nothing
// where the document leaves it open.
// INVARIANT: a field that a kind does not change is the base's own object.

import type { McpTool } from '../../import/mcp.ts';
import type { OpenapiOperation } from '../../import/openapi.ts';
import type { CoreRoute, Field, RecordType, Type, UnionType, Variant } from '../types.ts';

/** The kinds of an event, and the name whose `is` asks for them. */
export interface EventKinds {
  readonly toldBy: string;
  readonly union: UnionType;
}

/** The tools of one server; of whichever server where it is undefined. */
export interface ToolList {
  readonly server: string | undefined;
  readonly tools: readonly McpTool[];
}

/** What is known of an exchange's routes. */
interface Documented {
  readonly routes: readonly CoreRoute[];
  readonly operations: ReadonlyMap<string, OpenapiOperation>;
}

/** The kinds of `request` and `response` of an API: its operations, and for an answer the statuses of each. */
export function exchangeKinds(api: Documented, event: string, base: RecordType): EventKinds {
  return { toldBy: 'route', union: event === 'response' ? answerUnion(api, base) : requestUnion(api, base) };
}

function requestUnion({ routes, operations }: Documented, base: RecordType): UnionType {
  return {
    ...variantsOf([...operations.values()], (operation) => [
      variant({
        name: operation.name,
        tag: [operation.name],
        record: withBody(base, operation.requestBody, operation.bodyRequired ? 'required' : 'optional'),
        doc: operationDoc(routes, operation),
      }),
    ]),
    name: base.name,
    base,
    discriminators: ['method', 'path'],
    choice: { routes },
  };
}

function answerUnion({ routes, operations }: Documented, base: RecordType): UnionType {
  return {
    ...variantsOf([...operations.values()], (operation) => {
      const { name, statuses, responses } = operation;
      const doc = operationDoc(routes, operation);
      return [
        variant({ name, tag: [name], record: base, doc }),
        ...statuses.map((status) => {
          const record = withBody(base, responses.get(status), 'required');
          return variant({ name: `${name}.${status}`, tag: [name, status], record, doc });
        }),
      ];
    }),
    name: base.name,
    base,
    discriminators: ['method', 'path', 'status'],
    choice: { routes, statuses: new Map([...operations.values()].map(({ name, statuses }) => [name, statuses])) },
  };
}

/** Tools by server and name, or by name alone where one list is that of every server. */
export function toolKinds(lists: readonly ToolList[], base: RecordType): UnionType {
  const named = lists.some(({ server }) => server !== undefined);
  return {
    ...variantsOf(lists, ({ server, tools }) =>
      tools.map((tool) => {
        const tag = server === undefined ? [tool.name] : [server, tool.name];
        return variant({ name: tag.join('.'), tag, record: withArguments(base, tool.arguments), doc: tool.doc });
      }),
    ),
    name: base.name,
    base,
    discriminators: named ? ['server', 'name'] : ['name'],
  };
}

/** Looked up by name; made of each of `items` when first asked for. */
function variantsOf<T>(
  items: readonly T[],
  make: (item: T) => readonly Variant[],
): Pick<UnionType, 'variant' | 'variantNames'> {
  let known: ReadonlyMap<string, Variant> | undefined;
  const variants = (): ReadonlyMap<string, Variant> =>
    (known ??= new Map(items.flatMap(make).map((each) => [each.name, each])));
  return { variant: (name) => variants().get(name), variantNames: () => [...variants().keys()] };
}

function variant({ doc, ...rest }: Omit<Variant, 'doc'> & { readonly doc: string }): Variant {
  return doc === '' ? rest : { ...rest, doc };
}

/** `POST /orders`, and what the document says of it. */
function operationDoc(routes: readonly CoreRoute[], { name, doc }: OpenapiOperation): string {
  const taken = routes.filter(({ operation }) => operation === name);
  const requests = taken.map(({ method, template }) => `\`${method} ${template}\``).join(', ');
  return [requests, doc].filter((part) => part !== '').join('\n\n');
}

/** An exchange with a body of `type`; any body where nothing is described. */
function withBody(base: RecordType, type: Type | undefined, presence: 'required' | 'optional'): RecordType {
  if (type === undefined || type.kind === 'dyn') return base;
  return changed(base, 'body', ({ name, wire, doc }) => ({ name, wire, doc, type, presence }));
}

/** A tool with arguments of `type`. They may be left out where a call without any is fine. */
function withArguments(base: RecordType, type: Type): RecordType {
  if (type.kind !== 'record') return base;
  return changed(base, 'arguments', ({ name, wire, doc }) => {
    const own = [...type.record.fields().values()];
    if (own.some(({ presence }) => presence === 'required')) return { name, wire, doc, type, presence: 'required' };
    const fields = new Map(own.flatMap((each) => (each.default ? [[each.name, each.default] as const] : [])));
    return { name, wire, doc, type, presence: 'default', default: { kind: 'record', record: type.record, fields } };
  });
}

/** `base` with another field of that name. */
function changed(base: RecordType, name: string, change: (field: Field) => Field): RecordType {
  let fields: ReadonlyMap<string, Field> | undefined;
  return {
    ...base,
    fields: () =>
      (fields ??= new Map(
        [...base.fields()].map(([key, field]): [string, Field] => [key, key === name ? change(field) : field]),
      )),
  };
}
