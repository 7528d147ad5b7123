import { newId } from '#kit/ids/ids.ts';
import { accepted, invalidInput, refused, type Outcome } from '#kit/user-error/user-error.ts';
import { isQuantity, quantityOutOfLimits } from '../../stock/domain/quantity.ts';
import { addedUp, type SkuQuantity } from '../../stock/domain/movement.ts';
import type { Parcel } from './fulfillment.ts';

/** A parcel as the packer says it is: without lines it holds everything. */
export interface PackedParcel {
  readonly weightGrams: number;
  readonly lines: readonly SkuQuantity[] | null;
}

const mostParcels = 50;
const heaviestGrams = 1_000_000;

/**
 * The parcels of a fulfillment; none given means one, unweighed, with everything. INVALID_INPUT unless together they hold exactly what the
 * fulfillment does. Weights are 1 to 1,000,000 grams.
 */
export function packInto(contents: readonly SkuQuantity[], given: readonly PackedParcel[] | null): Outcome<Parcel[]> {
  const everything = addedUp(contents);
  if (given === null) return accepted([{ id: newId('parcel'), weightGrams: null, lines: everything }]);
  const wrong = firstProblem(given);
  if (wrong !== null) return refused(wrong);
  const parcels = given.map((parcel) => ({
    id: newId('parcel'),
    weightGrams: parcel.weightGrams,
    lines: addedUp(parcel.lines ?? everything),
  }));
  const packed = new Map(addedUp(parcels.flatMap((parcel) => parcel.lines)).map((line) => [line.skuId, line.quantity]));
  const complete =
    packed.size === everything.length && everything.every((line) => packed.get(line.skuId) === line.quantity);
  if (complete) return accepted(parcels);
  return refused(
    invalidInput(['parcels'], {
      en: 'Together the parcels must hold exactly what the fulfillment holds.',
      zh: '所有包裹合计须与发货单的商品和数量完全一致。',
    }),
  );
}

function firstProblem(given: readonly PackedParcel[]) {
  if (given.length < 1 || given.length > mostParcels) {
    return invalidInput(['parcels'], {
      en: `A fulfillment is packed into 1 to ${mostParcels} parcels.`,
      zh: `发货单须装入 1 到 ${mostParcels} 个包裹。`,
    });
  }
  for (const [index, { weightGrams, lines }] of given.entries()) {
    const path = ['parcels', String(index)];
    if (!Number.isSafeInteger(weightGrams) || weightGrams < 1 || weightGrams > heaviestGrams) {
      return invalidInput([...path, 'weightGrams'], {
        en: `A parcel weighs 1 to ${heaviestGrams} grams.`,
        zh: `包裹重量须为 1 到 ${heaviestGrams} 克。`,
      });
    }
    if (lines === null && given.length > 1) {
      return invalidInput([...path, 'lines'], {
        en: 'Of several parcels each must say what it holds.',
        zh: '有多个包裹时，须写明每个包裹所装的商品。',
      });
    }
    const bad = (lines ?? []).findIndex((line) => !isQuantity(line.quantity));
    if (bad >= 0) return quantityOutOfLimits([...path, 'lines', String(bad), 'quantity']);
  }
  return null;
}
