/**
 * What `npm run test:cluster` has AVA run. Each file has hosts of its own, and the machine for itself: some say how long things may take.
 */
// biome-ignore lint/style/noDefaultExport: AVA wants it
export default {
  files: ['build/test/cluster/**/*.js'],
  timeout: '90s',
  concurrency: 1,
  workerThreads: false,
};
