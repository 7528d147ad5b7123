import type { Once } from '#kit/idempotency/once.ts';
import { newId } from '#kit/ids/ids.ts';
import { accepted, notFound, refused, type Outcome, type Refusal } from '#kit/user-error/user-error.ts';
import { carrierCodeTaken, warehouseCodeTaken } from '../domain/code-taken.ts';
import type { Carrier, LocalName, Warehouse, ZoneRate } from '../domain/network.ts';
import { rateCardProblems } from '../domain/rate-card.ts';
import { codeProblems, nameProblems, readWarehouse, type WarehouseDraft } from '../domain/warehouse-draft.ts';
import type { NetworkStore } from '../store/network.ts';

interface Keyed {
  readonly caller: string;
  readonly idempotencyKey: string;
}

export interface CreateWarehouseCommand extends Keyed, WarehouseDraft {}

export interface CreateCarrierCommand extends Keyed {
  readonly code: string;
  readonly name: LocalName;
}

export interface SetFreightRatesCommand extends Keyed {
  readonly carrierCode: string;
  readonly rates: readonly ZoneRate[];
}

/** What a neighbour that sets the shop up hands over. */
export interface NetworkDraft {
  readonly carriers: readonly Carrier[];
  /** Parents before their children. */
  readonly warehouses: readonly WarehouseDraft[];
}

/** Changes of the network; each answers the code of what it changed. */
export interface ChangeNetwork {
  createWarehouse(command: CreateWarehouseCommand): Promise<Outcome<string>>;
  createCarrier(command: CreateCarrierCommand): Promise<Outcome<string>>;
  setFreightRates(command: SetFreightRatesCommand): Promise<Outcome<string>>;
  /** Creates or changes everything by code; all or nothing is written. */
  load(draft: NetworkDraft): Promise<Outcome<Warehouse[]>>;
}

export function createChangeNetwork(deps: { readonly once: Once; readonly network: NetworkStore }): ChangeNetwork {
  const { once, network } = deps;

  return {
    createWarehouse: ({ caller, idempotencyKey: key, ...draft }) =>
      once({ caller, operation: 'createWarehouse', key, input: draft, subject: 'warehouse' }, async (id) => {
        const read = readWarehouse(draft);
        if (!read.ok) return read;
        const [[carrier], parent] = await Promise.all([
          network.carriersByCodes([draft.carrierCode]),
          draft.parentCode === null ? null : network.warehouseByCode(draft.parentCode),
        ]);
        const missing: Refusal[] = [];
        if (carrier === undefined) missing.push(notFound(['carrierCode'], 'carrier'));
        if (draft.parentCode !== null && parent === null) missing.push(notFound(['parentCode'], 'warehouse'));
        if (missing.length > 0) return refused(...missing);
        const added = await network.addWarehouse({ id, ...read.value });
        return added ? accepted(draft.code) : refused(warehouseCodeTaken(draft.code));
      }),

    createCarrier: ({ caller, idempotencyKey: key, code, name }) =>
      once({ caller, operation: 'createCarrier', key, input: { code, name }, subject: 'request' }, async (callId) => {
        const problems = [...codeProblems(code), ...nameProblems(name)];
        if (problems.length > 0) return refused(...problems);
        const added = await network.addCarrier({ code, name, rates: [] }, callId);
        return added ? accepted(code) : refused(carrierCodeTaken(code));
      }),

    setFreightRates: ({ caller, idempotencyKey: key, carrierCode, rates }) =>
      once(
        { caller, operation: 'setFreightRates', key, input: { carrierCode, rates }, subject: 'request' },
        async () => {
          const problems = rateCardProblems(rates);
          if (problems.length > 0) return refused(...problems);
          const known = await network.setRates(carrierCode, rates);
          return known ? accepted(carrierCode) : refused(notFound(['carrierCode'], 'carrier'));
        },
      ),

    async load({ carriers, warehouses }) {
      const read = warehouses.map(readWarehouse);
      const problems = [
        ...carriers.flatMap(({ code, name, rates }) => [
          ...codeProblems(code),
          ...nameProblems(name),
          ...rateCardProblems(rates),
        ]),
        ...read.flatMap((outcome) => (outcome.ok ? [] : outcome.refusals)),
        ...(await danglingCodes({ carriers, warehouses })),
      ];
      if (problems.length > 0) return refused(...problems);
      await network.putCarriers(carriers, 'loaded');
      const sound = read.flatMap((outcome) => (outcome.ok ? [outcome.value] : []));
      await network.putWarehouses(sound.map((warehouse) => ({ id: newId('warehouse'), ...warehouse })));
      return accepted(await network.warehousesByCodes(sound.map((warehouse) => warehouse.code)));
    },
  };

  async function danglingCodes({ carriers, warehouses }: NetworkDraft): Promise<Refusal[]> {
    const known = await network.network();
    const carrierCodes = new Set([...known.carriers, ...carriers].map((carrier) => carrier.code));
    const warehouseCodes = new Set(known.warehouses.map((warehouse) => warehouse.code));
    return warehouses.flatMap(({ code, carrierCode, parentCode }, index) => {
      const path = (field: string) => ['warehouses', String(index), field];
      const dangling: Refusal[] = [];
      if (!carrierCodes.has(carrierCode)) dangling.push(notFound(path('carrierCode'), 'carrier'));
      if (parentCode !== null && !warehouseCodes.has(parentCode)) {
        dangling.push(notFound(path('parentCode'), 'warehouse'));
      }
      warehouseCodes.add(code);
      return dangling;
    });
  }
}
