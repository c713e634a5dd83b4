/** Says in few lines why a job failed: the ends of its logs without the stack traces of Java and Python. */

const NOISE = /^\s+(at |File ".*", line \d+|[~^]+$|\.\.\. \d+ more)/;

/**
 * @param stdout holds Python's errors too: spark-submit sends both of Python's outputs there
 * @param stderr what the JVM logs
 */
export function lastLines(stdout: string, stderr: string, count = 12): string {
  const telling = (text: string) =>
    text
      .split('\n')
      .filter((line) => line.trim() !== '' && !NOISE.test(line))
      .slice(-count);
  return [...telling(stderr), ...telling(stdout)].slice(-2 * count).join('\n');
}
