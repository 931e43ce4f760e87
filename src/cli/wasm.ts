/**
 * Has V8 compile WebAssembly once, quickly. The only WebAssembly here is undici's HTTP parser, and to optimize it takes
 * 50 ms of CPU and 35 MiB at every start, more than it ever saves. To be imported before undici is.
 */
import { setFlagsFromString } from 'node:v8';

setFlagsFromString('--liftoff-only');
