export interface Settings {
  /** For the input and whatever a contest starts; removed at the end. */
  readonly folder: string;
  readonly installFolder: string;
  readonly orders: number;
  readonly rounds: number;
  /** The interpreter that has the packages of requirements.lock. */
  readonly python: string;
}
