import type { Money } from '#kit/money/money.ts';
import { currencyMismatch, invalidInput, type Refusal } from '#kit/user-error/user-error.ts';
import { checkOptions } from './check-options.ts';
import type { ProductDraft, SkuDraft } from './draft.ts';
import type { LocalText } from './local-text.ts';
import type { NamedValue, ProductImage } from './product.ts';
import { duplicateSkuCode } from './refusals.ts';

/** The limits of a product, as the SDL promises them. Lengths in characters, weights in grams. */
export const limits = {
  title: 200,
  description: 20_000,
  slug: 100,
  brandName: 100,
  images: 50,
  imageUrl: 2_000,
  imageAlt: 300,
  attributes: 50,
  attributeName: 60,
  attributeValue: 200,
  tags: 50,
  tag: 60,
  skus: 100,
  skuCode: 64,
  barcode: 64,
  weightGrams: 1_000_000,
  /** Below 1,000,000,000.00: sums over any order stay exact. */
  priceMinor: 100_000_000_000,
} as const;

type Path = readonly string[];

/**
 * Everything that is wrong with a draft taken by itself, with paths into `CreateProductInput`. Amounts must be in `currency`, the channel's.
 * Whether slug, codes and category are free or there is for the store to say.
 */
export function checkDraft(draft: ProductDraft, currency: string): Refusal[] {
  return [
    ...checkLocalText(draft.title, 'title', limits.title),
    ...(draft.description === null ? [] : checkLocalText(draft.description, 'description', limits.description)),
    ...checkSlug(draft.slug),
    ...(draft.brand === null ? [] : checkText(draft.brand.zh, ['brandName'], limits.brandName)),
    ...checkImages(draft.images),
    ...checkAttributes(draft.attributes),
    ...checkTags(draft.tags),
    ...checkSkus(draft.skus, currency),
    ...checkOptions(draft.options, draft.skus),
  ];
}

/** A text of 1 to `longest` characters without control characters other than line breaks. */
export function checkText(text: string, path: Path, longest: number): Refusal[] {
  if (text.trim() === '' || text.length > longest) {
    return [
      invalidInput(path, { en: `It takes 1 to ${longest} characters.`, zh: `长度须为 1 至 ${longest} 个字符。` }),
    ];
  }
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(text)) {
    return [invalidInput(path, { en: 'It holds control characters. Remove them.', zh: '含有控制字符，请删除。' })];
  }
  return [];
}

/** Both languages of a text, `title` and `titleEn`. */
export function checkLocalText(text: LocalText, field: string, longest: number): Refusal[] {
  const english = text.en === null || text.en === text.zh ? [] : checkText(text.en, [`${field}En`], longest);
  return [...checkText(text.zh, [field], longest), ...english];
}

function checkSlug(slug: string | null): Refusal[] {
  if (slug === null) return [];
  if (slug.length <= limits.slug && /^[\p{Ll}\p{Lo}\p{M}\p{N}]+(?:[-_]+[\p{Ll}\p{Lo}\p{M}\p{N}]+)*$/u.test(slug))
    return [];
  return [
    invalidInput(['slug'], {
      en: `A slug is lower-case letters and digits joined by - or _, at most ${limits.slug} characters.`,
      zh: `slug 由小写字母、数字及连接符 - 或 _ 组成，最多 ${limits.slug} 个字符。`,
    }),
  ];
}

/** Picture addresses and how many there are. */
export function checkImages(images: readonly ProductImage[]): Refusal[] {
  const tooMany = atMost(images.length, limits.images, ['images']);
  return [...tooMany, ...images.flatMap((image, index) => checkImage(image, ['images', String(index)]))];
}

function checkImage(image: ProductImage, path: Path): Refusal[] {
  const refusals: Refusal[] = [];
  if (!isImageUrl(image.url)) {
    refusals.push(
      invalidInput([...path, 'url'], {
        en: 'A picture has an http(s) address or a path of this site that begins with /.',
        zh: '图片须为 http(s) 地址，或以 / 开头的站内路径。',
      }),
    );
  }
  if (image.alt !== null && image.alt.length > limits.imageAlt) {
    refusals.push(...checkText(image.alt, [...path, 'alt'], limits.imageAlt));
  }
  return refusals;
}

