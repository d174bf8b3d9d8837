// One count of bytes for all bodies that are being received, whoever receives them.

export interface BodyBudget {
  /** Takes as many bytes, or none when there are not as many left. */
  readonly take: (bytes: number) => 'taken' | 'refused';
  readonly give: (bytes: number) => void;
}

/** A budget of `limit` bytes. */
export function createBodyBudget(limit: number): BodyBudget {
  let left = limit;
  return {
    take: (bytes) => {
      if (bytes > left) return 'refused';
      left -= bytes;
      return 'taken';
    },
    give: (bytes) => {
      left += bytes;
    },
  };
}
