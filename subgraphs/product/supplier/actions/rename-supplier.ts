import { accepted, invalidState, notFound, refused, type Outcome } from '#kit/user-error/user-error.ts';
import { nameProblems, type Supplier } from '../domain/supplier.ts';
import type { SupplierStore } from '../store/supplier-store.ts';

/** Gives a supplier that isn't archived another name. */
export async function renameSupplier(
  suppliers: SupplierStore,
  { supplierId, name }: { readonly supplierId: string; readonly name: string },
): Promise<Outcome<Supplier>> {
  const wrong = nameProblems(name);
  if (wrong.length > 0) return refused(...wrong);
  const renamed = await suppliers.change(supplierId, { name });
  if (renamed !== null) return accepted(renamed);
  const [stored] = await suppliers.byIds([supplierId]);
  if (stored === undefined) return refused(notFound(['supplierId'], 'supplier'));
  return refused(invalidState(['supplierId'], { state: stored.status }));
}
