/** How deep a proof looks. Pure, and without the reader of requests, which a browser has no use for. */

/** Each sees what those before it see. */
export const depths = ['books', 'objects', 'rows', 'kafka'] as const;
export type Depth = (typeof depths)[number];

/** Whether a proof of depth `depth` goes as deep as `least`. */
export const reaches = (depth: Depth, least: Depth): boolean => depths.indexOf(depth) >= depths.indexOf(least);

export const isDepth = (text: string): text is Depth => depths.some((depth) => depth === text);
