// The input in a file, or on standard input → the documents that an entrypoint decides on; what cannot be read ends the command.

import { refuse } from './faults.ts';
import { inputDocuments, type InputForm } from './input-documents.ts';
import { readBytes } from './read-project.ts';

/** The documents of the input in `path`, `-` for standard input; at least one. */
export async function readInputs(path: string, form: InputForm): Promise<readonly Uint8Array[]> {
  const read = await inputDocuments(path, readBytes(path), form);
  return read.kind === 'documents' ? read.documents : refuse(`cannot read \`${path}\`: ${read.message}`);
}
