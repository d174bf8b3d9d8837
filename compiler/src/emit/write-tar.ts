// Files → a tar in the ustar format (POSIX.1-1988): plain files that root owns, without times.
// INVARIANT: same files, same bytes.

/** One file of an archive. */
export interface TarFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const blockSize = 512;
const utf8 = new TextEncoder();

/** The archive, with the two empty blocks that end it. Names are at most 100 bytes long. */
export function writeTar(files: readonly TarFile[]): Uint8Array {
  const blocks = files.reduce((sum, { bytes }) => sum + 1 + Math.ceil(bytes.length / blockSize), 2);
  const archive = new Uint8Array(blocks * blockSize);
  let at = 0;
  for (const { name, bytes } of files) {
    writeHeader(archive.subarray(at, at + blockSize), name, bytes.length);
    archive.set(bytes, at + blockSize);
    at += (1 + Math.ceil(bytes.length / blockSize)) * blockSize;
  }
  return archive;
}

function writeHeader(header: Uint8Array, name: string, size: number): void {
  const text = (value: string, at: number, room: number): void => {
    if (utf8.encodeInto(value, header.subarray(at, at + room)).read < value.length) {
      throw new Error(`\`${value}\` is too long for a tar`);
    }
  };
  const octal = (value: number, at: number, digits: number): void =>
    text(value.toString(8).padStart(digits, '0'), at, digits);
  text(name, 0, 100);
  octal(0o644, 100, 7);
  octal(0, 108, 7); // user
  octal(0, 116, 7); // group
  octal(size, 124, 11);
  octal(0, 136, 11); // time
  text('        ', 148, 8); // the checksum counts itself as blanks
  text('0', 156, 1); // a plain file
  text('ustar', 257, 6);
  text('00', 263, 2);
  octal(
    header.reduce((sum, byte) => sum + byte, 0),
    148,
    6,
  );
  header[154] = 0;
}
