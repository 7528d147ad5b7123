import type { Migration } from '#kit/mongo/migrations.ts';

/** Returns come back in parts: each receipt has a refund of its own, and after-sales from before have none. */
export const afterSalesByReceipt: Migration = {
  id: '2026-11-23-after-sales-by-receipt',
  async up(connection) {
    const database = connection.getClient().db(connection.name);
    const refunds = database.collection('refunds');
    const old = (
      await refunds
        .listIndexes()
        .toArray()
        .catch(() => [])
    ).some(({ name }) => name === 'afterSaleId_1');
    if (old) await refunds.dropIndex('afterSaleId_1');
    await refunds.updateMany({ receiptId: { $exists: false } }, { $set: { receiptId: null } });
    const afterSales = database.collection('afterSales');
    const open = { $in: ['$status', ['RETURNED']] };
    const refundOnly = { $and: [{ $eq: ['$status', 'APPROVED'] }, { $eq: ['$kind', 'REFUND_ONLY'] }] };
    await afterSales.updateMany({ receipts: { $exists: false } }, [
      {
        $set: {
          lines: {
            $map: {
              input: '$lines',
              in: {
                $mergeObjects: [
                  '$$this',
                  { paidMinor: '$$this.refundMinor', replacementSkuId: null, receivedUnits: 0, receivedMinor: 0 },
                ],
              },
            },
          },
          withdrawal: null,
          replacement: null,
          parcel: null,
          receipts: [],
          // Goods that were just received are received once more; a refund that was just granted is paid by the job.
          status: { $cond: [open, 'APPROVED', '$status'] },
          pendingSince: { $cond: [refundOnly, '$updatedAt', null] },
        },
      },
    ]);
  },
};
