/** `console` as Lambda's runtime formats it: a line with time, request and level, or a JSON object. */
import { format } from 'node:util';

const LEVELS = { trace: 'TRACE', debug: 'DEBUG', log: 'INFO', info: 'INFO', warn: 'WARN', error: 'ERROR' };

/**
 * @param {() => string | undefined} requestId the request being served, if any
 * @returns {(level: string, message: string) => void} logs as `console` does
 */
export function setUpConsole(requestId) {
  const line = process.env.AWS_LAMBDA_LOG_FORMAT === 'JSON' ? jsonLine : textLine;
  // Losing a line, as on a full disk, fails no invocation.
  process.stdout.on('error', () => {});
  const write = (level, message) => process.stdout.write(`${line(level, requestId(), message)}\n`);
  for (const [method, level] of Object.entries(LEVELS)) console[method] = (...data) => write(level, format(...data));
  return write;
}

const textLine = (level, requestId, message) => `${new Date().toISOString()}\t${requestId}\t${level}\t${message}`;

const jsonLine = (level, requestId, message) =>
  JSON.stringify({ timestamp: new Date().toISOString(), level, requestId, message });
