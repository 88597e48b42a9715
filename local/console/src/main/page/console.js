// What both services' consoles have in common. Each page adds draw(history), which is called with every reading.
// Everything the page knows comes from /metrics, /health/ready and /api; text from there is only ever set as text.
const PERIOD_MS = 2000, HIDDEN_PERIOD_MS = 10 * 1000, RATE_MS = 10 * 1000, CHART_MS = 15 * 60 * 1000;
const $ = id => document.getElementById(id);
const element = (name, text, css) => {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (css) made.className = css;
  return made;
};

// One reading of /metrics: rows of name, labels, value.
class Scrape {
  constructor(text, at) {
    this.at = at;
    this.rows = new Map();
    for (const line of text.split('\n')) {
      const found = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)/.exec(line);
      if (found && line[0] !== '#') this.add(found[1], found[2] || '', Number(found[3].replace('Inf', 'Infinity')));
    }
  }
  add(name, labelText, value) {
    const labels = {};
    for (const [, key, text] of labelText.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)) labels[key] = text.replace(/\\(.)/g, '$1');
    if (!this.rows.has(name)) this.rows.set(name, []);
    this.rows.get(name).push({ labels, value });
  }
  select(name, labels = {}) {
    return (this.rows.get(name) || []).filter(row => Object.entries(labels).every(([key, wanted]) =>
      Array.isArray(wanted) ? wanted.includes(row.labels[key]) : row.labels[key] === wanted));
  }
  has(name) { return this.rows.has(name); }
  sum(name, labels) { return this.select(name, labels).reduce((total, row) => total + row.value, 0); }
  min(name, labels) { return this.select(name, labels).reduce((least, row) => Math.min(least, row.value), Infinity); }
  max(name, labels) { return this.select(name, labels).reduce((most, row) => Math.max(most, row.value), 0); }
  values(name, label) { return [...new Set((this.rows.get(name) || []).map(row => row.labels[label]))].sort(); }
}

// The scrapes that rates need, which are over the last ten seconds. Charts keep numbers, not scrapes.
class History {
  constructor() { this.scrapes = []; }
  add(scrape) {
    this.scrapes.push(scrape);
    while (this.scrapes.length > 2 && scrape.at - this.scrapes[1].at >= RATE_MS) this.scrapes.shift();
  }
  get now() { return this.scrapes[this.scrapes.length - 1]; }
  before(index) {
    const until = this.scrapes[index].at - RATE_MS;
    let i = index;
    while (i > 0 && this.scrapes[i].at > until) i--;
    return this.scrapes[i];
  }
  growth(name, labels, index = this.scrapes.length - 1) {
    const grown = this.scrapes[index].sum(name, labels) - this.before(index).sum(name, labels);
    return Math.max(0, grown);
  }
  rate(name, labels, index = this.scrapes.length - 1) {
    const seconds = (this.scrapes[index].at - this.before(index).at) / 1000;
    return seconds > 0 ? this.growth(name, labels, index) / seconds : NaN;
  }
  // The upper bound of the bucket in which the quantile lies, interpolated as Prometheus does; NaN if nothing happened.
  quantile(q, name, labels) {
    const cumulative = new Map();
    const count = (scrape, sign) => scrape.select(name + '_bucket', labels).forEach(row => {
      const bound = Number(row.labels.le.replace('+Inf', 'Infinity'));
      cumulative.set(bound, (cumulative.get(bound) || 0) + sign * row.value);
    });
    count(this.now, 1);
    const earlier = this.before(this.scrapes.length - 1);
    if (earlier !== this.now) count(earlier, -1);
    const buckets = [...cumulative].sort((a, b) => a[0] - b[0]);
    const total = buckets.length ? buckets[buckets.length - 1][1] : 0;
    if (total <= 0) return NaN;
    let lower = 0, below = 0;
    for (const [upper, upTo] of buckets) {
      if (upTo >= q * total) {
        return upper === Infinity ? lower : lower + (upper - lower) * (q * total - below) / Math.max(upTo - below, 1e-9);
      }
      lower = upper;
      below = upTo;
    }
    return lower;
  }
}

