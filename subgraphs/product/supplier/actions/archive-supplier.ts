import { accepted, notFound, refused, type Outcome } from '#kit/user-error/user-error.ts';
import type { Supplier } from '../domain/supplier.ts';
import type { SupplierStore } from '../store/supplier-store.ts';

/** Archives a supplier: no product is assigned to it any more, those that it has stay. Doing it again changes nothing. */
export async function archiveSupplier(suppliers: SupplierStore, supplierId: string): Promise<Outcome<Supplier>> {
  const archived = await suppliers.change(supplierId, { status: 'ARCHIVED' });
  if (archived !== null) return accepted(archived);
  const [stored] = await suppliers.byIds([supplierId]);
  return stored === undefined ? refused(notFound(['supplierId'], 'supplier')) : accepted(stored);
}
