/** How far a part of the loading is. */
export interface Progress {
  /** What is loaded, for example `products`. */
  readonly part: string;
  readonly done: number;
  readonly total: number;
}

/** Told of every part with nothing done before the loading begins, then as it goes on; a part is finished when `done` equals `total`. */
export type OnProgress = (progress: Progress) => void;

/** Where progress is shown: standard output, or a test's. */
interface Screen {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const barWidth = 24;

/**
 * Shows the progress: on a terminal one line that moves, with a bar for everything together, elsewhere a plain line for each finished part.
 * `end` finishes the line.
 */
export function progressDisplay(screen: Screen) {
  const parts = new Map<string, Progress>();
  const begunAt = performance.now();

  function bar(part: string): string {
    const [done, all] = [...parts.values()].reduce(([a, b], { done, total }) => [a + done, b + total], [0, 0]);
    const share = all === 0 ? 0 : done / all;
    const filled = Math.round(share * barWidth);
    return `Demo data [${'#'.repeat(filled)}${'.'.repeat(barWidth - filled)}] ${Math.floor(share * 100)} % ${part}`;
  }

  return {
    onProgress(progress: Progress): void {
      const { part, done, total } = progress;
      parts.set(part, progress);
      if (screen.isTTY === true) screen.write(`\r\u001b[K${bar(part)}`);
      else if (done === total) {
        screen.write(`Demo data: ${total} ${part} (${((performance.now() - begunAt) / 1000).toFixed(1)} s)\n`);
      }
    },
    end(): void {
      if (screen.isTTY === true && parts.size > 0) screen.write('\n');
    },
  };
}
