/** What promotion has to know of goods to tell which offers are for them. */
export interface OfferSubject {
  readonly productId: string;
  readonly brandId: string | null;
  /** From the root category down to the product's own. */
  readonly categorySlugs: readonly string[];
  /** Of a product all that are still made, of a SKU its own. */
  readonly skuIds: readonly string[];
}

/** One unit of a SKU, at its price in the caller's channel. */
export interface OfferUnit extends OfferSubject {
  /** Minor units. */
  readonly priceMinor: number;
  /** The least that may be left of it, minor units; 0 when that isn't known. */
  readonly floorMinor: number;
  /** ISO 4217. */
  readonly currency: string;
}

// Control characters, which neither ids nor slugs hold.
const betweenParts = '\u001e';
const betweenNames = '\u001f';

/**
 * A subject in the one text by which the graph hands it from product to promotion. As objects it would be a third of all that a page of products consists of, read, copied and
 * compared by three services for nobody's eyes.
 */
export function writeOfferSubject({ productId, brandId, categorySlugs, skuIds }: OfferSubject): string {
  const lists = `${categorySlugs.join(betweenNames)}${betweenParts}${skuIds.join(betweenNames)}`;
  return `${productId}${betweenParts}${brandId ?? ''}${betweenParts}${lists}`;
}

/** A unit, in the same way. */
export function writeOfferUnit(unit: OfferUnit): string {
  const { priceMinor, floorMinor, currency } = unit;
  return [writeOfferSubject(unit), priceMinor, currency, floorMinor].join(betweenParts);
}

/** Reads what `writeOfferSubject` wrote. */
export function readOfferSubject(text: string): OfferSubject {
  return subjectOf(text.split(betweenParts));
}

/** Reads what `writeOfferUnit` wrote. RangeError for a text without a price. */
export function readOfferUnit(text: string): OfferUnit {
  const parts = text.split(betweenParts);
  const [, , , , priceMinor, currency, floorMinor = 0] = parts;
  if (currency === undefined) throw new RangeError('the text of an offer unit has a price');
  return { ...subjectOf(parts), priceMinor: Number(priceMinor), floorMinor: Number(floorMinor), currency };
}

function subjectOf([productId = '', brandId = '', categorySlugs = '', skuIds = '']: readonly string[]): OfferSubject {
  return {
    productId,
    brandId: brandId === '' ? null : brandId,
    categorySlugs: namesIn(categorySlugs),
    skuIds: namesIn(skuIds),
  };
}

function namesIn(text: string): string[] {
  return text === '' ? [] : text.split(betweenNames);
}
