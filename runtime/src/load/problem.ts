// What can be wrong with a bundle, as values: nothing in this folder throws on what came from outside.

export type ProblemCode =
  | 'unreadable' // the file, directory or service could not be read
  | 'unreachable' // the service is not there, and may be another time
  | 'not_gzip'
  | 'cut_off'
  | 'corrupt'
  | 'too_large'
  | 'duplicate_entry'
  | 'bad_name'
  | 'bad_manifest'
  | 'missing_policy'
  | 'bad_data'
  | 'unsigned'
  | 'bad_signature'
  | 'digest_mismatch'
  | 'bad_module'
  | 'wrong_abi'
  | 'missing_entrypoint'
  | 'failed_warm_up'
  | 'no_stream'; // the policy cannot decide on a response while it streams

/** One line, lower-case, that stands alone. */
export interface Problem {
  readonly code: ProblemCode;
  readonly message: string;
}

/** A value, or the one reason why there is none. */
export type Outcome<T> =
  { readonly kind: 'ok'; readonly value: T } | { readonly kind: 'problem'; readonly problem: Problem };

/** The good outcome. */
export function ok<T>(value: T): Outcome<T> {
  return { kind: 'ok', value };
}

/** The bad outcome. */
export function problem(code: ProblemCode, message: string): { readonly kind: 'problem'; readonly problem: Problem } {
  return { kind: 'problem', problem: { code, message } };
}

/** What a caught value says, for messages. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
