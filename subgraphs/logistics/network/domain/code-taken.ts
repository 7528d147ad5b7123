import type { Refusal } from '#kit/user-error/user-error.ts';

/** WAREHOUSE_CODE_TAKEN: another warehouse has the code. */
export function warehouseCodeTaken(warehouseCode: string) {
  const facts = { path: ['code'], warehouseCode };
  return { type: 'WarehouseCodeTakenError', code: 'WAREHOUSE_CODE_TAKEN', ...facts } as const satisfies Refusal;
}

/** CARRIER_CODE_TAKEN: another carrier has the code. */
export function carrierCodeTaken(carrierCode: string) {
  const facts = { path: ['code'], carrierCode };
  return { type: 'CarrierCodeTakenError', code: 'CARRIER_CODE_TAKEN', ...facts } as const satisfies Refusal;
}
