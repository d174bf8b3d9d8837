// An OpenAPI document of version 2.0 (Swagger) or 3.0 to 3.2 → the routes that it documents, with the types of their parameters and bodies. Templates
// include the base paths of the servers. Callbacks and webhooks are calls that the service makes, no routes of it.
//
// INVARIANT: an operation's name belongs to one route; never throws.

import type { CoreRoute } from '../semantic/core.ts';
import type { Const, Type } from '../semantic/types.ts';
import {
  allowsNull,
  encodePointer,
  isObject,
  list,
  readSchemas,
  resolvePointer,
  scalarConst,
  text,
  upperFirst,
} from './json-schema.ts';
import type { Json, SchemaReader } from './json-schema.ts';
import type { ImportProblem } from './problem.ts';
import { openapiOfSwagger } from './swagger.ts';

export interface OpenapiImport {
  /** In order of the document; for each base path of the servers. */
  readonly routes: readonly CoreRoute[];
  readonly operations: ReadonlyMap<string, OpenapiOperation>;
  /** URLs of the document's servers that have a scheme and a host, without a final slash. */
  readonly addresses: readonly string[];
  /** Grows while fields of records are read. */
  readonly problems: readonly ImportProblem[];
}

export interface OpenapiOperation {
  readonly name: string;
  readonly doc: string;
  readonly parameters: readonly OpenapiParameter[];
  /** The type of a JSON body; undefined when none is described, or other forms of it, too. */
  readonly requestBody: Type | undefined;
  /** Whether a request has to have a body, which is not null. */
  readonly bodyRequired: boolean;
  /** What is described: `200`, `4XX`, `default`. */
  readonly statuses: readonly string[];
  /** The types of the answers that are JSON, by status. */
  readonly responses: ReadonlyMap<string, Type>;
}

export interface OpenapiParameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header' | 'cookie';
  readonly required: boolean;
  readonly type: Type;
  /** Its value where it is left out. */
  readonly default: Const | undefined;
}

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace', 'query'];
const places: readonly string[] = ['path', 'query', 'header', 'cookie'];

/** Routes and types of a document. What cannot be read is left out, with a problem. */
export function importOpenapi(given: unknown): OpenapiImport {
  if (!isObject(given)) return fault({ code: 'invalid-document', expected: 'an OpenAPI document', at: '' });
  const document = given['swagger'] === '2.0' ? openapiOfSwagger(given) : given;
  const version = text(document['openapi']) || text(document['swagger']);
  if (version === '') return fault({ code: 'invalid-document', expected: 'an OpenAPI document', at: '/openapi' });
  if (!/^3\.[012](\.|$)/.test(version)) return fault({ code: 'unsupported-openapi', version });
  const paths = document['paths'] ?? {};
  if (!isObject(paths))
    return fault({ code: 'invalid-document', expected: 'an OpenAPI document with paths', at: '/paths' });

  const reader = readSchemas({ document, presence: 'schema' });
  const routes: CoreRoute[] = [];
  const operations = new Map<string, OpenapiOperation>();
  const problems: ImportProblem[] = [];
  const known = new Set<string>();
  for (const [path, pathItem] of Object.entries(paths)) {
    if (!path.startsWith('/')) continue;
    const item = dereference(document, pathItem);
    if (!isObject(item)) continue;
    for (const [method, described] of operationsOf(item)) {
      const at = `/paths/${encodePointer(path)}/${method.toLowerCase()}`;
      const templates = basePaths(described, item, document).map((base) => base + path);
      const route = `${method} ${templates[0] ?? path}`;
      const written = text(described['operationId']);
      const taken = written !== '' && operations.has(written);
      if (taken) problems.push({ code: 'repeated-operation', operation: written, route });
      const operation = written === '' || taken ? route : written;
      for (const template of templates) {
        // Templates that differ in the names of their parameters alone are the same route.
        const shape = `${method} ${template.replaceAll(/\{[^}]*\}/g, '{}')}`;
        if (known.has(shape)) problems.push({ code: 'repeated-route', route: `${method} ${template}` });
        else routes.push({ method, template, operation });
        known.add(shape);
      }
      operations.set(operation, readOperation({ document, item, described, name: operation, reader, at }));
    }
  }
  return { routes, operations, addresses: addressesOf(document), problems: joined(problems, reader.problems) };
}

/** Methods and their operations; 3.2 has `additionalOperations` for methods that OpenAPI does not know. */
function operationsOf(item: Json): readonly (readonly [string, Json])[] {
  const additional = isObject(item['additionalOperations']) ? Object.entries(item['additionalOperations']) : [];
  return [...methods.map((method) => [method, item[method]] as const), ...additional].flatMap(([method, described]) =>
    isObject(described) ? [[method.toUpperCase(), described] as const] : [],
  );
}

