// How a response that streams is decided on, as the compiler worked it out and the runtime does it: plain data in a bundle.

/** Name of the file in a bundle that has the plans; there is none where no response is decided on. */
export const streamsFile = 'policy.streams.json';

/**
 * What is between the events of a stream: server-sent events; lines; the items of one JSON array; the binary frames of
 * `application/vnd.amazon.eventstream`.
 */
export type StreamFormat = 'sse' | 'ndjson' | 'json' | 'eventstream';

/** Where text stands in the events of a stream. */
export interface StreamText {
  /** JSON Pointer of a string in an event's payload; `*` stands for every index of an array. */
  readonly path: string;
  /** `stream`: pieces of one text; `frame`: a text of its own in each event. */
  readonly join: 'stream' | 'frame';
  /** Pointers of values that tell texts of one path apart; a `*` is what it is in `path`. */
  readonly by: readonly string[];
  /** In which events it stands, and in which it does not. */
  readonly only?: StreamCase;
  readonly except?: StreamCase;
}

/** Whether the value at a pointer is one of some texts. */
export interface StreamCase {
  readonly path: string;
  readonly values: readonly string[];
}

/** Where a tool call stands in the events of a stream. Calls of one `id` and the same values of `by` are one. */
export interface StreamCall {
  /** Tells places that belong to one call: `name` at one, `arguments` at another. */
  readonly id: string;
  /** Pointer of the tool's name, or of the arguments: pieces of a text, pieces of JSON as text, or a value that is whole. */
  readonly path: string;
  readonly part: 'name' | 'piece' | 'json' | 'value';
  readonly by: readonly string[];
  readonly only?: StreamCase;
  readonly except?: StreamCase;
}

/** Pointers of numbers. The last one seen of an alternative counts; alternatives are added up. */
export interface StreamUsage {
  readonly input: readonly (readonly string[])[];
  readonly output: readonly (readonly string[])[];
  /** Tokens that the provider does not count in `input`, or not in `output`. */
  readonly more_input: readonly (readonly string[])[];
  readonly more_output: readonly (readonly string[])[];
}

/** How one provider's response streams. */
export interface ProviderStream {
  readonly provider: string;
  /** In which of these, the response's content type says; the first is taken where it does not. */
  readonly formats: readonly StreamFormat[];
  readonly texts: readonly StreamText[];
  readonly calls: readonly StreamCall[];
  readonly usage: StreamUsage;
  /** Pointers of why the model stopped. */
  readonly finish: readonly string[];
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
   * `incremental`: text goes out as soon as it is decided. `whole`: none before the text is complete. `held`: nothing before the
   * response is. `refused`: a rule asks for what cannot be asked of a stream, so responses must not stream.
   */
  readonly scan: 'incremental' | 'whole' | 'held' | 'refused';
  /** Where it is `held`: the fields that come with the response and that rules read. */
  readonly reads: readonly string[];
  /** The rules that need more than the text so far, and why; none for `incremental`. */
  readonly gaps: readonly StreamGap[];
  /** The rules that only note something and need all of the text for it: they are asked when it is complete. */
  readonly notes: readonly string[];
  /** Bytes of text that have to be kept before what is not decided: context words may stand there. */
  readonly context: number;
  readonly providers: readonly ProviderStream[];
}
