import { callerOf } from '#kit/idempotency/once.ts';
import { accepted, refused, toUserErrors, type Outcome } from '#kit/user-error/user-error.ts';
import type { FreightRateInput, Resolvers } from '../__generated__/types.ts';
import { messages } from '../messages.ts';
import type { ZoneRate } from './domain/network.ts';
import { readFen } from './read-fen.ts';

/** Changes of warehouses, carriers and rate cards. */
export const networkMutations = {
  Mutation: {
    createWarehouse: async (_root, { input }, { actions, stores, viewer }) => {
      const handling = input.handlingCost == null ? accepted(0) : readFen(input.handlingCost, ['handlingCost']);
      const created = !handling.ok
        ? handling
        : await actions.changeNetwork.createWarehouse({
            caller: callerOf(viewer),
            idempotencyKey: input.idempotencyKey,
            code: input.code,
            name: { zh: input.name, en: input.nameEn ?? input.name },
            tier: input.tier,
            region: input.region,
            city: input.city,
            parentCode: input.parentCode ?? null,
            coverage: input.coverage ?? null,
            channels: input.channels ?? null,
            cutoff: input.cutoff ?? '16:00',
            carrierCode: input.carrierCode,
            handlingMinor: handling.value,
            dailyParcels: input.dailyParcels ?? 1000,
          });
      return {
        warehouse: created.ok ? await stores.network.warehouseByCode(created.value) : null,
        userErrors: created.ok ? [] : toUserErrors(created.refusals, viewer.locale, messages),
      };
    },

    createCarrier: async (_root, { input }, { actions, stores, viewer }) => {
      const { code, idempotencyKey } = input;
      const name = { zh: input.name, en: input.nameEn ?? input.name };
      const command = { caller: callerOf(viewer), idempotencyKey, code, name };
      const created = await actions.changeNetwork.createCarrier(command);
      return {
        carrier: created.ok ? ((await stores.network.carriersByCodes([created.value]))[0] ?? null) : null,
        userErrors: created.ok ? [] : toUserErrors(created.refusals, viewer.locale, messages),
      };
    },

    setFreightRates: async (_root, { input }, { actions, stores, viewer }) => {
      const { carrierCode, idempotencyKey } = input;
      const rates = ratesOf(input.rates);
      const changed = !rates.ok
        ? rates
        : await actions.changeNetwork.setFreightRates({
            caller: callerOf(viewer),
            idempotencyKey,
            carrierCode,
            rates: rates.value,
          });
      return {
        carrier: changed.ok ? ((await stores.network.carriersByCodes([changed.value]))[0] ?? null) : null,
        userErrors: changed.ok ? [] : toUserErrors(changed.refusals, viewer.locale, messages),
      };
    },
  },
} satisfies Resolvers;

function ratesOf(inputs: readonly FreightRateInput[]): Outcome<ZoneRate[]> {
  const rates: ZoneRate[] = [];
  for (const [index, { zone, minDays, maxDays, ...amounts }] of inputs.entries()) {
    const firstKg = readFen(amounts.firstKg, ['rates', String(index), 'firstKg']);
    const extraKg = readFen(amounts.extraKg, ['rates', String(index), 'extraKg']);
    if (!firstKg.ok) return refused(...firstKg.refusals);
    if (!extraKg.ok) return refused(...extraKg.refusals);
    rates.push({ zone, firstKgMinor: firstKg.value, extraKgMinor: extraKg.value, minDays, maxDays });
  }
  return accepted(rates);
}