/** An http(s) address, or a path of the shop's own site; `//host` would be another site. */
function isImageUrl(url: string): boolean {
  if (url.length > limits.imageUrl || /[\s\\]/.test(url)) return false;
  if (url.startsWith('/')) return !url.startsWith('//');
  return /^https?:\/\//i.test(url) && URL.canParse(url);
}

/** Names and values of attributes and how many there are. */
export function checkAttributes(attributes: readonly NamedValue[]): Refusal[] {
  return [
    ...atMost(attributes.length, limits.attributes, ['attributes']),
    ...attributes.flatMap(({ name, value }, index) => [
      ...checkText(name, ['attributes', String(index), 'name'], limits.attributeName),
      ...checkText(value, ['attributes', String(index), 'value'], limits.attributeValue),
    ]),
  ];
}

/** Keywords and how many there are. */
export function checkTags(tags: readonly string[]): Refusal[] {
  return [
    ...atMost(tags.length, limits.tags, ['tags']),
    ...tags.flatMap((tag, index) => checkText(tag, ['tags', String(index)], limits.tag)),
  ];
}

function checkSkus(skus: readonly SkuDraft[], currency: string): Refusal[] {
  if (skus.length === 0) {
    return [invalidInput(['skus'], { en: 'A product needs at least one SKU.', zh: '商品至少需要一个规格（SKU）。' })];
  }
  const seen = new Set<string>();
  return [
    ...atMost(skus.length, limits.skus, ['skus']),
    ...skus.flatMap((sku, index) => {
      const path = ['skus', String(index)];
      const twice = seen.has(sku.code) ? [duplicateSkuCode([...path, 'code'], sku.code)] : [];
      seen.add(sku.code);
      return [...twice, ...checkSku(sku, path, currency)];
    }),
  ];
}

function checkSku(sku: SkuDraft, path: Path, currency: string): Refusal[] {
  const refusals: Refusal[] = [];
  if (!/^[^\s\p{C}]+$/u.test(sku.code) || sku.code.length > limits.skuCode) {
    refusals.push(
      invalidInput([...path, 'code'], {
        en: `A SKU code is 1 to ${limits.skuCode} characters without spaces.`,
        zh: `SKU 编码须为 1 至 ${limits.skuCode} 个不含空格的字符。`,
      }),
    );
  }
  if (sku.title !== null) refusals.push(...checkText(sku.title.zh, [...path, 'title'], limits.title));
  if (sku.barcode !== null) refusals.push(...checkText(sku.barcode, [...path, 'barcode'], limits.barcode));
  if (sku.imageUrl !== null) refusals.push(...checkImage({ url: sku.imageUrl, alt: null }, [...path, 'image']));
  if (!Number.isInteger(sku.weightGrams) || sku.weightGrams < 0 || sku.weightGrams > limits.weightGrams) {
    refusals.push(
      invalidInput([...path, 'weightGrams'], {
        en: `A weight is 0 to ${limits.weightGrams} grams.`,
        zh: `重量须为 0 至 ${limits.weightGrams} 克。`,
      }),
    );
  }
  for (const field of ['price', 'compareAtPrice', 'cost'] as const) {
    const amount = sku[field];
    if (amount !== null) refusals.push(...checkPrice(amount, [...path, field], currency));
  }
  return refusals;
}

/** An amount in the right currency, 0 or more and below 1,000,000,000. */
export function checkPrice(amount: Money, path: Path, currency: string): Refusal[] {
  if (amount.currency !== currency) return [currencyMismatch([...path, 'currency'], currency, amount.currency)];
  if (amount.minor >= 0 && amount.minor < limits.priceMinor) return [];
  return [
    invalidInput([...path, 'amount'], {
      en: 'A price is 0 or more and below 1,000,000,000.',
      zh: '价格须大于等于 0 且小于 1,000,000,000。',
    }),
  ];
}

/** A list that must not be longer than `most`. */
export function atMost(length: number, most: number, path: Path): Refusal[] {
  if (length <= most) return [];
  return [invalidInput(path, { en: `There may be at most ${most}.`, zh: `最多 ${most} 项。` })];
}
