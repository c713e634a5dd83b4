/** One JSON object a line to stdout, the log of our own services. Losing a line, as on a full disk, ends nobody's work. */
process.stdout.on('error', () => {});

export function logLine(entry: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), ...entry })}\n`);
}
