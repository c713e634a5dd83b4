/** Server-sent events, read from text that arrives in pieces. EventSource can't send the key, so the page reads them itself. */

export interface ServerEvent {
  readonly name: string;
  readonly data: string;
  /** To go on from after an interruption. */
  readonly id?: string;
}

/** @returns a function that takes the next piece and gives the events that it completes; comments are none */
export function eventReader(): (piece: string) => ServerEvent[] {
  let rest = '';
  return (piece) => {
    const blocks = (rest + piece).split('\n\n');
    rest = blocks.pop() ?? '';
    return blocks.flatMap(readBlock);
  };
}

function readBlock(block: string): ServerEvent[] {
  const fields = new Map<string, string>();
  for (const line of block.split('\n')) {
    const [, name, value = ''] = line.match(/^([a-z]+): ?(.*)$/s) ?? [];
    if (name === undefined) continue;
    const before = fields.get(name);
    fields.set(name, name === 'data' && before !== undefined ? `${before}\n${value}` : value);
  }
  const data = fields.get('data');
  const id = fields.get('id');
  return data === undefined ? [] : [{ name: fields.get('event') ?? 'message', data, ...(id !== undefined && { id }) }];
}
