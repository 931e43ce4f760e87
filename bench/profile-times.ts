/** Reads V8's CPU profiles. https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#type-Profile */

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  readonly children?: readonly number[];
}

export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  /** Microseconds. */
  readonly startTime: number;
  /** Ids of nodes. */
  readonly samples: readonly number[];
  /** Microseconds before each sample. */
  readonly timeDeltas: readonly number[];
}

/** Microseconds on the profile's clock. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/** Milliseconds by function. */
export type Times = ReadonlyMap<string, number>;

const IDLE = '(idle)';

/** Time in each function itself. */
export function byFunction(profile: CpuProfile, span: Span): Times {
  return charged(profile, span, (key) => key);
}

/** Time in each package, module of Node and file of Skein. What is native counts for its caller. */
export function byPlace(profile: CpuProfile, span: Span): Times {
  return charged(profile, span, placeOf);
}

/** Time in each package and file of Skein, with what it has Node do at once. */
export function byCaller(profile: CpuProfile, span: Span): Times {
  return charged(profile, span, (key) => {
    const place = placeOf(key);
    return place?.startsWith('node:') ? undefined : place;
  });
}

/** Time in each function of Skein and in what it calls. Calls of itself count once. */
export function withCallees(profile: CpuProfile, span: Span): Times {
  const own = timesOfNodes(profile, span);
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const times = new Map<string, number>();
  /** Returns the time of the whole subtree. `callers`: the functions on the way to it. */
  const visit = (id: number, callers: ReadonlySet<string>): number => {
    const node = nodes.get(id);
    if (!node) return 0;
    const key = keyOf(node);
    const within = new Set(callers).add(key);
    let total = own.get(id) ?? 0;
    for (const child of node.children ?? []) total += visit(child, within);
    if (placeOf(key)?.startsWith('dist/') && !callers.has(key)) add(times, key, total);
    return total;
  };
  const [root] = profile.nodes;
  if (root) visit(root.id, new Set());
  return times;
}

/** Charges each node's own time to its label, or to its nearest caller that has one. */
function charged(profile: CpuProfile, span: Span, labelOf: (key: string) => string | undefined): Times {
  const own = timesOfNodes(profile, span);
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const times = new Map<string, number>();
  const visit = (id: number, callersLabel: string): void => {
    const node = nodes.get(id);
    if (!node) return;
    const label = labelOf(keyOf(node)) ?? callersLabel;
    add(times, label, own.get(id) ?? 0);
    for (const child of node.children ?? []) visit(child, label);
  };
  const [root] = profile.nodes;
  if (root) visit(root.id, '(root)');
  times.delete(IDLE);
  return times;
}

/** Package, module of Node or file of Skein that a function is in; V8's own such as "(program)". Undefined for other native code. */
function placeOf(key: string): string | undefined {
  const [, place] = /^\S+ {2}(.*?)(?::\d+)?$/.exec(key) ?? [];
  if (place === undefined) return key.startsWith('(') ? key : undefined;
  return place.replace(/^(node_modules\/(?:@[^/]+\/)?[^/]+)\/.*$/, '$1');
}

function timesOfNodes({ startTime, samples, timeDeltas }: CpuProfile, { from, to }: Span): Map<number, number> {
  const times = new Map<number, number>();
  let at = startTime;
  for (const [index, id] of samples.entries()) {
    at += timeDeltas[index] ?? 0;
    // A sample stands for the time until the next one.
    if (at >= from && at < to) times.set(id, (times.get(id) ?? 0) + (timeDeltas[index + 1] ?? 0) / 1_000);
  }
  return times;
}

/** `name  place:line`; places are relative: `dist/…`, `node_modules/…`, `node:…`. Native code has only a name. */
function keyOf({ callFrame: { functionName, url, lineNumber } }: ProfileNode): string {
  if (url === '') return functionName === '' ? 'native' : functionName;
  const name = functionName === '' ? '(anonymous)' : functionName.replaceAll(' ', '_');
  // Of nested packages, the innermost.
  const [, installed] = /^.*(node_modules\/.*)$/.exec(url) ?? [];
  const [, built] = /\/dist\/(.*)\.js$/.exec(url) ?? [];
  const place = installed ?? (built === undefined ? url : `dist/${built}.js`);
  return `${name}  ${place}:${lineNumber + 1}`;
}

function add(times: Map<string, number>, key: string, ms: number): void {
  times.set(key, (times.get(key) ?? 0) + ms);
}
