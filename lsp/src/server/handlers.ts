// What a feature answers → handlers of requests: the params are looked at first, all files have been read, the answer is worked out in
// steps as long as it is wanted. INVARIANT: a throw of a feature is logged with its name and is the error of its own request.

import {
  ErrorCodes,
  LSPErrorCodes,
  ResponseError,
  type CancellationToken,
  type Connection,
} from 'vscode-languageserver';
import { isSteps, type Steps } from '../ide/steps.ts';
import type { Answer, Place, Server } from './feature.ts';
import { malformedMember, type Member } from './params.ts';
import type { Projects } from './projects.ts';
import type { Configuration } from './configuration.ts';

/** What handlers need to know. */
export interface HandlerOptions {
  readonly connection: Connection;
  readonly projects: Projects;
  readonly configuration: Configuration;
  /** Whether `shutdown` came: what is asked after it is refused. */
  readonly isEnding: () => boolean;
}

/** How long steps go on before what has come meanwhile is looked at, in milliseconds. */
const sliceMs = 10;

/** The functions with which features make handlers. */
export function createHandlers({
  connection,
  projects,
  configuration,
  isEnding,
}: HandlerOptions): Pick<Server, 'guarded' | 'inDocument' | 'atPoint'> {
  const settled = async (): Promise<void> => {
    await configuration.settled();
    await Promise.all(projects.all().map((project) => project.settled()));
  };
  /** `isCurrent` says whether what the answer is about is still what the client sees. */
  const answerWith =
    <P, R>(
      {
        name,
        wanted,
        isCurrent,
      }: {
        readonly name: string;
        readonly wanted: readonly Member[];
        readonly isCurrent: (params: NoInfer<P>) => () => boolean;
      },
      answer: (params: P, token: CancellationToken) => Answer<R>,
    ) =>
    async (params: P, token: CancellationToken): Promise<R | null> => {
      const started = performance.now();
      try {
        if (isEnding()) throw new ResponseError(ErrorCodes.InvalidRequest, 'the server was shut down');
        const malformed = malformedMember(params, wanted);
        if (malformed)
          throw new ResponseError(ErrorCodes.InvalidParams, `${name}: \`${malformed}\` is missing or malformed`);
        const current = isCurrent(params);
        const check = (): void => {
          if (token.isCancellationRequested)
            throw new ResponseError(LSPErrorCodes.RequestCancelled, 'no longer wanted');
          if (!current()) throw new ResponseError(LSPErrorCodes.ContentModified, 'the document was changed meanwhile');
        };
        await settled();
        check();
        const found = answer(params, token);
        return ((await (isSteps(found) ? inSlices(found, check) : found)) as R | null | undefined) ?? null; // steps end with it
      } catch (error) {
        if (error instanceof ResponseError) throw error;
        throw reported(connection, name, error);
      } finally {
        connection.tracer.log(`${name}: ${(performance.now() - started).toFixed(1)} ms`);
      }
    };
  const placeOf = (uri: string): Place | undefined => {
    const found = projects.find(uri);
    const file = found && projects.file(found);
    if (!found || !file) return undefined;
    const { project, path } = found;
    const settings = configuration.of(project.root);
    return { project, path, file, snapshot: project.snapshot(), convert: projects.converter(project), settings };
  };
  /** A document that is typed in is another one; that other files changed is another answer, not a wrong one. */
  const sameVersion = ({
    textDocument: { uri },
  }: {
    readonly textDocument: { readonly uri: string };
  }): (() => boolean) => {
    const before = projects.version(uri);
    return () => projects.version(uri) === before;
  };
  return {
    guarded: (name, answer, wanted = []) => answerWith({ name, wanted, isCurrent: () => () => true }, answer),
    inDocument: (name, answer, wanted = []) =>
      answerWith({ name, wanted: ['textDocument', ...wanted], isCurrent: sameVersion }, (params, token) => {
        const place = placeOf(params.textDocument.uri);
        return place && answer(place, params, token);
      }),
    atPoint: (name, answer, wanted = []) =>
      answerWith({ name, wanted: ['textDocument', 'position', ...wanted], isCurrent: sameVersion }, (params, token) => {
        const place = placeOf(params.textDocument.uri);
        return place && answer({ ...place, offset: place.convert.offset(place.file, params.position) }, params, token);
      }),
  };
}

/** Works an answer out; between slices `check` may throw, and then nobody works on. */
async function inSlices<T>(steps: Steps<T>, check: () => void): Promise<T> {
  for (let until = performance.now() + sliceMs; ;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (performance.now() < until) continue;
    await new Promise<void>((resolve) => setImmediate(resolve));
    check();
    until = performance.now() + sliceMs;
  }
}

/** Logs a throw that nobody expected; gives the error that the client is told. */
export function reported(connection: Connection, name: string, error: unknown): ResponseError<void> {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  connection.console.error(`${name} failed, which no document should make it do; please report this\n${text}`);
  return new ResponseError(ErrorCodes.InternalError, `${name} failed: ${text.split('\n', 1)[0] ?? ''}`);
}
