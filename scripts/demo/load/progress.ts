/** How far a part of the loading is. */
export interface Progress {
  /** What is loaded, for example `products`. */
  readonly part: string;
  readonly done: number;
  readonly total: number;
}

/** Told as the loading goes on; a part is finished when `done` equals `total`. */
export type OnProgress = (progress: Progress) => void;

/** Where progress is shown: standard output, or a test's. */
interface Screen {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const barWidth = 24;

/**
 * Shows the progress: on a terminal one line that moves, with a bar for everything together, elsewhere a plain line for each finished part.
 * `weights` says what one piece of each part counts in the bar; `end` finishes the line.
 */
export function progressDisplay(screen: Screen, totals: Readonly<Record<string, number>>) {
  const done = new Map<string, number>();
  const all = Object.values(totals).reduce((sum, total) => sum + total, 0);
  const begunAt = performance.now();

  function bar(part: string): string {
    const sum = [...done.values()].reduce((total, each) => total + each, 0);
    const share = Math.min(1, all === 0 ? 1 : sum / all);
    const filled = Math.round(share * barWidth);
    return `Demo data [${'#'.repeat(filled)}${'.'.repeat(barWidth - filled)}] ${Math.floor(share * 100)} % ${part}`;
  }

  return {
    onProgress({ part, done: count, total }: Progress): void {
      done.set(part, count);
      if (screen.isTTY === true) screen.write(`\r\u001b[K${bar(part)}`);
      else if (count === total) {
        screen.write(`Demo data: ${total} ${part} (${((performance.now() - begunAt) / 1000).toFixed(1)} s)\n`);
      }
    },
    end(): void {
      if (screen.isTTY === true && done.size > 0) screen.write('\n');
    },
  };
}
