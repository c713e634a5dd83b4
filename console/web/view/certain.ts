/** Whether a refusal says that nothing was done. Pure. */

/** The answer was lost, or a service behind the server went after it was asked: it may have been done all the same. */
const UNCERTAIN: readonly string[] = ['unreachable', 'unreadable', 'airflow_away', 'unavailable', 'failed'];

export const isCertain = ({ code }: { readonly code: string }): boolean => !UNCERTAIN.includes(code);
