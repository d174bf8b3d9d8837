/** Words that start declarations. */
export declare const declarationWords: readonly string[];
/** `discover`, `detect`, `defend`. */
export declare const verbs: readonly string[];
/** Words that start clauses of rules. */
export declare const ruleWords: readonly string[];
/** Those of them that do something; the others say something. */
export declare const actionWords: readonly string[];
/** Words that start parts of tests. */
export declare const testWords: readonly string[];
/** What a test expects of a decision: `allowed`, `blocked`, … */
export declare const outcomeWords: readonly string[];
/** Types that need no declaration. */
export declare const typeWords: readonly string[];
/** Units of durations, which stand at their number. */
export declare const durationUnits: readonly string[];
/** Words that are never names, but for `in`: `true`, `false`, `null`, `none`. */
export declare const reservedWords: readonly string[];
/** Words such as `by`, which join parts and are names elsewhere. */
export declare const joiningWords: readonly string[];
/** Units that stand apart from their number. */
export declare const unitWords: readonly string[];
/** Operators with two sides that are no words. */
export declare const binaryOperators: readonly string[];
/** Marks that are no operators with two sides, brackets among them. */
export declare const marks: readonly string[];
