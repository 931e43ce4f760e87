// Not a module, so that it runs before anything is painted: a page that was set to dark shall not flash.
try {
  document.documentElement.dataset.theme = localStorage.getItem('skein.theme') ?? 'auto';
} catch {
  // No storage for this page: it follows the system.
}
