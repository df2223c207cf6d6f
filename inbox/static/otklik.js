/* Otklik in the browser: theme, dialogs, menus, toasts, the list, live news. Everything works as plain forms without it. */
(function () {
  'use strict';
  var body = document.body, html = document.documentElement;
  var O = window.otklik = { app: function () { return document.querySelector('.app-inbox'); } };

  function on(type, selector, act) {
    document.addEventListener(type, function (event) {
      var hit = event.target.closest && event.target.closest(selector);
      if (hit) act(event, hit);
    });
  }
  O.on = on;

  /* Theme: switched here, remembered in this browser and for the member. */
  on('click', '[data-theme-toggle]', function () {
    var theme = html.dataset.theme === 'dark' ? 'light' : 'dark';
    html.dataset.theme = theme;
    try { localStorage.setItem('otklik-theme', theme); } catch (_) { /* storage may be off */ }
    post('/theme', { theme: theme });
  });

  function post(path, fields) {
    return fetch(path, { method: 'POST', body: new URLSearchParams(fields || {}), credentials: 'same-origin',
      headers: { 'X-CSRF-Token': body.dataset.csrf, 'HX-Request': 'true' } });
  }
  O.post = post;
  /* A request that never arrived is told by the bar above, not by a broken promise. */
  O.ajax = function (verb, path, context) {
    return htmx.ajax(verb, path, context).catch(function () { return null; });
  };

  /* Dialogs and menus. */
  on('click', '[data-open]', function (_, button) { document.getElementById(button.dataset.open).showModal(); });
  on('click', '[data-close-dialog]', function (_, button) { button.closest('dialog').close(); });
  document.addEventListener('click', function (event) {
    document.querySelectorAll('details.menu[open]').forEach(function (menu) {
      if (!menu.contains(event.target) || event.target.closest('.menu-list .opt')) menu.open = false;
    });
  });
  O.openMenu = function (name) {
    var menu = document.querySelector('[data-menu="' + name + '"]');
    if (!menu || menu.offsetParent === null) return false;
    menu.open = true;
    (menu.querySelector('.opt[aria-current]') || menu.querySelector('.opt')).focus();
    return true;
  };
  document.addEventListener('keydown', function (event) {
    var menu = document.querySelector('details.menu[open]');
    if (!menu) return;
    var choices = [].slice.call(menu.querySelectorAll('.opt')), at = choices.indexOf(document.activeElement);
    if (event.key === 'Escape') { menu.open = false; menu.querySelector('summary').focus(); event.stopImmediatePropagation(); }
    if (event.key === 'ArrowDown') { event.preventDefault(); (choices[at + 1] || choices[0]).focus(); }
    if (event.key === 'ArrowUp') { event.preventDefault(); (choices[at - 1] || choices[choices.length - 1]).focus(); }
  }, true);

  /* Toasts: eight seconds, longer while hovered or focused. */
  function watch(toast) {
    var left = 8000, since = Date.now(), timer;
    function start() { since = Date.now(); timer = setTimeout(function () { toast.remove(); }, left); }
    function stop() { clearTimeout(timer); left -= Date.now() - since; }
    toast.addEventListener('mouseenter', stop); toast.addEventListener('mouseleave', start);
    toast.addEventListener('focusin', stop); toast.addEventListener('focusout', start);
    toast.addEventListener('submit', function () { setTimeout(function () { toast.remove(); }, 50); });
    start();
  }
  function watchAll() {
    document.querySelectorAll('[data-toast]:not([data-watched])').forEach(function (toast) {
      toast.dataset.watched = 'yes'; watch(toast);
    });
  }
  O.toast = function (text) {
    var toast = document.createElement('div');
    toast.className = 'toast'; toast.setAttribute('role', 'status'); toast.dataset.toast = '';
    toast.textContent = text;
    document.getElementById('toasts').append(toast); watchAll();
  };

  /* The list. */
  function rows() { return [].slice.call(document.querySelectorAll('#rows .row')); }
  O.rows = rows;
  O.current = function () {
    return document.querySelector('#rows .row.is-kbd') || document.querySelector('#rows .row.is-selected');
  };
  O.focusRow = function (row, quiet) {
    rows().forEach(function (one) {
      one.classList.toggle('is-kbd', one === row);
      one.querySelector('[data-open-row]').tabIndex = one === row ? 0 : -1;
    });
    row.scrollIntoView({ block: 'nearest' });
    if (!quiet) row.querySelector('[data-open-row]').focus({ preventScroll: true });
  };
  function select(id) {
    rows().forEach(function (row) {
      var is = row.dataset.id === String(id);
      row.classList.toggle('is-selected', is);
      row.classList.remove('is-kbd');
      if (is) { row.setAttribute('aria-current', 'true'); row.classList.remove('is-unread'); } else row.removeAttribute('aria-current');
    });
  }
  O.select = select;
  O.view = function (name) { var app = O.app(); if (app) app.dataset.view = name; };
  O.openRow = function (row) {
    var link = row.querySelector('[data-open-row]'), path = link.getAttribute('href');
    if (!window.htmx) { location.href = path; return; }
    select(row.dataset.id); O.view('conversation');
    O.ajax('GET', path, { target: '#conversation', swap: 'outerHTML', source: link }).then(function () {
      if (location.pathname + location.search !== path) history.pushState({ otklik: 1 }, '', path);
      openDetail();
      if (innerWidth < 768) document.getElementById('conversation').focus({ preventScroll: true });
    });
  };
  on('click', '[data-open-row]', function (event, link) {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
    event.preventDefault(); O.openRow(link.closest('.row'));
  });
  on('click', '[data-list]', function (event, link) {
    if (!window.htmx || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    O.ajax('GET', link.getAttribute('href'), { target: '#rows-pane', swap: 'outerHTML' });
  });
  on('click', '[data-back]', function (event) {
    event.preventDefault(); O.view('list');
    history.pushState({ otklik: 1 }, '', '/inbox?' + query());
    var row = O.current(); if (row) row.querySelector('[data-open-row]').focus({ preventScroll: true });
  });
  addEventListener('popstate', function () { location.reload(); });
  function query() { var pane = document.getElementById('rows-pane'); return pane ? pane.dataset.query : ''; }
  O.reloadList = function () {
    if (!document.getElementById('rows-pane')) return;
    var top = document.getElementById('rows-pane').scrollTop, open = document.getElementById('conversation').dataset.id;
    O.ajax('GET', '/inbox?' + query(), { target: '#rows-pane', swap: 'outerHTML', headers: { 'HX-Keep-Url': 'yes' } })
      .then(function () { select(open || 0); document.getElementById('rows-pane').scrollTop = top; });
  };
  body.addEventListener('list-changed', function () { O.reloadList(); });

  /* Ticks for bulk acts. */
  function bulk() {
    var list = document.getElementById('list'), n = document.querySelectorAll('#rows .check:checked').length;
    if (!list) return;
    list.classList.toggle('is-bulk', n > 0);
    document.getElementById('bulk-n').textContent = n;
    document.getElementById('none').indeterminate = n > 0;
  }
  O.bulk = bulk;
  O.tickAll = function (yes) {
    rows().forEach(function (row) { row.querySelector('.check').checked = yes; }); bulk();
  };
  document.addEventListener('change', function (event) {
    if (event.target.id === 'all') { O.tickAll(true); event.target.checked = false; }
    else if (event.target.id === 'none') O.tickAll(false);
    else if (event.target.matches('#rows .check')) bulk();
  });

  /* The detail column. */
  function wide() { return innerWidth > 1279; }
  function openDetail() {
    var app = O.app();
    if (app && document.querySelector('#conversation[data-id]') && wide() && sessionStorage.getItem('otklik-detail') !== 'closed') app.dataset.detail = 'open';
    showDetail();
  }
  function showDetail() {
    var app = O.app(), button = document.querySelector('.conv-title [data-detail-toggle]');
    if (app && button) button.setAttribute('aria-pressed', app.dataset.detail === (wide() ? 'open' : 'open-over'));
  }
  O.toggleDetail = function () {
    var app = O.app(); if (!app) return;
    var open = wide() ? 'open' : 'open-over';
    app.dataset.detail = app.dataset.detail === open ? 'closed' : open;
    if (wide()) sessionStorage.setItem('otklik-detail', app.dataset.detail);
    showDetail();
  };
  on('click', '[data-detail-toggle]', O.toggleDetail);

  /* Versions of what was said: now, changes, first; all three are in the page. */
  on('click', '.seg [data-mode]', function (event, link) {
    event.preventDefault();
    link.closest('.seg').querySelectorAll('[data-mode]').forEach(function (one) {
      if (one === link) one.setAttribute('aria-current', 'true'); else one.removeAttribute('aria-current');
    });
    link.closest('.review').dataset.mode = link.dataset.mode;
  });

  /* News: server-sent events, and every 30 seconds when they do not come. */
  var poll = null, source = null;
  function news() { if (window.htmx) htmx.trigger(body, 'news'); }
  function listen() {
    if (!window.EventSource) { poll = setInterval(news, 30000); return; }
    var open = document.getElementById('conversation');
    source = new EventSource('/events' + (open && open.dataset.id ? '?item=' + open.dataset.id : ''));
    source.addEventListener('news', news);
    source.addEventListener('open', function () { offline(false); clearInterval(poll); poll = null; });
    source.addEventListener('error', function () { if (!poll) poll = setInterval(news, 30000); });
  }
  addEventListener('pagehide', function () { if (source) source.close(); });

  function offline(is) {
    var bar = document.getElementById('offline');
    if (!is) { if (bar) bar.remove(); return; }
    if (bar) return;
    bar = document.createElement('div');
    bar.id = 'offline'; bar.className = 'banner banner-warn offline'; bar.setAttribute('role', 'status');
    bar.textContent = body.dataset.offline;
    body.append(bar);
  }
  addEventListener('offline', function () { offline(true); });
  addEventListener('online', function () { offline(false); news(); });

  /* Answers of htmx. */
  body.addEventListener('htmx:afterSettle', function () { watchAll(); showDetail(); bulk(); });
  body.addEventListener('htmx:oobAfterSwap', watchAll);
  body.addEventListener('htmx:afterRequest', function (event) {
    var says = event.target.dataset && event.target.dataset.toastAfter;
    if (says && event.detail.successful) O.toast(says);
  });
  body.addEventListener('htmx:sendError', function () { offline(true); });
  body.addEventListener('htmx:responseError', function (event) {
    var answer = event.detail.xhr;
    if (answer.status === 401) {
      var box = document.getElementById('overlay'); box.innerHTML = answer.responseText;
      var dialog = box.querySelector('dialog'), link = box.querySelector('a');
      if (link) link.href = '/sign-in?next=' + encodeURIComponent(location.pathname + location.search);
      if (dialog && !dialog.open) dialog.showModal();
      return;
    }
    var told = document.createElement('template'); told.innerHTML = answer.responseText;
    var says = told.content.querySelector('[data-failure]');
    O.toast(says ? says.textContent.trim().replace(/\s+/g, ' ') : String(answer.status));
  });

  watchAll(); showDetail(); openDetail(); listen();
  if (innerWidth >= 768 && O.current()) O.current().scrollIntoView({ block: 'nearest' });
})();