/** The path of each server's URL, without a final slash: of the operation, or of its path, or of the document. */
function basePaths(operation: Json, item: Json, document: Json): readonly string[] {
  const servers =
    [operation, item, document].map((owner) => list(owner['servers'])).find((found) => found.length > 0) ?? [];
  const bases = servers.map((server) => {
    const url = urlOf(server);
    const path = /^(?:[A-Za-z][A-Za-z0-9+.-]*:)?\/\/[^/?#]*([^?#]*)/.exec(url)?.[1] ?? url.replace(/[?#].*$/, '');
    const absolute = path === '' || path.startsWith('/') ? path : `/${path.replace(/^\.\//, '')}`;
    return absolute.replace(/\/+$/, '');
  });
  return bases.length === 0 ? [''] : [...new Set(bases)];
}

/** The URL of a server, with the defaults of its variables. */
function urlOf(server: unknown): string {
  if (!isObject(server)) return '';
  const variables = isObject(server['variables']) ? server['variables'] : {};
  return text(server['url']).replaceAll(/\{([^}]*)\}/g, (whole, name: string) => {
    const variable = variables[name];
    return isObject(variable) ? text(variable['default']) : whole;
  });
}

/** Where the service itself says that it is. */
function addressesOf(document: Json): readonly string[] {
  const urls = list(document['servers']).map((server) =>
    urlOf(server)
      .replace(/[?#].*$/, '')
      .replace(/\/+$/, ''),
  );
  return [...new Set(urls.filter((url) => /^https?:\/\/[^/{}]+(?:\/[^{}]*)?$/i.test(url)))];
}

interface OperationSource {
  readonly document: Json;
  readonly item: Json;
  readonly described: Json;
  readonly name: string;
  readonly reader: SchemaReader;
  readonly at: string;
}

function readOperation({ document, item, described, name, reader, at }: OperationSource): OpenapiOperation {
  const record = upperFirst(
    name.replaceAll(/[^A-Za-z0-9_]+(.)?/g, (_, next: string | undefined) => (next ?? '').toUpperCase()),
  );
  const responses = new Map<string, Type>();
  const answers = isObject(described['responses']) ? described['responses'] : {};
  for (const [status, written] of Object.entries(answers)) {
    const schema = jsonSchemaOf(dereference(document, written));
    if (schema === undefined || allowsNull(dereference(document, schema))) continue;
    responses.set(status, reader.type(schema, `${record}Response`, `${at}/responses/${encodePointer(status)}`));
  }
  const request = dereference(document, described['requestBody']);
  const body = jsonSchemaOf(request);
  return {
    name,
    doc: text(described['summary']) || text(described['description']),
    parameters: readParameters(document, [...list(described['parameters']), ...list(item['parameters'])], reader, at),
    requestBody: body === undefined ? undefined : reader.type(body, `${record}Body`, `${at}/requestBody`),
    bodyRequired: isObject(request) && request['required'] === true && !allowsNull(dereference(document, body)),
    statuses: Object.keys(answers).filter((status) => /^(?:[1-5][0-9]{2}|[1-5]XX|default)$/.test(status)),
    responses,
  };
}

/** Parameters of the operation win over those of its path. */
function readParameters(
  document: Json,
  written: readonly unknown[],
  reader: SchemaReader,
  at: string,
): readonly OpenapiParameter[] {
  const found = new Map<string, OpenapiParameter>();
  for (const [index, item] of written.entries()) {
    const parameter = dereference(document, item);
    if (!isObject(parameter)) continue;
    const place = text(parameter['in']);
    const name = text(parameter['name']);
    if (name === '' || !isPlace(place) || found.has(`${place} ${name}`)) continue;
    const schema = parameter['schema'] ?? jsonSchemaOf(parameter) ?? {};
    const type = reader.type(schema, upperFirst(name), `${at}/parameters/${index}/schema`);
    const described = dereference(document, schema);
    const fallback = isObject(described) ? scalarConst(type, described['default']) : undefined;
    const required = place === 'path' || parameter['required'] === true;
    found.set(`${place} ${name}`, { name, in: place, required, type, default: fallback });
  }
  return [...found.values()];
}

function isPlace(place: string): place is OpenapiParameter['in'] {
  return places.includes(place);
}

/** The schema of a body that is always JSON; undefined where it may have another form, or several schemas. */
function jsonSchemaOf(body: unknown): unknown {
  const content = isObject(body) ? body['content'] : undefined;
  if (!isObject(content)) return undefined;
  const types = Object.entries(content);
  if (!types.every(([type]) => /^[a-z]+\/(?:[^;]*\+)?json\s*(?:;|$)/i.test(type))) return undefined;
  const [schema, ...others] = types.map(([, media]) => (isObject(media) ? media['schema'] : undefined));
  const same = JSON.stringify(schema);
  return others.every((other) => JSON.stringify(other) === same) ? schema : undefined;
}

/** What a reference object (of a path, parameter, body or answer) stands for. */
function dereference(document: Json, value: unknown): unknown {
  let current = value;
  for (let step = 0; step < 16 && isObject(current) && typeof current['$ref'] === 'string'; step++) {
    current = resolvePointer(document, current['$ref']);
  }
  return current;
}

/** Both lists, the second as it is when read. */
function joined(first: readonly ImportProblem[], second: readonly ImportProblem[]): readonly ImportProblem[] {
  return first.length === 0 ? second : [...first, ...second];
}

function fault(problem: ImportProblem): OpenapiImport {
  return { routes: [], operations: new Map(), addresses: [], problems: [problem] };
}
