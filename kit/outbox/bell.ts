/** Wakes one sleeper. A ring while nobody sleeps is kept, so that nothing is missed between looking and going to sleep. */
export interface Bell {
  ring(): void;
  /** Sleeps until the next ring, at most `ms` milliseconds. One sleeper at a time. */
  sleep(ms: number): Promise<void>;
}

/** A bell that nobody has rung yet. */
export function createBell(): Bell {
  let rung = false;
  let wake: (() => void) | undefined;
  return {
    ring() {
      if (wake === undefined) rung = true;
      else wake();
    },
    async sleep(ms) {
      if (rung) {
        rung = false;
        return;
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(done, ms);
        function done(): void {
          clearTimeout(timer);
          wake = undefined;
          resolve();
        }
        wake = done;
      });
    },
  };
}
