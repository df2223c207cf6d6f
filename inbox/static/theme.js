/* Before the first paint: the theme that was chosen here, else the one of the device. */
(function () {
  var root = document.documentElement, stored = null;
  root.classList.add('js');
  try { stored = localStorage.getItem('otklik-theme'); } catch (_) { /* storage may be off */ }
  root.dataset.theme = root.dataset.themeWish || stored ||
    (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
})();
