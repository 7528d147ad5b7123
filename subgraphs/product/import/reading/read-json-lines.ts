import { z } from 'zod';
import { draftFrom } from '../../product/domain/draft-from-input.ts';
import type { ImportedProduct, RowError } from '../domain/import-job.ts';
import { malformedJson, missingValue } from '../domain/row-errors.ts';
import { errorsOf } from './refusal-errors.ts';

const amount = z.strictObject({
  amount: z.union([z.string(), z.number().transform(String)]),
  currency: z.string().optional(),
});
const namedValue = z.strictObject({ name: z.string(), value: z.string() });

/** `CreateProductInput` as JSON; the currency of amounts may be left out. */
const line = z.strictObject({
  title: z.string(),
  titleEn: z.string().nullish(),
  slug: z.string().nullish(),
  description: z.string().nullish(),
  descriptionEn: z.string().nullish(),
  categorySlug: z.string().nullish(),
  brandName: z.string().nullish(),
  images: z.array(z.strictObject({ url: z.string(), alt: z.string().nullish() })).nullish(),
  options: z.array(z.strictObject({ name: z.string(), values: z.array(z.string()) })).nullish(),
  attributes: z.array(namedValue).nullish(),
  tags: z.array(z.string()).nullish(),
  skus: z.array(
    z.strictObject({
      code: z.string(),
      title: z.string().nullish(),
      options: z.array(namedValue).nullish(),
      price: amount,
      compareAtPrice: amount.nullish(),
      cost: amount.nullish(),
      weightGrams: z.number().nullish(),
      barcode: z.string().nullish(),
      quantity: z.number().int().min(0).max(1_000_000).nullish(),
    }),
  ),
});

/** The product in one line, or what is wrong with it. */
export function productOfLine(
  text: string,
  row: number,
  currency: string,
): { product: ImportedProduct | null; errors: RowError[] } {
  const refused = (...errors: RowError[]) => ({ product: null, errors });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return refused(malformedJson(row, 'JSON'));
  }
  const read = line.safeParse(json);
  if (!read.success) {
    const [issue] = read.error.issues;
    return refused(malformedJson(row, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`));
  }
  const { slug, skus, ...rest } = read.data;
  if (slug == null || slug.trim() === '') return refused(missingValue(row, 'slug'));
  const withCurrency = (given: z.output<typeof amount>) => ({
    amount: given.amount,
    currency: given.currency ?? currency,
  });
  const draft = draftFrom({
    ...rest,
    slug: slug.trim().toLowerCase(),
    skus: skus.map((sku) => ({
      ...sku,
      price: withCurrency(sku.price),
      compareAtPrice: sku.compareAtPrice == null ? null : withCurrency(sku.compareAtPrice),
      cost: sku.cost == null ? null : withCurrency(sku.cost),
    })),
  });
  if (!draft.ok) return refused(...errorsOf(draft.refusals, () => row));
  const quantities = Object.fromEntries(skus.flatMap(({ code, quantity }) => (quantity ? [[code, quantity]] : [])));
  const skuRows = skus.map(() => row);
  return { errors: [], product: { draft: draft.value, rows: [row], skuRows, publish: true, quantities } };
}
