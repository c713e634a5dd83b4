/** As a shell takes it for one word. Single quotes keep all, control characters too, which a terminal might act on, but no NUL. Pure. */
export const quoted = (text: string): string =>
  /^[\w.:,@/+][\w.:,@/+-]*$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
