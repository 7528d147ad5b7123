/** How requests are joined. */
export interface GroupCommitOptions {
  /** Requests written together at most. Default 200. */
  readonly largestGroup?: number;
}

interface Waiting<Request, Answer> {
  readonly request: Request;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

/**
 * Joins concurrent requests: those that arrive while a commit is under way are handed, in order of arrival, to one next `commit`, which
 * answers each in its place. Under contention one transaction then serves hundreds of callers instead of hundreds of transactions
 * fighting for one document. When a group fails, its members are tried one by one, so that nobody suffers from another's request.
 */
export function groupCommit<Request, Answer>(
  commit: (requests: readonly Request[]) => Promise<readonly Answer[]>,
  { largestGroup = 200 }: GroupCommitOptions = {},
): (request: Request) => Promise<Answer> {
  const queue: Waiting<Request, Answer>[] = [];
  let busy = false;

  async function settle(group: readonly Waiting<Request, Answer>[]): Promise<void> {
    try {
      const answers = await commit(group.map((waiting) => waiting.request));
      if (answers.length !== group.length) throw new Error(`${answers.length} answers to ${group.length} requests`);
      group.forEach((waiting, index) => waiting.resolve(answers[index] as Answer));
    } catch (error) {
      if (group.length === 1) group[0]?.reject(error);
      else for (const waiting of group) await settle([waiting]);
    }
  }

  async function work(): Promise<void> {
    busy = true;
    while (queue.length > 0) await settle(queue.splice(0, largestGroup));
    busy = false;
  }

  return (request) =>
    new Promise<Answer>((resolve, reject) => {
      queue.push({ request, resolve, reject });
      if (!busy) void work();
    });
}
