/** Options that keep a JVM out of the system's temporary folder. */

/** Else it keeps its counters in /tmp/hsperfdata_<user>, wherever its temporary folder is. */
export const NO_PERF_DATA = '-XX:-UsePerfData';

/** Java looks at no TMPDIR. */
export const javaOptions = (temporary: string): string[] => [`-Djava.io.tmpdir=${temporary}`, NO_PERF_DATA];
