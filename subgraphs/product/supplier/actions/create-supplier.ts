import { newId } from '#kit/ids/ids.ts';
import { accepted, refused, type Outcome } from '#kit/user-error/user-error.ts';
import { supplierCodeTaken, supplierProblems, type Supplier } from '../domain/supplier.ts';
import type { SupplierStore } from '../store/supplier-store.ts';

/** Adds a supplier. Of several with one code at the same moment one is added. */
export async function createSupplier(
  suppliers: SupplierStore,
  { code, name }: Pick<Supplier, 'code' | 'name'>,
): Promise<Outcome<Supplier>> {
  const wrong = supplierProblems({ code, name });
  if (wrong.length > 0) return refused(...wrong);
  const supplier: Supplier = { id: newId('supplier'), code, name, status: 'ACTIVE' };
  return (await suppliers.add(supplier)) ? accepted(supplier) : refused(supplierCodeTaken(code));
}
