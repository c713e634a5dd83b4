/** The table at the end of `npm test`: where the time goes. */

export interface FileResult {
  readonly file: string;
  readonly seconds: number;
}

export interface PartResult {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  /** Wall time. */
  readonly seconds: number;
  /** CPU time of all processes that the part started and waited for. Undefined if the system doesn't report it. */
  readonly cpuSeconds: number | undefined;
  readonly files: readonly FileResult[];
}

const SLOWEST = 10;

export function summary(results: readonly PartResult[], seconds: number): string {
  const rows = results.map(({ name, passed, failed, seconds, cpuSeconds }) => [
    name,
    duration(seconds),
    cpuSeconds === undefined ? '' : duration(cpuSeconds),
    String(passed),
    String(failed),
  ]);
  const total = (of: (result: PartResult) => number) => results.reduce((sum, result) => sum + of(result), 0);
  const cpu = duration(total(({ cpuSeconds = 0 }) => cpuSeconds));
  const passed = total((result) => result.passed);
  const failed = total((result) => result.failed);
  const sum = ['all', duration(seconds), cpu, String(passed), String(failed)];
  const slowest = results
    .flatMap(({ files }) => files)
    .sort((one, other) => other.seconds - one.seconds)
    .slice(0, SLOWEST)
    .map((result) => [result.file, duration(result.seconds)]);
  return [
    columns([['part', 'wall', 'CPU', 'passed', 'failed'], ...rows, sum]),
    ...(slowest.length > 0 ? ['The slowest files', columns(slowest)] : []),
    `${passed} passed, ${failed} failed`,
  ].join('\n\n');
}

const duration = (seconds: number): string => `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;

/** Aligns the first column left, the others right. */
function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, index) => (index === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[index] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
