import { createHash } from 'node:crypto';
import type { Clock } from '#kit/clock/clock.ts';
import { stableJson } from '#kit/idempotency/stable-json.ts';
import { newId } from '#kit/ids/ids.ts';
import type { Call } from '#kit/transport/transport.ts';
import { accepted, idempotencyConflict, refused, type Outcome, type Refusal } from '#kit/user-error/user-error.ts';
import type { Product } from '../../neighbours.ts';
import type { PlainTerms } from '../../order/domain/draft-order.ts';
import { skuUnavailable } from '../../order/domain/order-refusals.ts';
import type { Order } from '../../order/domain/order.ts';
import type { PlacingSaga } from '../../order/steps/place-by-saga.ts';
import { amountsOf, externalRefusals, type ExternalOrder } from '../domain/external-order.ts';

interface ImportParts {
  readonly product: Product;
  readonly saga: PlacingSaga;
  readonly clock: Clock;
}

/** The partner collects the money: an unpaid order waits for it longer than a shopper's. */
const unpaidMs = 24 * 3600_000;

export type ImportExternalOrder = ReturnType<typeof createImportExternalOrder>;

/**
 * Takes over a partner's order, once for each of its own ids. A refusal is not remembered: when the stock is there the partner may send the order again.
 */
export function createImportExternalOrder({ product, saga, clock }: ImportParts) {
  async function termsOf(
    input: ExternalOrder,
    partner: { id: string; channel: string },
    contentHash: string,
    call: Call,
  ): Promise<Outcome<PlainTerms>> {
    const { channel } = partner;
    const codes = [...new Set(input.lines.map((line) => line.skuCode))];
    const { skus } = await product.skuFacts({ codes, channel }, call);
    const byCode = new Map(skus.map((sku) => [sku.code, sku]));
    const lines: PlainTerms['lines'][number][] = [];
    const unknown: Refusal[] = [];
    for (const [index, { skuCode, quantity, unitPrice }] of input.lines.entries()) {
      const sku = byCode.get(skuCode);
      if (sku === undefined) {
        unknown.push(skuUnavailable(['lines', String(index), 'skuCode'], { skuCode }));
        continue;
      }
      const { skuId, productId, title, weightGrams, supplierId } = sku;
      const totalMinor = unitPrice.minor * quantity;
      const unitPriceMinor = unitPrice.minor;
      lines.push({
        lineId: newId('orderLine'),
        skuId,
        productId,
        title,
        quantity,
        unitPriceMinor,
        totalMinor,
        weightGrams,
        supplierId,
        steps: [],
      });
    }
    if (unknown.length > 0) return refused(...unknown);
    const now = clock.now();
    return accepted({
      ...amountsOf(input),
      memberId: null,
      channel,
      currency: input.total.currency,
      placedAt: input.placedAt,
      expiresAt: new Date(now.getTime() + unpaidMs),
      pointsSpent: 0,
      benefits: { promotions: [], coupons: [], flashTicketId: null },
      address: input.address,
      note: null,
      lines,
      deliveries: [],
      external: { partnerId: partner.id, system: input.system, id: input.externalId, contentHash },
      cart: null,
      paidElsewhere: input.paid,
    });
  }

  return async function importExternalOrder(
    input: ExternalOrder,
    partner: { readonly id: string; readonly channel: string },
    call: Call,
  ): Promise<Outcome<Order>> {
    const wrong = externalRefusals(input, clock.now());
    if (wrong.length > 0) return refused(...wrong);
    const placementId = `external:${hash([partner.id, input.system, input.externalId])}`;
    const contentHash = hash(input);
    let outcome = await saga.resume(placementId, 'partner', call, { alone: false });
    if (outcome === null) {
      const terms = await termsOf(input, partner, contentHash, call);
      if (!terms.ok) return terms;
      outcome = await saga.place(placementId, terms.value, { actor: 'partner' }, call);
    }
    if (!outcome.ok) return refused(...outcome.refusals.map((refusal) => atItsLine(refusal)));
    const order = outcome.value;
    return order.external?.contentHash === contentHash
      ? accepted(order)
      : refused({ ...idempotencyConflict(), path: ['externalId'] });
  };
}

/** A neighbour that is short of a SKU knows no line of the partner's. */
function atItsLine(refusal: Refusal): Refusal {
  return refusal.path === undefined ? { ...refusal, path: ['lines'] } : refusal;
}

function hash(value: unknown): string {
  return createHash('sha256').update(stableJson(value)).digest('base64url');
}
