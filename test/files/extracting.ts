/** A process that reads one file after another, for tests: pdf.js leaves promises behind that fail, which a test takes badly. */
import { extract, type ExtractionBounds } from '../../src/files/extract.js';

export interface Asked {
  bytes: Uint8Array;
  name: string;
  bounds: ExtractionBounds;
}

process.on('unhandledRejection', () => {});
process.on('message', ({ bytes, name, bounds }: Asked) => {
  void extract(bytes, { id: 'F1', name }, bounds)
    .catch(() => ({ kind: 'problem', problem: 'broken' }))
    .then((content) => process.send?.(content));
});
process.once('disconnect', () => process.exit());
