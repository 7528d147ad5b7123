import type { Refusal } from '#kit/user-error/user-error.ts';

/** SLUG_TAKEN: another product has the slug. */
export function slugTaken(slug: string) {
  return { type: 'SlugTakenError', code: 'SLUG_TAKEN', path: ['slug'], slug } as const satisfies Refusal;
}

/** DUPLICATE_SKU_CODE: the code is in use, or stands twice in the input. */
export function duplicateSkuCode(path: readonly string[], skuCode: string) {
  return { type: 'DuplicateSkuCodeError', code: 'DUPLICATE_SKU_CODE', path, skuCode } as const satisfies Refusal;
}
