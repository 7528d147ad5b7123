/** Of an object: the properties that may be used freely, and of those that are objects in their turn all of it (`true`) or what is named. */
export type FreeToUse<Whole> = {
  readonly [Name in keyof Whole]?: true | readonly (keyof Whole[Name] & string)[];
};

/** The same object, but whoever touches anything of it that isn't free to use is told on. What was touched works as ever. */
export function watched<Whole extends object>(whole: Whole, free: FreeToUse<Whole>, touched: () => void): Whole {
  const parts = new Map<string | symbol, object>();
  return new Proxy(whole, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      const rule = free[name as keyof Whole];
      if (rule === undefined) touched();
      if (rule === undefined || rule === true || typeof value !== 'object' || value === null) return value;
      const known = parts.get(name);
      if (known !== undefined) return known;
      const all = Object.fromEntries(rule.map((each) => [each, true as const]));
      const part = watched(value, all, touched);
      parts.set(name, part);
      return part;
    },
  });
}
