const WIDEST = 500;

/** Cuts the middle out of each line that is too long to be read: LocalStack quotes a whole template in its error. */
export function shorten(text: string, widest = WIDEST): string {
  return text
    .split('\n')
    .map((line) => {
      const cut = line.length - widest;
      if (cut <= 0) return line;
      const head = Math.ceil((widest * 2) / 3);
      return `${line.slice(0, head)} … ${cut.toLocaleString('en')} characters … ${line.slice(head + cut)}`;
    })
    .join('\n');
}