const show = {
  count: n => !Number.isFinite(n) ? '–' : n >= 1e6 ? (n / 1e6).toFixed(1) + ' M' : n >= 1e4 ? (n / 1e3).toFixed(1) + ' k' : n >= 100 || n === Math.round(n) ? n.toFixed(0) : n.toFixed(1),
  rate: n => Number.isFinite(n) ? show.count(n) + '/s' : '–',
  percent: n => Number.isFinite(n) ? (100 * n).toFixed(1) + ' %' : '–',
  seconds: s => !Number.isFinite(s) ? '–' : s === 0 ? '0 s' : s < 1e-3 ? (s * 1e6).toFixed(0) + ' µs' : s < 1 ? (s * 1e3).toFixed(s < 0.01 ? 2 : 0) + ' ms' : s < 120 ? s.toFixed(1) + ' s' : s < 7200 ? (s / 60).toFixed(0) + ' min' : (s / 3600).toFixed(1) + ' h',
  bytes: b => !Number.isFinite(b) || b < 0 ? '–' : b < 1024 ? b.toFixed(0) + ' B' : b < 1048576 ? (b / 1024).toFixed(1) + ' KiB' : b < 1073741824 ? (b / 1048576).toFixed(1) + ' MiB' : (b / 1073741824).toFixed(2) + ' GiB',
};

// Points of every tile's chart by its name: [moment, one number for each line], for as long as a chart reaches back.
const charts = new Map();

// One figure with its chart. lines: the numbers to chart, the first of which is the figure.
function tile(id, format, lines, note) {
  let box = $('tile-' + id);
  if (!box) {
    box = $('tiles').appendChild(element('div', undefined, 'tile'));
    box.id = 'tile-' + id;
    box.append(element('span', id.replace(/-/g, ' '), 'faint'), element('b'), element('span', '', 'faint note'), svg('svg'), element('span', '', 'faint most'));
    charts.set(id, []);
  }
  const points = charts.get(id), now = history_.now.at;
  points.push([now, lines]);
  while (now - points[0][0] > CHART_MS) points.shift();
  box.children[1].textContent = format(lines[0]);
  box.children[2].textContent = note;
  chart(box, points, format);
}

function svg(name, attributes = {}) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

// A line breaks where there is no number, so that a quiet time does not look like a steady one.
function chart(box, points, format) {
  const most = Math.max(0, ...points.flatMap(([, lines]) => lines).filter(Number.isFinite));
  const from = points[0][0], span = Math.max(points[points.length - 1][0] - from, PERIOD_MS);
  const drawn = box.children[3];
  drawn.setAttribute('viewBox', '0 0 100 20');
  drawn.setAttribute('preserveAspectRatio', 'none');
  drawn.setAttribute('aria-hidden', 'true');
  drawn.replaceChildren(...points[0][1].map((_, line) => svg('path', { class: 'line-' + line, d: path(points.map(([at, lines]) =>
    Number.isFinite(lines[line]) ? [100 * (at - from) / span, 19 - 18 * lines[line] / (most || 1)] : null)) })));
  box.children[4].textContent = most > 0 ? 'highest ' + format(most) : '';
}

function path(points) {
  return points.map((point, i) => point === null ? '' : (i > 0 && points[i - 1] ? 'L' : 'M') + point.map(part => part.toFixed(2)).join(' ')).join('');
}

// columns: [heading, reading of a row, css class]; the whole section hides while it has no rows.
function table(id, columns, rows) {
  const section = $(id);
  section.hidden = rows.length === 0;
  const made = element('table');
  const head = made.createTHead().insertRow();
  columns.forEach(([heading, , css]) => head.appendChild(element('th', heading, css === 'number' ? css : '')));
  const body = made.createTBody();
  for (const row of rows) {
    const line = body.insertRow();
    columns.forEach(([, reading, css]) => line.appendChild(element('td', reading(row), css)));
  }
  section.querySelector('.scroll').replaceChildren(made);
}

