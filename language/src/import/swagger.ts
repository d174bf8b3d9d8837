// A Swagger 2.0 document → the OpenAPI 3.0 document that says the same, as far as routes, parameters and bodies go. Source: OpenAPI
// Specification 2.0 and 3.0.4.
//
// INVARIANT: what stands in no form that 3.0 has is left out of types, never out of routes.

import { isObject, list, text } from './json-schema.ts';
import type { Json } from './json-schema.ts';

/** Members of a parameter that are its schema in 3.0. */
const schemaWords: ReadonlySet<string> = new Set([
  'type',
  'format',
  'items',
  'default',
  'enum',
  'maximum',
  'exclusiveMaximum',
  'minimum',
  'exclusiveMinimum',
  'maxLength',
  'minLength',
  'pattern',
  'maxItems',
  'minItems',
  'uniqueItems',
  'multipleOf',
]);

const sections: readonly (readonly [old: string, now: string])[] = [
  ['definitions', 'schemas'],
  ['parameters', 'parameters'],
  ['responses', 'responses'],
];

/** The document in the words of 3.0. */
export function openapiOfSwagger(swagger: Json): Json {
  const document = withReferences(swagger);
  const paths = isObject(document['paths']) ? document['paths'] : {};
  const answers = entriesOf(document['responses']).map(([name, answer]) => [name, answerOf(answer, document)] as const);
  return {
    openapi: '3.0.4',
    info: document['info'],
    servers: serversOf(document),
    paths: Object.fromEntries(Object.entries(paths).map(([path, item]) => [path, pathOf(item, document)])),
    components: {
      schemas: document['definitions'] ?? {},
      parameters: Object.fromEntries(entriesOf(document['parameters']).map(([name, one]) => [name, parameterOf(one)])),
      responses: Object.fromEntries(answers),
    },
  };
}

function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  return isObject(value) ? Object.entries(value) : [];
}

/** The same value with references to where 3.0 has what they lead to. */
function withReferences(value: Json): Json;
function withReferences(value: unknown): unknown;
function withReferences(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => withReferences(item));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => {
      if (key !== '$ref' || typeof member !== 'string') return [key, withReferences(member)];
      const section = sections.find(([old]) => member.startsWith(`#/${old}/`));
      return [key, section === undefined ? member : member.replace(`#/${section[0]}/`, `#/components/${section[1]}/`)];
    }),
  );
}

function serversOf({ host, basePath, schemes }: Json): readonly Json[] {
  const path = text(basePath);
  const name = text(host);
  if (name === '') return path === '' ? [] : [{ url: path }];
  const ways = list(schemes).filter((scheme) => scheme === 'https' || scheme === 'http');
  return (ways.length === 0 ? ['https'] : ways).map((scheme) => ({ url: `${String(scheme)}://${name}${path}` }));
}

function pathOf(item: unknown, document: Json): unknown {
  if (!isObject(item)) return item;
  const shared = list(item['parameters']);
  return Object.fromEntries(
    Object.entries(item).flatMap(([key, member]) => {
      if (key === 'parameters') return [[key, shared.filter((one) => !isBody(one, document)).map(parameterOf)]];
      return [[key, isObject(member) ? operationOf(member, shared, document) : member]];
    }),
  );
}

function operationOf(operation: Json, shared: readonly unknown[], document: Json): Json {
  const own = list(operation['parameters']);
  const bodies = [...own, ...shared].filter((one) => isBody(one, document)).map((one) => resolved(one, document));
  const body = bodyOf(bodies, formsOf(operation['consumes'], document['consumes']));
  const answers = entriesOf(operation['responses']).map(
    ([status, answer]) => [status, answerOf(answer, document, operation['produces'])] as const,
  );
  return {
    ...operation,
    parameters: own.filter((one) => !isBody(one, document)).map(parameterOf),
    ...(body === undefined ? {} : { requestBody: body }),
    responses: Object.fromEntries(answers),
  };
}

/** What a reference to a parameter leads to; references have the words of 3.0 already, places those of 2.0. */
function resolved(parameter: unknown, document: Json): Json {
  if (!isObject(parameter)) return {};
  const name = /^#\/components\/parameters\/(.+)$/.exec(text(parameter['$ref']))?.[1];
  const parameters = document['parameters'];
  const found = name !== undefined && isObject(parameters) ? parameters[name] : parameter;
  return isObject(found) ? found : {};
}

function isBody(parameter: unknown, document: Json): boolean {
  const place = text(resolved(parameter, document)['in']);
  return place === 'body' || place === 'formData';
}

/** `consumes` or `produces`, of an operation or else of the document; JSON where nobody says. */
function formsOf(own: unknown, ofAll: unknown): readonly string[] {
  const [first = []] = [own, ofAll].map(list).filter((found) => found.length > 0);
  const named = first.filter((form) => typeof form === 'string');
  return named.length === 0 ? ['application/json'] : named;
}

function bodyOf(parameters: readonly Json[], forms: readonly string[]): Json | undefined {
  const whole = parameters.find((parameter) => parameter['in'] === 'body');
  if (whole !== undefined)
    return { required: whole['required'] === true, content: contentOf(forms, whole['schema'] ?? {}) };
  if (parameters.length === 0) return undefined;
  // Fields of a form: never JSON, so that the type of the body stays open.
  return { content: contentOf(['multipart/form-data'], {}) };
}

function contentOf(forms: readonly string[], schema: unknown): Json {
  return Object.fromEntries(forms.map((form) => [form, { schema }]));
}

function answerOf(answer: unknown, document: Json, produces?: unknown): unknown {
  if (!isObject(answer) || answer['schema'] === undefined) return answer;
  return { ...answer, content: contentOf(formsOf(produces, document['produces']), answer['schema']) };
}

/** Of path, query and header. Lists stand in one value, with commas, unless `multi` says otherwise. */
function parameterOf(parameter: unknown): unknown {
  if (!isObject(parameter) || typeof parameter['$ref'] === 'string') return parameter;
  const schema = Object.fromEntries(Object.entries(parameter).filter(([key]) => schemaWords.has(key)));
  const rest = Object.fromEntries(Object.entries(parameter).filter(([key]) => !schemaWords.has(key)));
  return {
    ...rest,
    schema,
    ...(parameter['type'] === 'array' ? { explode: parameter['collectionFormat'] === 'multi' } : {}),
  };
}
