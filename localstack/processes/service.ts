/** What every part of the local stack has in common: how it is started, asked about and stopped. */

export interface StartContext {
  /** Where this run keeps data and logs; made anew for each run. */
  readonly runFolder: string;
  /** Where installed software is kept between runs. */
  readonly installFolder: string;
  /** Says in a few words what is going on; shown beside the service's name. */
  report(progress: string): void;
  /** Gives up the start: what has been started so far is ended, and the start rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface RunningService {
  readonly name: string;
  /** Leaders of the service's process groups. */
  readonly pids: readonly number[];
  /** Rejects, with the end of the log, if the service ends without having been stopped; else stays pending. */
  readonly failed: Promise<never>;
  /** Ends all its processes, by force after a grace period; resolves when none is left. */
  stop(): Promise<void>;
  /** Ends all its processes with SIGKILL, as a crash would; resolves when none is left. Counts as stopped. */
  kill(): Promise<void>;
}
