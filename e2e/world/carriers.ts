import { CreateCarrierDocument, SetFreightRatesDocument } from '../__generated__/operations.ts';
import { accepted, type Client } from './client.ts';
import { signInStaff, type StaffPlace } from './staff.ts';
import { newKey, yuan } from './unique.ts';

/** What every carrier asks in tests: freight of a light parcel within a region is ¥8.00. */
const rates = [
  { zone: 'LOCAL', firstKg: yuan('8.00'), extraKg: yuan('2.00'), minDays: 1, maxDays: 1 },
  { zone: 'NEAR', firstKg: yuan('10.00'), extraKg: yuan('3.00'), minDays: 1, maxDays: 2 },
  { zone: 'FAR', firstKg: yuan('12.00'), extraKg: yuan('5.00'), minDays: 2, maxDays: 4 },
  { zone: 'REMOTE', firstKg: yuan('20.00'), extraKg: yuan('10.00'), minDays: 4, maxDays: 7 },
] as const;

/** Lets SF and ZTO carry parcels in a new graph, where warehouses of tests hand all of theirs to SF. */
export async function openCarriers(place: StaffPlace): Promise<void> {
  const staff = await signInStaff(place);
  await openCarrier(staff, 'SF', '顺丰速运');
  await openCarrier(staff, 'ZTO', '中通快递');
}

/** Adds a carrier with rates for every zone. */
export async function openCarrier(staff: Client, code: string, name: string): Promise<void> {
  const { createCarrier } = await staff.ask(CreateCarrierDocument, { input: { code, name, idempotencyKey: newKey() } });
  accepted(createCarrier, 'carrier');
  const { setFreightRates } = await staff.ask(SetFreightRatesDocument, {
    input: { carrierCode: code, rates, idempotencyKey: newKey() },
  });
  accepted(setFreightRates, 'carrier');
}
