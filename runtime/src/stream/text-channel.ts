// One text that is spread over the frames of a stream: its pieces go to a scanner, and what the scanner replaces comes back as
// edits of the frames. An edit over several frames puts its replacement into the first and takes the match out of the others.
//
// INVARIANT: a frame waits until every byte of its pieces is decided.

import { decodePiece } from './decode-piece.ts';
import type { ByteRange, Frame } from './frame.ts';
import type { ScanProgress, TextScanner } from './text-scanner.ts';
import type { Decision } from '../contract/index.ts';

/** A frame on its way out. */
export interface WaitingFrame {
  readonly bytes: Uint8Array;
  readonly edits: { readonly bytes: readonly [number, number]; readonly text: string }[];
  /** Pieces of text that are not decided. */
  waiting: number;
  readonly wrapped: Frame['wrapped'];
  /** It goes to nobody. */
  isDropped: boolean;
}

/** A part of a frame that is text; positions in the frame's bytes. */
export interface RawPiece {
  readonly frame: WaitingFrame;
  readonly raw: Uint8Array;
  /** From a byte of `raw` to a byte of the frame. */
  readonly frameAt: (offset: number) => number;
}

interface Piece {
  readonly frame: WaitingFrame;
  readonly start: number;
  readonly end: number;
  /** From a byte of the whole text to a byte of the frame. */
  readonly frameAt: (offset: number) => number;
  /** Half of the character that begins the next piece; goes with it. */
  tail: ByteRange | undefined;
}

/** What adding to a text came to. */
export type ChannelOutcome =
  | { readonly kind: 'fine' }
  | { readonly kind: 'malformed' }
  | { readonly kind: 'blocked'; readonly decision: Decision };

export interface TextChannel {
  readonly add: (piece: RawPiece) => ChannelOutcome;
  readonly end: () => ChannelOutcome;
}

const fine: ChannelOutcome = { kind: 'fine' };

/** A text that `scanner` looks into. */
export function createTextChannel(scanner: TextScanner): TextChannel {
  let length = 0;
  let pieces: Piece[] = [];
  let half: number | undefined;

  const settle = ({ safe, edits, block }: ScanProgress): ChannelOutcome => {
    for (const edit of edits) spread(edit, pieces);
    // They stand in the order of the text, so those that are decided come first.
    const open = pieces.findIndex((piece) => !isDecided(piece, safe));
    const decided = open < 0 ? pieces.length : open;
    for (const piece of pieces.slice(0, decided)) piece.frame.waiting--;
    if (decided > 0) pieces = pieces.slice(decided);
    return block === undefined ? fine : { kind: 'blocked', decision: block };
  };
  return {
    add: ({ frame, raw, frameAt }) => {
      const decoded = decodePiece(raw, raw.length === 0 ? undefined : half);
      if (decoded === undefined) return { kind: 'malformed' };
      if (raw.length === 0) return fine;
      const start = length;
      length += decoded.text.length;
      const open = decoded.openHalf;
      half = open?.unit;
      pieces.push({
        frame,
        start,
        end: length,
        frameAt: (offset) => frameAt(decoded.rawAt(offset - start)),
        tail: open && { start: frameAt(open.raw.start), end: frameAt(open.raw.end) },
      });
      frame.waiting++;
      return settle(scanner.push(decoded.text));
    },
    end: () => (half === undefined ? settle(scanner.end()) : { kind: 'malformed' }),
  };
}

/** Half a character at the end is decided with its other half, which is the first character of the next piece. */
function isDecided(piece: Piece, safe: number): boolean {
  return piece.tail === undefined ? piece.end <= safe : piece.end < safe;
}

function spread(
  edit: { readonly start: number; readonly end: number; readonly text: string },
  pieces: readonly Piece[],
): void {
  let text = edit.text;
  for (const piece of pieces) {
    if (piece.start > edit.end) return;
    const start = Math.max(edit.start, piece.start);
    const end = Math.min(edit.end, piece.end);
    if (start < end) {
      piece.frame.edits.push({ bytes: [piece.frameAt(start), piece.frameAt(end)], text });
      text = '';
    }
    if (piece.tail && edit.start <= piece.end && edit.end > piece.end) {
      piece.frame.edits.push({ bytes: [piece.tail.start, piece.tail.end], text: '' });
    }
  }
}
