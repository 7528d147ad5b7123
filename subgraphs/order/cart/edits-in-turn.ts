/** Runs edits of one cart one after the other, in order of arrival; `waited` tells an edit that others came before it. */
export type EditInTurn = <T>(cartId: string, edit: (waited: boolean) => Promise<T>) => Promise<T>;

/**
 * A queue for each cart in this process. The database decides what is right: of many edits that meet there one is stored and all others begin again,
 * so ten at once cost fifty writes. Here they wait for each other, and ten cost ten.
 */
export function createEditsInTurn(): EditInTurn {
  const last = new Map<string, Promise<unknown>>();
  return async (cartId, edit) => {
    const before = last.get(cartId);
    const mine = before === undefined ? edit(false) : before.then(() => edit(true));
    const settled = mine.then(
      () => undefined,
      () => undefined,
    );
    last.set(cartId, settled);
    try {
      return await mine;
    } finally {
      if (last.get(cartId) === settled) last.delete(cartId);
    }
  };
}
