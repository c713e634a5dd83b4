/** The interface that all services of the local stack share: how they start, report and stop. */

export interface StartContext {
  /** Holds this run's data and logs; emptied for each run. */
  readonly runFolder: string;
  /** Holds the services' data instead, if they outlive the run. */
  readonly keptFolder?: string;
  /** Holds installed software, which is kept between runs. */
  readonly installFolder: string;
  /** Reports progress in a few words, shown beside the service's name. */
  report(progress: string): void;
  /** Cancels the start: processes started so far are ended, and the start rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface RunningService {
  readonly name: string;
  /** Leaders of the service's process groups. */
  readonly pids: readonly number[];
  /** Rejects, with the end of the log, if the service ends without having been stopped; else stays pending. */
  readonly failed: Promise<never>;
  /** Ends all its processes, by SIGKILL after a grace period; resolves when none is left. */
  stop(): Promise<void>;
  /** Ends all its processes with SIGKILL, as a crash would; resolves when none is left. Counts as stopped. */
  kill(): Promise<void>;
}
