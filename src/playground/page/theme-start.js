// Not a module, so that it runs before the first paint: a dark page must not flash white.
try {
  document.documentElement.dataset.theme = localStorage.getItem('skein.theme') ?? 'auto';
} catch {
  // No storage available: follow the system.
}
