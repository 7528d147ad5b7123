import { newId } from '#kit/ids/ids.ts';
import { accepted, invalidState, refused, type Outcome, type Refusal } from '#kit/user-error/user-error.ts';
import type { Catalogue } from '../../product/actions/catalogue.ts';
import { supplierProblems, type Supplier } from '../../supplier/domain/supplier.ts';

/** Creates or renames suppliers by code, all or none. */
export async function loadSuppliers(
  { transaction, suppliers }: Pick<Catalogue, 'transaction' | 'suppliers'>,
  wanted: readonly Pick<Supplier, 'code' | 'name'>[],
): Promise<Outcome<{ loaded: number }>> {
  return transaction(async (session) => {
    const codes = wanted.map(({ code }) => code);
    const known = new Map((await suppliers.byCodes(codes, session)).map((supplier) => [supplier.code, supplier]));
    const refusals = wanted.flatMap((supplier, index): Refusal[] => {
      const at = ['suppliers', String(index)];
      const wrong = supplierProblems(supplier).map((refusal) => ({
        ...refusal,
        path: [...at, ...(refusal.path ?? [])],
      }));
      const archived = known.get(supplier.code)?.status === 'ARCHIVED';
      return archived ? [...wrong, invalidState([...at, 'code'], { state: 'ARCHIVED' })] : wrong;
    });
    if (refusals.length > 0) return refused(...refusals);
    await suppliers.save(
      wanted.map(({ code, name }) => ({ id: known.get(code)?.id ?? newId('supplier'), code, name, status: 'ACTIVE' })),
      session,
    );
    return accepted({ loaded: wanted.length });
  });
}
