// What one feature of the server is, and what it is given. A feature says what it can do and registers handlers; the answer
// itself is a pure function in `ide/`, put into the protocol's words by one in `convert/`.
//
// To add one: `ide/<name>.ts` with the function, `convert/<name>.ts` if its answer has a form of its own,
// `server/features/<name>.ts` with the `Feature`, and its line in `server/features.ts`.

import type { SourceFile, Workspace } from '@rdp/language';
import type {
  CancellationToken,
  Connection,
  Position,
  ServerCapabilities,
  TextDocumentIdentifier,
} from 'vscode-languageserver';
import type { Converter } from '../convert/converter.ts';
import type { Steps } from '../ide/steps.ts';
import type { Client } from './client.ts';
import type { Configuration } from './configuration.ts';
import type { Member } from './params.ts';
import type { Project, Projects } from './projects.ts';
import type { Settings } from './settings.ts';

/** A document in the state in which a request found it. */
export interface Place {
  readonly snapshot: Workspace;
  readonly file: SourceFile;
  /** `file.path`: relative to the project's root. */
  readonly path: string;
  readonly convert: Converter;
  readonly project: Project;
  /** Those of the project's folder. */
  readonly settings: Settings;
}

/** A place in it. */
export interface Point extends Place {
  readonly offset: number;
}

type Handler<P, R> = (params: P, token: CancellationToken) => Promise<R | null>;

/** An answer: at once, later, or in steps between which it may turn out that nobody wants it any more. */
export type Answer<R> = R | null | undefined | Promise<R | null | undefined> | Steps<R | null | undefined>;

/** What features are given. */
export interface Server {
  readonly connection: Connection;
  readonly client: Client;
  readonly configuration: Configuration;
  readonly projects: Projects;
  /**
   * A handler of requests about a document. One that is not known has no answer: the handler then gives null. `wanted` are
   * members that the params must have beside the document. A throw is logged and becomes an error of this request alone.
   */
  readonly inDocument: <P extends { readonly textDocument: TextDocumentIdentifier }, R>(
    name: string,
    answer: (place: Place, params: P, token: CancellationToken) => Answer<R>,
    wanted?: readonly Member[],
  ) => Handler<P, R>;
  /** A handler of requests about a place in a document. */
  readonly atPoint: <P extends { readonly textDocument: TextDocumentIdentifier; readonly position: Position }, R>(
    name: string,
    answer: (point: Point, params: P, token: CancellationToken) => Answer<R>,
    wanted?: readonly Member[],
  ) => Handler<P, R>;
  /** A handler of any other request, with the same care; all files have been read when `answer` runs. */
  readonly guarded: <P, R>(
    name: string,
    answer: (params: P, token: CancellationToken) => Answer<R>,
    wanted?: readonly Member[],
  ) => Handler<P, R>;
}

export interface Feature {
  /** For the log. */
  readonly name: string;
  /** Its part of what the server can do; objects under one key are joined (`workspace`). */
  readonly capabilities: (client: Client) => ServerCapabilities;
  /** Registers handlers at `server.connection`; runs once, while the client is initialised. */
  readonly register: (server: Server) => void;
}
