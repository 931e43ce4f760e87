/**
 * Lets the process live on when whoever reads its output goes away (EPIPE), or the disk that it goes to is full: losing the
 * log is no reason to lose replies. The other output says so, once.
 */
export function runWithoutReader(): void {
  let told = false;
  process.stdout.on('error', (error) => {
    if (told) return;
    told = true;
    process.stderr.write(`Skein runs on, but its log cannot be written to standard output: ${error.message}\n`);
  });
  process.stderr.on('error', () => {});
}
