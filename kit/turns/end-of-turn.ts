let ending: Promise<void> | null = null;

/**
 * The end of this turn of the event loop, when everything is there that has arrived in it. Whatever waits for it goes on together, one step of all before the next step of any: a processor that
 * does the same thing many times in a row has its instructions and their data at hand, and one that does a whole request before it looks at the next fetches them anew for each (`docs/adr/0046…`). Those who wait share one promise and not each a `setImmediate`,
 * between which everything that follows from one would be done.
 */
export function endOfTurn(): Promise<void> {
  return (ending ??= new Promise((resolve) => {
    setImmediate(() => {
      ending = null;
      resolve();
    });
  }));
}
