/** Entries of one list at most; beyond that it begins anew. A shop asks for each of its SKUs in each of its channels. */
const most = 50_000;

/**
 * Remembers what was worked out from a list under a key, as long as anybody holds the list: a list of promotions in memory is replaced when one of them changes, begins or ends. `work` must
 * depend on nothing else than both. Values are shared: look, don't touch.
 */
export function rememberFor<Value>(): (list: readonly object[], key: string, work: () => Value) => Value {
  const byList = new WeakMap<readonly object[], Map<string, Value>>();
  return (list, key, work) => {
    let known = byList.get(list);
    if (known === undefined || known.size >= most) byList.set(list, (known = new Map()));
    const value = known.get(key);
    if (value !== undefined) return value;
    const fresh = work();
    known.set(key, fresh);
    return fresh;
  };
}
