/** What `npm run test:cluster` has AVA run. Each file has hosts of its own. */
// biome-ignore lint/style/noDefaultExport: AVA wants it
export default {
  files: ['build/test/cluster/**/*.js'],
  timeout: '90s',
  concurrency: 2,
  workerThreads: false,
};
