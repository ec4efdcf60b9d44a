/** Do something now, and hand out its result, or its error, when asked: so nobody waits for a rank that failed. */
export function attempt<T>(work: () => T): () => T {
  try {
    const value = work();
    return () => value;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}
