/* The keyboard: one letter for each act of the list, by the letter and by its place, so that it works on any layout. */
(function () {
  'use strict';
  var O = window.otklik, went = 0;
  var PLACES = { KeyJ: 'j', KeyK: 'k', KeyR: 'r', KeyN: 'n', KeyA: 'a', KeyS: 's', KeyE: 'e', KeyF: 'f', KeyX: 'x',
    KeyD: 'd', KeyZ: 'z', KeyG: 'g', KeyI: 'i', KeyC: 'c', Slash: '/' };
  var GO = { i: 'needs_reply', d: 'analytics', s: 'sources', c: 'cases' };

  function letter(event) {
    if (event.key === '?') return '?';
    if (/^[a-z/]$/.test(event.key)) return event.key;
    return PLACES[event.code] || event.key;
  }
  function press(selector) { var hit = document.querySelector(selector); if (hit) hit.click(); return Boolean(hit); }

  function move(step) {
    var rows = O.rows(); if (!rows.length) return;
    var at = rows.indexOf(O.current());
    var next = rows[at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + step))];
    O.focusRow(next);
  }
  function open() {
    var row = O.current(); if (row) O.openRow(row);
  }
  function tick() {
    var row = O.current(); if (!row) return;
    var check = row.querySelector('.check'); check.checked = !check.checked; O.bulk();
  }
  function act(name) {
    var open = document.getElementById('conversation'), row = document.querySelector('#rows .row.is-kbd');
    var bulk = document.querySelector('.list.is-bulk');
    if (bulk) {
      if (name === 'e') return press('.bulk [value="done"]');
      if (name === 'f') return press('.bulk [value="flag"]');
      var menu = document.querySelectorAll('.bulk details.menu')[name === 'a' ? 0 : 1];
      menu.open = true; menu.querySelector('.opt').focus();
      return true;
    }
    if (row && open && row.dataset.id !== open.dataset.id) {
      document.body.addEventListener('htmx:afterSettle', function () { act(name); }, { once: true });
      O.openRow(row);
      return true;
    }
    if (name === 'e' || name === 'f') return press('[data-act="' + name + '"]');
    return O.openMenu(name);
  }
  function undo() {
    var buttons = document.querySelectorAll('#toasts [data-undo-button]');
    var last = buttons[buttons.length - 1] || document.querySelector('.composer [data-undo-button]');
    if (last) last.click();
  }
  var ACTS = {
    j: function () { move(1); }, k: function () { move(-1); }, x: tick, z: undo,
    r: function () { O.write('reply'); }, n: function () { O.write('note'); }, d: O.toggleDetail,
    a: function () { act('a'); }, s: function () { act('s'); }, e: function () { act('e'); }, f: function () { act('f'); },
    '/': function () { var search = document.getElementById('search'); if (search) { O.view('list'); search.focus(); search.select(); } },
    '?': function () { document.getElementById('help').showModal(); }
  };
  O.keyActs = ACTS;

  function leave() {
    var app = O.app(), field = document.activeElement;
    if (field && /^(INPUT|TEXTAREA|SELECT)$/.test(field.tagName)) { field.blur(); return; }
    if (app && app.dataset.detail === 'open-over') { O.toggleDetail(); return; }
    if (document.querySelector('.list.is-bulk')) { O.tickAll(false); return; }
    if (app && app.dataset.view === 'conversation' && innerWidth < 768) press('[data-back]');
  }

  addEventListener('keydown', function (event) {
    var field = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) && event.target.type !== 'checkbox';
    if ((event.metaKey || event.ctrlKey) && !event.altKey) {
      if (letter(event) === 'k') { event.preventDefault(); palette(); }
      if (event.key === 'Enter' && event.target.closest('.composer')) { event.preventDefault(); O.primary(); }
      return;
    }
    if (document.querySelector('dialog[open]')) return;
    if (typeof O.typed === 'string' && event.key.length === 1) { O.typed += event.key; event.preventDefault(); return; }
    if (event.key === 'Escape') { leave(); return; }
    if (field || event.altKey || event.isComposing || document.querySelector('details.menu[open]')) return;
    if (event.key === 'Enter' && document.activeElement.closest && document.activeElement.closest('.row')) {
      event.preventDefault(); open(); return;
    }
    if (document.body.dataset.letterKeys !== 'on') return;
    var name = letter(event);
    if (went && Date.now() - went < 1500 && GO[name]) {
      event.preventDefault(); went = 0; press('#nav-' + GO[name]); return;
    }
    went = name === 'g' ? Date.now() : 0;
    if (ACTS[name]) { event.preventDefault(); ACTS[name](); }
  });

  /* The palette: commands by name, Enter on anything else searches. */
  var dialog = document.getElementById('palette'), input = dialog.querySelector('input[type="text"]');
  function options() { return [].slice.call(dialog.querySelectorAll('.opt:not([hidden])')); }
  function mark(option) {
    dialog.querySelectorAll('.opt').forEach(function (one) { one.setAttribute('aria-selected', String(one === option)); });
    if (option) option.scrollIntoView({ block: 'nearest' });
  }
  function palette() {
    if (dialog.open) { dialog.close(); return; }
    input.value = ''; narrow(); dialog.showModal(); input.focus();
  }
  function narrow() {
    var words = input.value.trim().toLowerCase(), item = document.querySelector('#conversation[data-id]');
    dialog.querySelectorAll('.opt').forEach(function (one) {
      one.hidden = (one.dataset.needs && !item) || (words && one.textContent.toLowerCase().indexOf(words) < 0);
    });
    dialog.querySelectorAll('.grp').forEach(function (one) { one.hidden = Boolean(words) || (one.dataset.needs && !item); });
    mark(options()[0]);
  }
  function choose(option) {
    dialog.close();
    if (option.dataset.href) location.href = option.dataset.href; else ACTS[option.dataset.key]();
  }
  input.addEventListener('input', narrow);
  dialog.addEventListener('toggle', function () { if (dialog.open) narrow(); });
  dialog.addEventListener('click', function (event) {
    var option = event.target.closest('.opt');
    if (option) choose(option); else if (event.target === dialog) dialog.close();
  });
  input.addEventListener('keydown', function (event) {
    var found = options(), at = found.findIndex(function (one) { return one.getAttribute('aria-selected') === 'true'; });
    if (event.key === 'ArrowDown') { event.preventDefault(); mark(found[at + 1] || found[0]); }
    if (event.key === 'ArrowUp') { event.preventDefault(); mark(found[at - 1] || found[found.length - 1]); }
    if (event.key === 'Enter' && found[at]) { event.preventDefault(); choose(found[at]); }
  });
  document.body.dataset.ready = 'yes';
})();
