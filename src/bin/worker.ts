/** What a worker of a pool runs whose module Node takes as it is: it has only to be a rank. */
export {};
