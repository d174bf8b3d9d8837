// Texts for people → texts within the bounds that an API server has for them: warnings, annotations, messages of refusals.

/** Bytes of one warning that an API server hands on whole, and of all of one answer; more is cut or dropped there. */
const warningLimit = 256;
const warningsLimit = 4096;

/** One line, without control characters, in at most `limit` bytes of UTF-8; what is cut off is marked. */
export function boundedLine(text: string, limit: number): string {
  const line = text.replaceAll(/[\p{Cc}\p{Cs}\u2028\u2029]+/gu, ' ');
  if (Buffer.byteLength(line) <= limit) return line;
  const mark = '…';
  let size = Buffer.byteLength(mark);
  let kept = '';
  for (const character of line) {
    size += Buffer.byteLength(character);
    if (size > limit) break;
    kept += character;
  }
  return kept + mark;
}

/** Warnings as an API server hands them on: each within its bound, all within theirs, the last saying how many are not there. */
export function boundedWarnings(texts: readonly string[]): readonly string[] {
  const lines = [...new Set(texts)].map((text) => boundedLine(text, warningLimit));
  const all = lines.reduce((size, line) => size + Buffer.byteLength(line), 0);
  if (all <= warningsLimit) return lines;
  const kept: string[] = [];
  let size = warningLimit; // room for the last
  for (const line of lines) {
    size += Buffer.byteLength(line);
    if (size > warningsLimit) break;
    kept.push(line);
  }
  return [...kept, `${lines.length - kept.length} more warnings are in the audit log`];
}
