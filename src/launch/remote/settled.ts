/** Wait for all, so that all that is wrong is told at once. @throws AggregateError */
export async function settled(promises: readonly Promise<unknown>[]): Promise<void> {
  const results = await Promise.allSettled(promises);
  const reasons = results.flatMap((result) =>
    result.status === 'rejected' ? [result.reason] : [],
  );
  if (reasons.length > 0)
    throw new AggregateError(reasons.flatMap((reason) => reason.errors ?? reason));
}
