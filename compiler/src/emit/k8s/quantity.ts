// Quantities of Kubernetes as far as settings have them: whole numbers of KiB, MiB and GiB.

const factors: Readonly<Record<string, number>> = { Ki: 1024, Mi: 1024 ** 2, Gi: 1024 ** 3 };

/** Bytes of `8Mi`. */
export function quantityBytes(text: string): number {
  const [, amount = '0', unit = ''] = /^([0-9]+)([KMG]i)$/u.exec(text) ?? [];
  return Number(amount) * (factors[unit] ?? 1);
}
