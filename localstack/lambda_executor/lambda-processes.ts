/** For tests: the processes that serve Lambda functions on this machine, from the files that the executor keeps about them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface LambdaProcess {
  readonly pid: number;
  /** The request that it serves now, if any. */
  readonly requestId?: string;
}

/** @param functionName the full name, such as tillstream-local-archive-orders */
export function lambdaProcesses(runFolder: string, functionName: string): LambdaProcess[] {
  const folder = join(runFolder, 'lambda', functionName);
  return filesIn(folder)
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const requestId = contentOf(join(folder, pid));
      if (requestId === undefined) return [];
      return [{ pid: Number(pid), ...(requestId && { requestId }) }];
    });
}

function filesIn(folder: string): string[] {
  return orIfMissing(() => readdirSync(folder), []);
}

function contentOf(file: string): string | undefined {
  return orIfMissing(() => readFileSync(file, 'utf8'), undefined);
}

function orIfMissing<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return otherwise;
    throw error;
  }
}
