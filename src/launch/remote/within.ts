/** Wait for a value, but not for longer than that; undefined if it has not come by then. */
export function within<T>(ms: number, value: Promise<T>): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms, undefined);
    value.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
