import { toUserErrors, type Refusal } from '#kit/user-error/user-error.ts';
import { messages } from '../../messages.ts';
import type { ImportedProduct, RowError } from '../domain/import-job.ts';
import { productRefused } from '../domain/row-errors.ts';

/** Refusals as errors of rows, in both languages, with the place in the product where there is one. */
export function errorsOf(refusals: readonly Refusal[], rowOf: (path: readonly string[]) => number): RowError[] {
  const chinese = toUserErrors(refusals, 'zh-CN', messages);
  return toUserErrors(refusals, 'en', messages).map((english, index) => {
    const path = english.path ?? [];
    const place = path.length === 0 ? '' : `${path.join('.')}: `;
    return {
      row: rowOf(path),
      code: english.code,
      message: { en: `${place}${english.message}`, zh: `${place}${chinese[index]?.message ?? ''}` },
    };
  });
}

/** The errors of a product that was refused: at the row of its SKU where one is to blame, and a word for its other rows. */
export function errorsOfProduct({ rows, skuRows }: ImportedProduct, refusals: readonly Refusal[]): RowError[] {
  const first = rows[0] ?? 1;
  const blamed = errorsOf(refusals, ([field, index]) => (field === 'skus' ? (skuRows[Number(index)] ?? first) : first));
  return withOtherRows(rows, blamed);
}

/** Adds a word for every row of the product that nothing is wrong with. */
export function withOtherRows(rows: readonly number[], blamed: readonly RowError[]): RowError[] {
  const wrong = new Set(blamed.map(({ row }) => row));
  const because = blamed[0]?.row ?? rows[0] ?? 1;
  return [...blamed, ...rows.filter((row) => !wrong.has(row)).map((row) => productRefused(row, because))];
}
