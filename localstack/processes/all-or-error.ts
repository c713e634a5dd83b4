/**
 * Waits until all have settled, so that nothing goes on behind the caller's back: if one service can't be stopped, the others are.
 *
 * @param onError gets the errors at once
 * @throws the first error, at the end
 */
export async function allOrError(
  work: readonly (Promise<unknown> | undefined)[],
  onError: (error: unknown) => void = () => {},
): Promise<void> {
  const errors: unknown[] = [];
  const settled = work.map((each) =>
    each?.catch((error: unknown) => {
      errors.push(error);
      onError(error);
    }),
  );
  await Promise.all(settled);
  if (errors.length > 0) throw errors[0];
}