function health(report) {
  $('state').textContent = report.status;
  $('state').className = report.status;
  const rows = Object.entries(report.components || {});
  table('components', [['Component', row => row[0]], ['State', row => row[1].status], ['Because', row => row[1].reason]], rows);
  $('components').querySelectorAll('tbody tr').forEach((line, i) => { line.cells[1].className = rows[i][1].status; });
}

// null where the service does not offer it (yet) or refuses.
async function json(path) {
  const answer = await fetch(path);
  return answer.ok || answer.status === 503 ? answer.json() : null;
}

// Lists of keys are actions: POST, with a header that no page of another origin can make a browser send, and only where the
// configuration has actions enabled, which is asked now and then. null where it has not.
const ACTIONS_PERIOD_MS = 10 * 1000;
const actions = { enabled: Promise.resolve(false), at: -Infinity };

// Whoever asks while the answer is awaited gets that answer, not the one before.
function actionsEnabled() {
  if (performance.now() - actions.at > ACTIONS_PERIOD_MS) {
    actions.at = performance.now();
    actions.enabled = askForActions().catch(failure => {
      actions.at = -Infinity;
      throw failure;
    });
  }
  return actions.enabled;
}

async function askForActions() {
  const known = await json('/api/actions');
  const enabled = known !== null && known.enabled;
  $('actions-off').hidden = known === null || known.enabled;
  document.querySelectorAll('.action').forEach(part => { part.hidden = !enabled; });
  return enabled;
}

const post = (path, body) => fetch(path, {
  method: 'POST', body,
  headers: { 'x-nearside-action': path.replace('/api/', '').replace(/\?.*/, ''), ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
});

async function act(path) {
  if (!await actionsEnabled()) return null;
  const answer = await post(path);
  return answer.ok || answer.status === 503 ? answer.json() : null;
}

// A key as one reads it: id = 7, not {"id":{"S":"7"}}.
const keyText = key => typeof key === 'string' || !key ? String(key) : Object.entries(key).map(([name, typed]) =>
  name + ' = ' + (typed && typeof typed === 'object' ? Object.values(typed).map(value => typeof value === 'string' ? value : JSON.stringify(value)).join() : typed)).join(', ');

// Which process this is: the region of its configuration, and the address at which it answers.
const service = document.title;
function identify(region, more = '') {
  document.title = region + ' · ' + service;
  $('identity').textContent = region + ' · process at ' + location.host + more;
}

const history_ = new History();
async function refresh() {
  try {
    const [metrics, ready] = await Promise.all([fetch('/metrics').then(answer => answer.text()), json('/health/ready')]);
    history_.add(new Scrape(metrics, performance.now()));
    health(ready);
    await draw(history_);
    $('updated').textContent = 'Updated ' + new Date().toLocaleTimeString() + ', every 2 s; charts reach back 15 minutes, as long as this page is open.';
  } catch (failure) {
    $('state').textContent = 'unreachable';
    $('state').className = 'not-ready';
    $('updated').textContent = 'The service does not answer (' + failure.message + '); trying again.';
  }
}

async function start() {
  const answer = await fetch('/api/config');
  $('config').hidden = !answer.ok;
  if (!answer.ok) return;
  const text = await answer.text();
  $('config').querySelector('pre').textContent = text;
  const region = /^region: *"?([\w-]+)/m.exec(text);
  if (region) identify(region[1]);
}

function jvm(history) {
  const used = history.now.sum('jvm_memory_used_bytes', { area: 'heap' });
  const most = history.now.select('jvm_memory_max_bytes', { area: 'heap' }).filter(row => row.value > 0)
    .reduce((total, row) => total + row.value, 0);
  tile('heap', show.bytes, [used], 'of ' + show.bytes(most));
}

// Readings go on while the page is hidden, less often, so that its charts have no hole.
let refreshing = false, refreshedAt = -Infinity;
async function tick() {
  const pause = document.hidden ? HIDDEN_PERIOD_MS : 0;
  if (refreshing || performance.now() - refreshedAt < pause) return;
  refreshing = true;
  refreshedAt = performance.now();
  try {
    await refresh();
  } finally {
    refreshing = false;
  }
}

start().catch(() => {});
tick();
setInterval(tick, PERIOD_MS);
document.addEventListener('visibilitychange', tick);
