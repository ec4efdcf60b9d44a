/** How a request ended. Errors are made late, so that their stack can name the line that waits. */
export type Outcome<T> =
  | { readonly value: T; readonly makeError?: undefined }
  | { readonly makeError: () => unknown };
