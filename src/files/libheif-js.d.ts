/** The decoder of HEIC with its WebAssembly inside. The package has types for the module behind it only. */
declare module 'libheif-js/wasm-bundle.js' {
  import type { MainModule } from 'libheif-js/libheif-wasm/libheif.js';

  const heif: MainModule;
  export default heif;
}
