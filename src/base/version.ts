/** The version of this package. Jobs of different versions do not meet. */
export const VERSION = '0.1.0';
