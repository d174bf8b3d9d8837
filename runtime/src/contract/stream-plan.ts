// How a response that streams is decided on, as the compiler worked it out and the runtime does it: plain data in a bundle.

/** Name of the file in a bundle that has the plans; there is none where no response is decided on. */
export const streamsFile = 'policy.streams.json';

/** Where text stands in the events of a stream. */
export interface StreamText {
  /** JSON Pointer of a string in an event's payload; `*` stands for every index of an array. */
  readonly path: string;
  /** `stream`: pieces of one text; `frame`: a text of its own in each event. */
  readonly join: 'stream' | 'frame';
  /** Pointers of values that tell texts of one path apart; a `*` is what it is in `path`. */
  readonly by: readonly string[];
}

/** How one provider's response streams. */
export interface ProviderStream {
  readonly provider: string;
  readonly format: 'sse' | 'ndjson';
  readonly texts: readonly StreamText[];
}

/** A rule that needs the whole text, or fields that come with the whole response. */
export interface StreamGap {
  readonly rule: string;
  readonly needs: 'text' | 'response';
  /** In words: `it reads …`. */
  readonly why: string;
}

/** What becomes of an event's streams. */
export interface StreamPlan {
  /** `shop/checkout/Chat/response` */
  readonly entrypoint: string;
  /**
   * `incremental`: text goes out as soon as it is decided. `whole`: none before the text is complete. `refused`: a rule reads what
   * a stream does not tell, so responses must not stream.
   */
  readonly scan: 'incremental' | 'whole' | 'refused';
  /** The rules that need more than the text so far, and why; none for `incremental`. */
  readonly gaps: readonly StreamGap[];
  /** The rules that only note something and need all of the text for it: they are asked when it is complete. */
  readonly notes: readonly string[];
  /** Bytes of text that have to be kept before what is not decided: context words may stand there. */
  readonly context: number;
  readonly providers: readonly ProviderStream[];
}
