export interface Settings {
  /** Folder for the input and the services of a contest; removed at the end. */
  readonly folder: string;
  readonly installFolder: string;
  readonly orders: number;
  readonly rounds: number;
  /** How long a stack at rest is measured. */
  readonly minutes: number;
  /** How often each contender of end-to-end is killed, at moments drawn from the seed. */
  readonly kills: number;
  readonly seed: number;
  /** Interpreter with the packages of requirements.lock. */
  readonly python: string;
}
