// Whatever ends this process, what it started ends too.
const jobs = new Set();

/**
 * Does `job` when the process ends, unless the function it returns was called before.
 * @param {() => void} job synchronous
 */
export function atExit(job) {
  jobs.add(job);
  return () => jobs.delete(job);
}

process.on("exit", () => {
  for (const job of jobs) {
    try {
      job();
    } catch {
      // the others still have to be ended
    }
  }
});
process.once("SIGINT", () => process.exit(130));
process.once("SIGTERM", () => process.exit(143));
