// What an enforcer in front of a provider's API has to know of the provider, as its `.rdp` file says it: plain data in a bundle.

/** One provider that may answer on a surface. */
export interface ProviderPlan {
  /** `openai` */
  readonly name: string;
  /** In small letters; `*.` ahead stands for any labels. None: known by `anywhere` alone. */
  readonly hosts: readonly string[];
  /** Templates of the paths that its formats are known for: `/v1/chat/completions`, `/model/{model}/converse`. */
  readonly paths: readonly string[];
  /** At hosts of nobody: how a path ends (`/chat/completions`), and a key that the body of a request has then. */
  readonly anywhere: readonly { readonly path: string; readonly key: string | undefined }[];
  /** Headers that carry a key of the provider, in small letters. */
  readonly keys: readonly string[];
  readonly asks: readonly UsageAsk[];
  readonly refusal: RefusalShape | undefined;
}

/** What a request has to say so that the provider counts the tokens of its stream. */
export interface UsageAsk {
  /** How the paths end that this is for. */
  readonly paths: readonly string[];
  /** JSON Pointer that must be `true`, or the request is left as it is. */
  readonly when: string;
  /** JSON Pointer that becomes `true`. */
  readonly set: string;
  /** An event whose list at this pointer is empty is there for the count alone: it goes to nobody who did not ask for it. */
  readonly drop: string;
}

/** How the provider's API says that it refuses: the JSON body that its clients understand. */
export interface RefusalShape {
  /** JSON Pointer of the message. */
  readonly message: string;
  /** JSON Pointer of the HTTP status as a number. */
  readonly status: string | undefined;
  /** What else stands in the body, in this order. */
  readonly texts: readonly { readonly path: string; readonly text: string }[];
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  /** Name of the event that says so in a stream of server-sent events. */
  readonly event: string | undefined;
}
