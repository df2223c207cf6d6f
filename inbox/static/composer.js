/* The composer: autosave 800 ms after the last key, words kept in this browser until the server has them, presence. */
(function () {
  'use strict';
  var O = window.otklik, PAUSE = 800, timer = null, saving = null, again = false;

  function form() { return document.getElementById('tp'); }
  function field() { return document.getElementById('txt'); }
  function key(one) { return 'otklik-draft-' + one.dataset.item + '-' + one.dataset.tab; }
  function keep() {
    try { localStorage.setItem(key(form()), JSON.stringify({ text: field().value, version: form().version.value })); } catch (_) { /* storage may be off */ }
  }
  function forget(name) { try { localStorage.removeItem(name); } catch (_) { /* storage may be off */ } }

  /* What this browser holds and the server never got comes back into the field. */
  function restore() {
    var one = form(), text = field();
    if (!one || !text || text.readOnly) return;
    var kept = null;
    try { kept = JSON.parse(localStorage.getItem(key(one)) || 'null'); } catch (_) { kept = null; }
    if (kept && kept.text && kept.text !== text.value && (one.dataset.tab === 'note' || kept.version === one.version.value)) {
      text.value = kept.text; count(); later();
    }
  }

  function count() {
    var text = field(), counter = document.getElementById('cnt'), limit = Number(text.dataset.limit);
    if (!counter || form().dataset.tab === 'note') return;
    var length = Array.from(text.value).length, over = limit && length > limit;
    counter.firstChild ? counter.firstChild.nodeValue = length + (limit ? ' / ' + limit : '') : counter.append(length + (limit ? ' / ' + limit : ''));
    counter.classList.toggle('is-over', Boolean(over));
    counter.classList.toggle('is-near', Boolean(limit && !over && length >= limit * 0.9));
    var primary = document.querySelector('.composer-foot [value="approve"]');
    if (primary) primary.disabled = Boolean(over);
  }

  function later() { clearTimeout(timer); timer = setTimeout(save, PAUSE); }

  function save() {
    clearTimeout(timer);
    var one = form();
    if (!one || !one.dataset.autosave || !window.htmx) return Promise.resolve();
    if (saving) { again = true; return saving; }
    var text = field().value;
    saving = O.ajax('POST', one.dataset.autosave, { source: one, target: '#guide', swap: 'outerHTML',
      values: { text: text, tab: one.dataset.tab, version: one.version.value, query: one.query.value } })
      .finally(function () { saving = null; if (again) { again = false; save(); } });
    return saving;
  }

  document.addEventListener('input', function (event) {
    if (event.target.id !== 'txt') return;
    keep(); count(); if (form().dataset.autosave) later();
  });
  document.addEventListener('submit', function (event) {
    if (event.target.id === 'tp') { clearTimeout(timer); O.sent = key(event.target); }
  }, true);
  document.body.addEventListener('htmx:beforeRequest', function (event) {
    var one = event.target.closest && event.target.closest('#tp');
    if (one && event.detail.requestConfig.path !== one.dataset.autosave) {
      one.querySelectorAll('button').forEach(function (button) { button.setAttribute('aria-busy', 'true'); });
    }
  });
  document.body.addEventListener('htmx:afterRequest', function (event) {
    var one = form(), asked = event.detail.requestConfig;
    /* Only what the server certainly has may be forgotten here. */
    if (one && event.detail.successful && asked && asked.path === one.dataset.autosave && asked.parameters.text === field().value) {
      forget(key(one));
    }
    if (O.sent && event.detail.successful && event.target.id === 'tp') { forget(O.sent); O.sent = null; }
    document.querySelectorAll('#tp [aria-busy]').forEach(function (button) { button.removeAttribute('aria-busy'); });
  });
  document.body.addEventListener('htmx:afterSettle', function (event) {
    var target = event.detail.target;
    if (target && (target.id === 'conversation' || target.id === 'composer')) restore();
  });

  O.on('click', '[data-add-text]', function (_, button) {
    var text = field(); text.value = text.value.replace(/\s*$/, '') + ' ' + button.dataset.addText;
    keep(); count(); text.focus(); save();
  });
  O.on('click', '[data-copy]', function (_, button) {
    var text = document.querySelector(button.dataset.copy);
    if (navigator.clipboard) navigator.clipboard.writeText(text.value); else { text.select(); document.execCommand('copy'); }
  });
  O.on('click', '[data-version]', function (_, button) { form().version.value = button.dataset.version; });
  O.on('keydown', '.tab', function (event, tab) {
    var step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (!step) return;
    var tabs = [].slice.call(document.querySelectorAll('.tab'));
    var next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length];
    next.focus(); next.click();
  });

  O.write = function (tab) {
    var open = document.getElementById('t-' + tab);
    if (!open) return;
    if (open.getAttribute('aria-selected') === 'true') { field().focus(); return; }
    /* What is typed while the other tab comes belongs into its field. */
    O.typed = '';
    O.ajax('GET', open.getAttribute('hx-get'), { target: '#composer', swap: 'outerHTML' }).then(function () {
      var text = field(), typed = O.typed;
      O.typed = null;
      if (!text) return;
      text.focus();
      if (typed) { text.value += typed; text.dispatchEvent(new Event('input', { bubbles: true })); }
    });
  };
  O.primary = function () { var button = document.querySelector('#tp [data-primary]:not(:disabled)'); if (button) button.click(); };

  /* Presence: every ten seconds while the page is seen. */
  function present() {
    var one = form(), conversation = document.getElementById('conversation');
    if (document.hidden || !conversation || !conversation.dataset.id || !document.getElementById('presence') || !window.htmx) return;
    var doing = one && document.activeElement === field() ? (one.dataset.tab === 'note' ? 'note' : 'reply') : 'reading';
    O.ajax('POST', '/c/' + conversation.dataset.id + '/presence', { target: '#presence', swap: 'outerHTML', values: { doing: doing } });
  }
  setInterval(present, 10000);
  addEventListener('online', save);
  restore();
})();
