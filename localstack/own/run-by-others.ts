import type { RunningService } from '../processes/service.ts';

/** A service without a process of ours: it is never stopped, killed or watched. */
export const runByOthers = (name: string): RunningService => ({
  name,
  pids: [],
  failed: new Promise<never>(() => {}),
  stop: async () => {},
  kill: async () => {},
});
